import { canonicalizeEmail } from "../api";
import { type AnotherKey, isRecord, type Values } from "#framework";
import type { Invitation, Member, RosterEntry, Role, Unknown } from "../api";
import type { Context } from "../resource";
import { isSameEmail } from "../types/email";
import { createMatcher, type DeclaredRoster } from "./declaration";
import { indexGroups } from "./groups";
import { hasOwnerRole } from "./owners";
import { getProtectedUserId } from "./protection";

/** A person of an organization. */
export interface ListedPerson {
  /** The address in the roster: the declared one, even if the user has another address. */
  readonly email: string;
  readonly person: RosterEntry;
}

/** The people of an organization, and the roles that the program declares for them. */
export interface RosterState {
  /** The declared roles by e-mail address, in any case. */
  readonly desired: Readonly<Record<string, Role | Unknown>>;
  /** The UUIDs of the groups that invited people join by accepting, by canonical address; null for a group that the program no longer declares. */
  readonly groups: ReadonlyMap<string, string | null>;
  /** Members, pending invitations, and the expired invitations of declared people. */
  readonly people: readonly ListedPerson[];
  /** Pending invitations to former addresses of declared users. Another person could accept one. */
  readonly orphanedInvitations: readonly Invitation[];
  /** Reports if the provider never removes the member: an owner, and the API key's own user. */
  readonly isProtected: (member: Member) => boolean;
  /** Reports if the member is the API key's own user. */
  readonly isOwnUser: (member: Member) => boolean;
  /** Reports if the program declares the role `owner` for the address, or declared it before. */
  readonly isDeclaredOwner: (email: string) => boolean;
  /** Reports if the roster ignores the address. */
  readonly isIgnored: (email: string) => boolean;
  /** True if expired invitations stay as they are. */
  readonly ignoresExpired: boolean;
}

/** The statuses and roles in the state, by canonical address. */
export type PriorStatuses = ReadonlyMap<string, Values>;

/** Reads the people of an organization. `prior` holds the people in the state, by which users with a new address are found. */
export async function readRosterState(
  context: Pick<Context, "api"> & AnotherKey,
  id: string,
  {
    members: desired = {},
    groups,
    ignore,
    onExpired: reaction,
  }: Pick<DeclaredRoster, "members" | "groups" | "ignore" | "onExpired">,
  prior: PriorStatuses = new Map(),
): Promise<RosterState> {
  const { roster } = context.api;
  const { people, orphanedInvitations } = resolveNewAddresses(await roster.list(id), Object.keys(desired), prior);
  const present = new Set(people.map(({ email }) => canonicalizeEmail(email)));
  const absent = new Set(
    Object.keys(desired)
      .map(canonicalizeEmail)
      .filter((email) => !present.has(email)),
  );
  // An expired invitation matters only if the person is absent.
  const expired = await Promise.all([...absent].map((email) => roster.find(id, email)));
  const self = await getProtectedUserId(context);
  const isOwnUser = ({ userId }: Member) => userId === self;
  const declaredRoles = indexByAddress(desired);
  return {
    desired,
    groups: indexGroups(groups),
    people: [...people, ...expired.filter((person) => person !== undefined).map(toListedPerson)],
    orphanedInvitations,
    isProtected: (member) => member.isOwner || isOwnUser(member),
    isOwnUser,
    isDeclaredOwner: (email) =>
      [declaredRoles.get(canonicalizeEmail(email)), prior.get(canonicalizeEmail(email))?.role].includes("owner"),
    isIgnored: createMatcher(ignore),
    ignoresExpired: reaction === "ignore",
  };
}

/**
 * Lists a user with a new address under the declared one, so that the user is not removed and nobody else is invited.
 * A pending invitation to that address belongs to another person.
 */
