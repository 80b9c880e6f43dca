/** Peridio Resource Names. State holds bare UUIDs; answers hold PRNs. */
export const organizationPrn = (id: string): string => `prn:1:${id}`;
export const userPrn = (id: string): string => `prn:1:user:${id}`;
export const memberPrn = (organization: string, id: string): string => `prn:1:${organization}:org_user:${id}`;
export const invitationPrn = (organization: string, id: string): string => `prn:1:${organization}:org_invitation:${id}`;

/** The UUID at the end of a PRN, or the UUID itself. */
export const uuidOf = (prnOrUuid: string): string => prnOrUuid.slice(-36);
