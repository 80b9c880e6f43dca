import {
  type Emulator,
  toOrganizationPrn,
  type SecuritySettings,
  getInvitationStatus,
  formatTimestamp,
  getUserById,
  toUserPrn,
} from "#emulator";
import type { Role } from "../../src/api";
import { type Backend, backends } from "./backends";
import { fullName, type OrganizationName, organizations } from "./declarations";
import { above, caller, person } from "./people";

export interface Member {
  readonly kind: "member";
  readonly person: string;
  readonly role: Role;
  readonly userId: string;
  /** The owner or the API key's user. Peridio rejects their change and removal. */
  readonly fixed: boolean;
}

export interface Invitation {
  readonly kind: "invitation";
  readonly person: string;
  readonly role: Role;
  readonly id: string;
  readonly status: "pending" | "expired";
  readonly byCaller: boolean;
}

export type Place = Member | Invitation;

/** Objects other than people that block the deletion of an organization. */
export const belongings = ["devices", "active_deployments", "outstanding_charges"] as const;
export type Belonging = (typeof belongings)[number];

/** The contents of one organization. */
export interface Inside {
  readonly id: string;
  readonly owner: string;
  readonly members: readonly Member[];
  /** Those that have not been accepted, oldest first. */
  readonly invitations: readonly Invitation[];
  readonly limit: number;
  readonly security: SecuritySettings;
  /** Blocks its deletion even without other members. */
  readonly belongings: readonly Belonging[];
}

/** The existing organizations in Peridio. */
export type World = ReadonlyMap<OrganizationName, Inside>;

/** Reads the emulator as a backend shows it. */
export function look(emulator: Emulator, { shown }: Backend = backends.adminV2): World {
  const { state } = emulator;
  const now = formatTimestamp(emulator.now);
  const found = organizations.flatMap((name): [OrganizationName, Inside][] => {
    const there = state.organizations.find((candidate) => candidate.name === fullName(name));
    if (there === undefined) return [];
    const members = there.members.map(({ user_id, role }): Member => {
      const who = person(getUserById(state, user_id).email);
      const fixed = user_id === there.owner_id || who === caller;
      return { kind: "member", person: who, role: shown(role), userId: toUserPrn(user_id), fixed };
    });
    const invitations = there.invitations.flatMap((invitation): Invitation[] => {
      const status = getInvitationStatus(invitation, now);
      if (status === "accepted") return [];
      const inviter = invitation.inviter_id === null ? "" : getUserById(state, invitation.inviter_id).email;
      const { id, email, role } = invitation;
      return [
        {
          kind: "invitation",
          person: person(email),
          role: shown(role),
          id,
          status,
          byCaller: person(inviter) === caller,
        },
      ];
    });
    const { limits } = there;
    const security = { ...there.security };
    const kept = belongings.filter((which) => there.belongings[which] > 0);
    const owner = person(getUserById(state, there.owner_id).email);
    const inside = { owner, members, invitations, limit: limits.users, security, belongings: kept };
    return [[name, { id: toOrganizationPrn(there.id), ...inside }]];
  });
  return new Map(found);
}

/** A person's place: member, else pending invitation, else the newest that has expired. */
export function placeOf({ members, invitations }: Inside, name: string): Place | undefined {
  const mine = invitations.filter((invitation) => invitation.person === person(name));
  return (
    members.find((member) => member.person === person(name)) ??
    mine.find(({ status }) => status === "pending") ??
    mine.at(-1)
  );
}

/** The members and the invitations that wait: those who have a seat. */
export function seated({ members, invitations }: Inside): readonly Place[] {
  return [...members, ...invitations.filter(({ status }) => status === "pending")];
}

/** Returns each person once. A membership takes precedence over an invitation. */
export function present(inside: Inside): readonly Place[] {
  const members = new Set(inside.members.map((member) => member.person));
  return seated(inside).filter(({ kind, person }) => kind === "member" || !members.has(person));
}

export function isAdmin(place: Place | undefined): boolean {
  return place?.kind === "member" && place.role === "admin";
}

export function admins({ members }: Inside): number {
  return members.filter(isAdmin).length;
}

/** A change of a person. */
export interface Change {
  readonly what: "invited" | "revoked" | "joined" | "removed" | "promoted" | "demoted";
  readonly organization: OrganizationName;
  readonly before: Place | undefined;
  readonly after: Place | undefined;
  readonly person: string;
}

/** Returns the changes of people between two observations. */
export function changes(before: World, after: World): Change[] {
  return organizations.flatMap((organization) => {
    const [was, is] = [before.get(organization), after.get(organization)];
    if (was === undefined || is === undefined) return [];
    const between = (what: Change["what"], before: Place | undefined, after: Place | undefined): Change => ({
      what,
      organization,
      before,
      after,
      person: (after ?? before)?.person ?? "",
    });
    const members = pairs(was.members, is.members, ({ userId }) => userId).flatMap(([then, now]): Change[] => {
      if (then === undefined) return [between("joined", then, now)];
      if (now === undefined) return [between("removed", then, now)];
      if (then.role === now.role) return [];
      return [between(above(now.role, then.role) ? "promoted" : "demoted", then, now)];
    });
    const invitations = pairs(was.invitations, is.invitations, ({ id }) => id).flatMap(([then, now]): Change[] => {
      if (then === undefined) return [between("invited", then, now)];
      return now === undefined ? [between("revoked", then, now)] : [];
    });
    return [...members, ...invitations];
  });
}

function pairs<T>(
  before: readonly T[],
  after: readonly T[],
  key: (one: T) => string,
): [T | undefined, T | undefined][] {
  const [was, is] = [new Map(before.map((one) => [key(one), one])), new Map(after.map((one) => [key(one), one]))];
  return [...new Set([...was.keys(), ...is.keys()])].map((key) => [was.get(key), is.get(key)]);
}

/** `invited bob developer in dev`. */
export function describeChange({ what, organization, person, before, after }: Change): string {
  return `${what} ${person} ${(after ?? before)?.role ?? ""} in ${organization}`;
}
