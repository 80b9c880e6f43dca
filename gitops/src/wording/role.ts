import { counted, numbered } from "./counted";

/** Roles in words. Whoever is in an organization is a member of it, so that the role `member` is always called a role. */

/** A role that stands alone: `viewer`, `role member`. */
export function roleName(role: string): string {
  return role === "member" ? "role member" : role;
}

/** In what way somebody is invited: `as viewer`, `with the role member`. */
export function asRole(role: string): string {
  return role === "member" ? "with the role member" : `as ${role}`;
}

/** What somebody is: `is an admin`, `has the role member`. */
export function isRole(role: string): string {
  if (role === "member") return "has the role member";
  return role === "admin" ? "is an admin" : `is a ${role}`;
}

/** How many people have a role: `1 admin`, `2 viewers`, `2 with the role member`. */
export function countedRole(count: number, role: string): string {
  return role === "member" ? `${numbered(count)} with the role member` : counted(count, role);
}
