import type { Role as StoredRole } from "#emulator";
import type { BackendName, Role } from "../../src/api";

/** What histories have to know of an API. */
export interface Backend {
  readonly name: BackendName;
  /** Those that programs declare, the one that allows least first. */
  readonly roles: readonly Role[];
  /** How it shows a role that somebody has given by hand. */
  readonly shown: (stored: StoredRole) => Role;
  /** Whether programs make and delete organizations. Otherwise they exist from the beginning, and for ever. */
  readonly makesOrganizations: boolean;
  /** Whether programs declare how an organization is secured. */
  readonly hasSettings: boolean;
}

const adminV2: Backend = {
  name: "admin-v2",
  roles: ["viewer", "developer", "manager", "admin"],
  shown: (stored) => stored,
  makesOrganizations: true,
  hasSettings: true,
};

const connect: Backend = {
  name: "connect",
  roles: ["member", "admin"],
  shown: (stored) => (stored === "admin" ? "admin" : "member"),
  makesOrganizations: false,
  hasSettings: false,
};

export const backends = { adminV2, connect } satisfies Readonly<Record<string, Backend>>;
