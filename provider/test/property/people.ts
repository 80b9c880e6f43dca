import type { Role } from "../../src/api";

/** The people in histories. Shrinking prefers the first one. */
export const names = ["bob", "carl", "dora", "eve", "gus"] as const;

/** The user of the API key, who makes the organizations. */
export const caller = "ada";

/** All roles of all backends, the one that allows least first. */
const ranks: readonly Role[] = ["viewer", "member", "developer", "manager", "admin"];

/** Reports whether a role has more permissions than another. */
export function above(role: Role, other: Role): boolean {
  return ranks.indexOf(role) > ranks.indexOf(other);
}

/** An address, as a program may spell it: `BOB` is BOB@acme.example. Gus is a partner. */
export function address(name: string): string {
  return `${name}@${person(name) === "gus" ? "partner" : "acme"}.example`;
}

/** A person by any spelling of the name or the address. */
export function person(spelled: string): string {
  return spelled.toLowerCase().replace(/@.*$/, "");
}

/** Reports whether rosters that ignore partners ignore this person. */
export function isPartner(name: string): boolean {
  return person(name) === "gus";
}

export const partners = "*@partner.example";