function resolveNewAddresses(
  people: readonly RosterEntry[],
  declared: readonly string[],
  prior: PriorStatuses,
): Pick<RosterState, "people" | "orphanedInvitations"> {
  const names = new Set(declared.map(canonicalizeEmail));
  const joined = new Set(people.filter(({ kind }) => kind === "member").map(({ email }) => canonicalizeEmail(email)));
  const declaredByUser = new Map(
    declared
      .filter((email) => !joined.has(canonicalizeEmail(email)))
      .map((email) => [prior.get(canonicalizeEmail(email))?.userId, email]),
  );
  const findFormerAddress = (person: RosterEntry): string | undefined =>
    person.kind === "member" && !names.has(canonicalizeEmail(person.email))
      ? declaredByUser.get(person.userId)
      : undefined;
  const former = new Set(people.flatMap((person) => findFormerAddress(person) ?? []).map(canonicalizeEmail));
  const isOrphaned = (person: RosterEntry): person is Invitation =>
    person.kind === "invitation" && former.has(canonicalizeEmail(person.email));
  return {
    people: people
      .filter((person) => !isOrphaned(person))
      .map((person) => ({ email: findFormerAddress(person) ?? person.email, person })),
    orphanedInvitations: people.filter(isOrphaned),
  };
}

/** Lists a person under the address in Peridio. */
export function toListedPerson(person: RosterEntry): ListedPerson {
  return { email: person.email, person };
}

/** Returns the declared people of the organization, by their addresses as the program spells them. */
export function findDeclared({ desired, people }: RosterState): ReadonlyMap<string, RosterEntry> {
  const byAddress = new Map(people.map(({ email, person }) => [canonicalizeEmail(email), person]));
  return new Map(
    Object.keys(desired).flatMap((email) => {
      const person = byAddress.get(canonicalizeEmail(email));
      return person === undefined ? [] : [[email, person] as const];
    }),
  );
}

/** Returns the undeclared people that the roster removes. */
export function findUndeclared(state: RosterState): readonly ListedPerson[] {
  return listOthers(state).filter((listed) => !isSpared(listed, state));
}

/** Returns the addresses of undeclared owners, unless the roster ignores them. It never removes owners. */
export function findUndeclaredOwners(state: RosterState): readonly string[] {
  return listOthers(state)
    .filter(({ email, person }) => hasOwnerRole(person) && !state.isIgnored(email))
    .map(({ email }) => email);
}

/** Returns the undeclared people that the roster keeps. */
export function findSpared(state: RosterState): readonly ListedPerson[] {
  return listOthers(state).filter((listed) => isSpared(listed, state));
}

function listOthers({ desired, people }: RosterState): readonly ListedPerson[] {
  const declared = new Set(Object.keys(desired).map(canonicalizeEmail));
  return people.filter(({ email }) => !declared.has(canonicalizeEmail(email)));
}

function isSpared({ email, person }: ListedPerson, { isProtected, isIgnored }: RosterState): boolean {
  return isIgnored(email) || (person.kind === "member" && isProtected(person));
}

/** Returns the invitation at the former address of a declared user. */
export function findOrphanedInvitation(email: string, { orphanedInvitations }: RosterState): Invitation | undefined {
  return orphanedInvitations.find((invitation) => isSameEmail(invitation.email, email));
}

/**
 * Returns the status and the role of each person, by canonical address. A person that `priorInputs` declare with the role `owner`
 * has this role, even if the outputs in the state do not show it.
 */
export function readStatuses({ people, members }: Values, priorInputs: Values = {}): ReadonlyMap<string, Values> {
  const former = [...indexByAddress(priorInputs.members)].filter(([, role]) => role === "owner");
  const roles = new Map([...indexByAddress(members), ...former]);
  return new Map(
    [...indexByAddress(people)].flatMap(([email, status]) =>
      isRecord(status) ? [[email, { ...status, role: roles.get(email) }] as const] : [],
    ),
  );
}

/** Returns the values of a map by canonical address. Empty for a value that is no map. */
export function indexByAddress(map: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(isRecord(map) ? map : {}).map(([email, value]) => [canonicalizeEmail(email), value]));
}
