import type { Member, Organization, Role } from "../state";

/** The roles of this API. */
export type ConnectRole = "owner" | "admin" | "member";

/** How this API shows a role of the store: it tells managers, developers and viewers not apart. */
export function shownRole(role: Role): Exclude<ConnectRole, "owner"> {
  return role === "admin" ? "admin" : "member";
}

/** How this API shows a member's role. */
export function roleOf({ owner_id }: Organization, { user_id, role }: Member): ConnectRole {
  return user_id === owner_id ? "owner" : shownRole(role);
}

/** What is stored for somebody who is to show as `role`: the least that does, or what the person is if that does. */
export function storedRole(role: Exclude<ConnectRole, "owner">, present?: Role): Role {
  if (present !== undefined && shownRole(present) === role) return present;
  return role === "admin" ? "admin" : "viewer";
}
