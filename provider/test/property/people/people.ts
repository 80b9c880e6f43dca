import type { Role as StoredRole } from "#emulator";
import type { BackendName, Role } from "../../../src/api";
import { toName } from "../harness/addresses";

/** One of the two APIs, as far as histories depend on it. */
export interface Backend {
  readonly name: BackendName;
  /** The roles that programs declare, the one with the fewest permissions first. */
  readonly roles: readonly Role[];
  /** Converts a role of the emulator to the one that the API shows. */
  readonly toRole: (stored: StoredRole) => Role;
  /** True if the API creates and deletes organizations. Otherwise, they always exist. */
  readonly hasOrganizations: boolean;
  /** True if the API has security policies. */
  readonly hasSettings: boolean;
  /** True if the API shows several owners. */
  readonly showsOwners: boolean;
}

const adminV2: Backend = {
  name: "admin-v2",
  roles: ["viewer", "developer", "manager", "admin"],
  toRole: (stored) => stored,
  hasOrganizations: true,
  hasSettings: true,
  showsOwners: false,
};

const connect: Backend = {
  name: "connect",
  roles: ["member", "admin"],
  toRole: (stored) => (stored === "admin" ? "admin" : "member"),
  hasOrganizations: false,
  hasSettings: false,
  showsOwners: true,
};

export const backends = { adminV2, connect } satisfies Readonly<Record<string, Backend>>;

/** The people in histories. Shrinking prefers the first one. */
export const names = ["bob", "carl", "dora", "eve", "gus"] as const;

/** The user of the API key, who creates the organizations. */
export const caller = "ada";

/** The roles of both APIs, the one with the fewest permissions first. */
const allRoles: readonly Role[] = ["viewer", "member", "developer", "manager", "admin"];

/** Reports whether a role has more permissions than another. */
export function isAbove(role: Role, other: Role): boolean {
  return allRoles.indexOf(role) > allRoles.indexOf(other);
}

/** Reports whether rosters that ignore partners ignore this person. */
export function isPartner(name: string): boolean {
  return toName(name) === "gus";
}

export const partners = "*@partner.example";
