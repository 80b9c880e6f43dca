import {
  type Emulator,
  formatTimestamp,
  getInvitationStatus,
  getUserById,
  type SecuritySettings,
  toOrganizationPrn,
  toUserPrn,
} from "#emulator";
import type { Role } from "../../../src/api";
import { fullName, type OrganizationName, organizations } from "./declarations";
import { toName } from "../harness/addresses";
import { type Backend, backends, caller, isAbove } from "./people";

export interface Member {
  readonly kind: "member";
  readonly name: string;
  readonly role: Role;
  readonly userId: string;
  /** An owner or the API key's user. Peridio or the provider rejects their change and removal, as no program declares the role `owner`. */
  readonly isFixed: boolean;
}

export interface Invitation {
  readonly kind: "invitation";
  readonly name: string;
  readonly role: Role;
  readonly id: string;
  readonly status: "pending" | "expired";
  /** True if the API key's user sent it. */
  readonly isByCaller: boolean;
}

/** A member or an invitation. */
export type Person = Member | Invitation;

/** Objects other than people that block the deletion of an organization. */
export const blockers = ["devices", "active_deployments", "outstanding_charges"] as const;
export type Blocker = (typeof blockers)[number];

/** One organization in Peridio. */
export interface Observed {
  readonly id: string;
  readonly owner: string;
  readonly members: readonly Member[];
  /** Invitations without an acceptance, the oldest first. */
  readonly invitations: readonly Invitation[];
  readonly limit: number;
  readonly security: SecuritySettings;
  /** Blocks its deletion even without other members. */
  readonly blockers: readonly Blocker[];
}

/** The organizations in Peridio at one moment. */
export type Snapshot = ReadonlyMap<OrganizationName, Observed>;

/** Reads the emulator. Returns roles as a backend shows them. */
export function takeSnapshot(emulator: Emulator, { toRole, showsOwners }: Backend = backends.adminV2): Snapshot {
  const { state } = emulator;
  const now = formatTimestamp(emulator.now);
  const observed = organizations.flatMap((name): [OrganizationName, Observed][] => {
    const stored = state.organizations.find((candidate) => candidate.name === fullName(name));
    if (stored === undefined) return [];
    const members = stored.members.map(({ user_id, role, also_owner }): Member => {
      const name = toName(getUserById(state, user_id).email);
      const isFixed = user_id === stored.owner_id || name === caller || (also_owner && showsOwners);
      return { kind: "member", name, role: toRole(role), userId: toUserPrn(user_id), isFixed };
    });
    const invitations = stored.invitations.flatMap((invitation): Invitation[] => {
      const status = getInvitationStatus(invitation, now);
      if (status === "accepted") return [];
      const inviter = invitation.inviter_id === null ? "" : getUserById(state, invitation.inviter_id).email;
      const { id, email, role } = invitation;
      return [
        {
          kind: "invitation",
          name: toName(email),
          role: toRole(role),
          id,
          status,
          isByCaller: toName(inviter) === caller,
        },
      ];
    });
    const { limits } = stored;
    const security = { ...stored.security };
    const present = blockers.filter((which) => stored.belongings[which] > 0);
    const owner = toName(getUserById(state, stored.owner_id).email);
    const id = toOrganizationPrn(stored.id);
    return [[name, { id, owner, members, invitations, limit: limits.users, security, blockers: present }]];
  });
  return new Map(observed);
}

/** Finds the member with a name, otherwise the pending invitation, otherwise the newest expired one. */
export function findPerson({ members, invitations }: Observed, name: string): Person | undefined {
  const sent = invitations.filter((invitation) => invitation.name === toName(name));
  return (
    members.find((member) => member.name === toName(name)) ??
    sent.find(({ status }) => status === "pending") ??
    sent.at(-1)
  );
}

/** Returns the members and the pending invitations: each takes a seat. */
export function listSeated({ members, invitations }: Observed): readonly Person[] {
  return [...members, ...invitations.filter(({ status }) => status === "pending")];
}

/** Returns each person once. A membership takes precedence over an invitation. */
export function listPresent(observed: Observed): readonly Person[] {
  const members = new Set(observed.members.map((member) => member.name));
  return listSeated(observed).filter(({ kind, name }) => kind === "member" || !members.has(name));
}

export function isExpired(person: Person | undefined): boolean {
  return person?.kind === "invitation" && person.status === "expired";
}

export function isAdmin(person: Person | undefined): boolean {
  return person?.kind === "member" && person.role === "admin";
}

export function countAdmins({ members }: Observed): number {
  return members.filter(isAdmin).length;
}

/** A change of a person. */
export interface Change {
  readonly what: "invited" | "revoked" | "joined" | "removed" | "promoted" | "demoted";
  readonly organization: OrganizationName;
  readonly before: Person | undefined;
  readonly after: Person | undefined;
  readonly name: string;
}

/** Returns the changes of people between two snapshots. */
export function compareSnapshots(before: Snapshot, after: Snapshot): Change[] {
  return organizations.flatMap((organization) => {
    const [was, is] = [before.get(organization), after.get(organization)];
    if (was === undefined || is === undefined) return [];
    const between = (what: Change["what"], before: Person | undefined, after: Person | undefined): Change => ({
      what,
      organization,
      before,
      after,
      name: (after ?? before)?.name ?? "",
    });
    const members = pairByKey(was.members, is.members, ({ userId }) => userId).flatMap(([then, now]): Change[] => {
      if (then === undefined) return [between("joined", then, now)];
      if (now === undefined) return [between("removed", then, now)];
      if (then.role === now.role) return [];
      return [between(isAbove(now.role, then.role) ? "promoted" : "demoted", then, now)];
    });
    const invitations = pairByKey(was.invitations, is.invitations, ({ id }) => id).flatMap(([then, now]): Change[] => {
      if (then === undefined) return [between("invited", then, now)];
      return now === undefined ? [between("revoked", then, now)] : [];
    });
    return [...members, ...invitations];
  });
}

function pairByKey<T>(
  before: readonly T[],
  after: readonly T[],
  key: (one: T) => string,
): [T | undefined, T | undefined][] {
  const [was, is] = [new Map(before.map((one) => [key(one), one])), new Map(after.map((one) => [key(one), one]))];
  return [...new Set([...was.keys(), ...is.keys()])].map((key) => [was.get(key), is.get(key)]);
}

/** `invited bob developer in dev`. */
export function describeChange({ what, organization, name, before, after }: Change): string {
  return `${what} ${name} ${(after ?? before)?.role ?? ""} in ${organization}`;
}
