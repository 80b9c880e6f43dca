/** Peridio Resource Names. State holds bare UUIDs; answers hold PRNs. */
export const toOrganizationPrn = (id: string): string => `prn:1:${id}`;
export const toUserPrn = (id: string): string => `prn:1:user:${id}`;
export const toMemberPrn = (organization: string, id: string): string => `prn:1:${organization}:org_user:${id}`;
export const toInvitationPrn = (organization: string, id: string): string =>
  `prn:1:${organization}:org_invitation:${id}`;

/** The UUID at the end of a PRN, or the UUID itself. */
export const toUuid = (prnOrUuid: string): string => prnOrUuid.slice(-36);
