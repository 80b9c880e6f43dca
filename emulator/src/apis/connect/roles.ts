import { isOwner, type Member, type Organization, type Role } from "../../model/state";

// The roles of this API: owners, admins, and members. The emulator stores the roles of both APIs.

export type ConnectRole = "owner" | "admin" | "member";

/** Converts a stored role. This API shows managers, developers and viewers as `member`. */
export function toConnectRole(role: Role): Exclude<ConnectRole, "owner"> {
  return role === "admin" ? "admin" : "member";
}

/** Returns the person's present role if this API shows that role as `role`; else the lowest role that this API shows as `role`. */
export function toStoredRole(role: Exclude<ConnectRole, "owner">, present?: Role): Role {
  if (present !== undefined && toConnectRole(present) === role) return present;
  return role === "admin" ? "admin" : "viewer";
}

export function getMemberRole(organization: Organization, member: Member): ConnectRole {
  return isOwner(organization, member) ? "owner" : toConnectRole(member.role);
}
