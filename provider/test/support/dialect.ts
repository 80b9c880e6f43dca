import type { Role as StoredRole } from "#emulator";
import type { BackendName, Role } from "../../src/api";

/** The differences between the APIs for tests of people: the roles, and the requests on the wire. */
export interface Dialect {
  readonly backend: BackendName;
  /** Two roles of the API. `high` has more permissions than `low`. */
  readonly roles: { readonly high: Role; readonly low: Role };
  /** The role of owners in responses. */
  readonly ownerRole: Role;
  /** The notes about Ada, the owner, if a roster omits her or declares her as an admin. */
  readonly ownerNotes: { readonly omitted: readonly string[]; readonly admin: readonly string[] };
  /** The stored roles in the emulator. */
  readonly stored: { readonly high: StoredRole; readonly low: StoredRole };
  /** The contract's ids of operations, for faults. */
  readonly operations: {
    /** The check of the API key, the first request of each process. */
    readonly getCurrentUser: string;
    readonly listMembers: string;
    readonly listInvitations: string;
    readonly invite: string;
    readonly revoke: string;
    readonly setRole: string;
    readonly remove: string;
  };
  /** True if a list of invitations contains accepted ones. */
  readonly listsAccepted: boolean;
  /** Requests as `World.requests` tells them. */
  readonly sends: {
    readonly invite: (email: string, role: string) => string;
    readonly revoke: string;
    readonly setRole: (role: string) => string;
    readonly remove: string;
    /** The reads of the roster of one organization. */
    readonly people: readonly string[];
    /** The additional reads to find expired invitations. */
    readonly expired: readonly string[];
    /** The additional reads to count the seats. */
    readonly limits: readonly string[];
    /** The reads of a refresh of an organization. */
    readonly organization: readonly string[];
    /** The reads of a list of organizations. */
    readonly organizations: readonly string[];
    /** The writes when a program declares the organization for the first time. */
    readonly founding: (name: string) => readonly string[];
  };
}

/** The requests that are the same in both APIs. */
const sharedRequests = {
  invite: (email: string, role: string) => `POST invitations ${JSON.stringify({ email, role })}`,
  revoke: "DELETE invitations",
  remove: "DELETE members",
};

export const adminV2: Dialect = {
  backend: "admin-v2",
  roles: { high: "developer", low: "viewer" },
  ownerRole: "admin",
  ownerNotes: { omitted: [], admin: [] },
  stored: { high: "developer", low: "viewer" },
  operations: {
    getCurrentUser: "get-current-user",
    listMembers: "list-members",
    listInvitations: "list-invitations",
    invite: "create-an-invitation",
    revoke: "revoke-an-invitation",
    setRole: "update-a-member",
    remove: "remove-a-member",
  },
  listsAccepted: false,
  sends: {
    ...sharedRequests,
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
  ownerRole: "owner",
  ownerNotes: {
    omitted: [
      "The roster does not remove ada@acme.example: the provider never removes owners. To keep owners, declare the role owner. To remove an owner, declare the role owner and run `pulumi up`, declare another role and run `pulumi up`, and then remove the declaration.",
    ],
    admin: [
      "ada@acme.example is an owner, but the program does not declare the role owner. This person stays an owner, and the state shows the role admin. To manage the ownership, declare the role owner.",
    ],
  },
  // This API shows a stored developer as a member.
  stored: { high: "admin", low: "developer" },
  operations: {
    getCurrentUser: "Me_show",
    listMembers: "Organization_members",
    listInvitations: "OrgInvitation_index",
    invite: "OrgInvitation_create",
    revoke: "OrgInvitation_delete",
    setRole: "Organization_update_member_role",
    remove: "Organization_remove_member",
  },
  listsAccepted: true,
  sends: {
    ...sharedRequests,
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
