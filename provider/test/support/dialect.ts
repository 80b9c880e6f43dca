import type { Role as StoredRole } from "#emulator";
import type { BackendName, Role } from "../../src/api";

/** What a test of people has to know of an API: the roles that it has, and how the same requests look on its wire. */
export interface Dialect {
  readonly backend: BackendName;
  /** Two of its roles besides others: `high` may do more than `low`. */
  readonly roles: { readonly high: Role; readonly low: Role };
  /** What somebody stores by hand who gives these roles. */
  readonly stored: { readonly high: StoredRole; readonly low: StoredRole };
  /** The contract's ids of operations, for faults. */
  readonly operations: {
    readonly listMembers: string;
    readonly listInvitations: string;
    readonly invite: string;
    readonly revoke: string;
    readonly setRole: string;
    readonly remove: string;
  };
  /** Whether a list of invitations has those that were accepted, too. */
  readonly listsAccepted: boolean;
  /** Requests as `World.requests` tells them. */
  readonly sends: {
    readonly invite: (email: string, role: string) => string;
    readonly revoke: string;
    readonly setRole: (role: string) => string;
    readonly remove: string;
    /** What is read to know everybody of one organization. */
    readonly people: readonly string[];
    /** What is read besides, to know whose invitation ran out. */
    readonly expired: readonly string[];
    /** What is read besides, to know how many seats there are. */
    readonly limits: readonly string[];
    /** What is read to refresh an organization. */
    readonly organization: readonly string[];
    /** What is read to list organizations. */
    readonly organizations: readonly string[];
    /** What is written when a program declares the organization for the first time. */
    readonly founding: (name: string) => readonly string[];
  };
}

/** The same in both. */
const both = {
  invite: (email: string, role: string) => `POST invitations ${JSON.stringify({ email, role })}`,
  revoke: "DELETE invitations",
  remove: "DELETE members",
};

export const adminV2: Dialect = {
  backend: "admin-v2",
  roles: { high: "developer", low: "viewer" },
  stored: { high: "developer", low: "viewer" },
  operations: {
    listMembers: "list-members",
    listInvitations: "list-invitations",
    invite: "create-an-invitation",
    revoke: "revoke-an-invitation",
    setRole: "update-a-member",
    remove: "remove-a-member",
  },
  listsAccepted: false,
  sends: {
    ...both,
    setRole: (role) => `PATCH members ${JSON.stringify({ role })}`,
    people: ["GET invitations status:'pending'", "GET members"],
    expired: ["GET invitations status:'expired'"],
    limits: ["GET limits"],
    organization: ["GET"],
    organizations: ["GET organizations"],
    founding: (name) => [`POST organizations ${JSON.stringify({ name })}`],
  },
};

/** Organizations and their limits are in the answer about the key's user, and invitations in one list, whatever became of them. */
export const connect: Dialect = {
  backend: "connect",
  roles: { high: "admin", low: "member" },
  // Whom the store has as a developer, this API shows as a member.
  stored: { high: "admin", low: "developer" },
  operations: {
    listMembers: "Organization_members",
    listInvitations: "OrgInvitation_index",
    invite: "OrgInvitation_create",
    revoke: "OrgInvitation_delete",
    setRole: "Organization_update_member_role",
    remove: "Organization_remove_member",
  },
  listsAccepted: true,
  sends: {
    ...both,
    setRole: (role) => `PUT members/role ${JSON.stringify({ role })}`,
    people: ["GET invitations", "GET members"],
    expired: [],
    limits: [],
    organization: [],
    organizations: [],
    founding: () => [],
  },
};

export const dialects: readonly Dialect[] = [adminV2, connect];
