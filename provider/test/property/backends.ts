import type { Role as StoredRole } from "#emulator";
import type { BackendName, Role } from "../../src/api";

/** The properties of an API that histories use. */
export interface Backend {
  readonly name: BackendName;
  /** Those that programs declare, the one that allows least first. */
  readonly roles: readonly Role[];
  /** Returns a stored role as the API shows it. */
  readonly shown: (stored: StoredRole) => Role;
  /** True if programs create and delete organizations. Otherwise, they always exist. */
  readonly makesOrganizations: boolean;
  /** True if programs declare security policies. */
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
