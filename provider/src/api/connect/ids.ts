// On this API's wire ids are UUIDs. In the port they are Peridio Resource Names, which are made of the same UUIDs.

/** The UUID at the end of a PRN. */
export function uuid(prn: string): string {
  return prn.slice(prn.lastIndexOf(":") + 1);
}

export function organizationPrn(uuid: string): string {
  return `prn:1:${uuid}`;
}

export function userPrn(uuid: string): string {
  return `prn:1:user:${uuid}`;
}

export function invitationPrn(organizationId: string, uuid: string): string {
  return `${organizationId}:invitation:${uuid}`;
}
