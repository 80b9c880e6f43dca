import {
  type Declaration,
  type Declarations,
  fullName,
  isIgnored,
  listDeclared,
  type MembershipDeclaration,
  type OrganizationName,
  organizations,
  type Policy,
  type Roster,
} from "./declarations";
import { predictOutcome } from "./deletionRules";
import {
  findPerson,
  isAdmin,
  isExpired,
  listPresent,
  listSeated,
  type Observed,
  type Person,
  type Snapshot,
} from "./observed";
import { toName } from "../harness/addresses";
import { type Backend, isAbove } from "./people";
import { type Entry, identifyPeople, isForced, listParts, mayEnd } from "./state";

/** The data that must explain a rejection. */
export interface Evidence {
  readonly backend: Backend;
  readonly declarations: Declarations;
  /** The state before the operation. */
  readonly former: readonly Entry[];
  /** The state after the operation. */
  readonly entries: readonly Entry[];
  /** The live organizations after the operation. */
  readonly snapshot: Snapshot;
}

/** The subject of a rejection, with the data that must explain it. */
export interface Subject extends Evidence {
  readonly organization: OrganizationName;
  readonly live: Observed;
  /** The live organization with the names that the state has for its users. */
  readonly observed: Observed;
  readonly declaration: Declaration;
  readonly person: Person | undefined;
  /** The Membership that declares the person. */
  readonly membership: MembershipDeclaration | undefined;
}

/** Finds the subject that a message names. */
export function findSubject(message: string, evidence: Evidence): Subject | undefined {
  const [, full, email = ""] = /^\w+ ([^\s/]+)(?:\/(\S+))?/.exec(message) ?? [];
  // A second provider may not know the name of an organization that the first one has created.
  const organization = organizations.find(
    (name) => fullName(name) === full || evidence.snapshot.get(name)?.id === full,
  );
  const live = organization && evidence.snapshot.get(organization);
  if (organization === undefined || live === undefined) return undefined;
  const declaration = evidence.declarations[organization];
  const observed = identifyPeople(live, evidence.entries, declaration);
  const name = toName(email);
  const membership = Object.values(declaration.memberships).find((one) => toName(one.name) === name);
  return {
    ...evidence,
    organization,
    live,
    observed,
    declaration,
    person: findPerson(observed, name),
    membership,
  };
}

/**
 * Reports whether the state has a part of an organization that may end, as far as the provider knows: the program does not declare it, or
 * it had no entry. Pulumi also checks a replaced Organization without an entry, so a part that moves to another organization is then refused.
 */
export function isPartToKeep({ declaration, entries, former, live }: Subject): boolean {
  const hadEntry = former.some(({ type, id }) => type === "Organization" && id === live.id);
  return (declaration.absent === true || !hadEntry) && listParts(entries, live.id).some(mayEnd);
}

/** Reports whether the state has a part of an undeclared organization without a valid marker. */
export function hasUnmarkedPart({ organization, declarations, entries, live }: Subject): boolean {
  return listParts(entries, live.id).some((entry) => predictOutcome(entry, organization, declarations) === "unmarked");
}

/** Reports whether members prevent the deletion of an organization, as far as its entry or one of its parts knows. */
export function isPopulated({ entries, live }: Subject): boolean {
  const known = entries.filter(({ organizationId }) => organizationId === live.id);
  return live.members.length > 1 && known.some((entry) => entry.deletionOptions !== undefined && !isForced(entry));
}

/** Returns the rosters in state whose organization has this predicted outcome. */
export function listRosters(
  { organization, declarations, entries, live }: Subject,
  outcome: ReturnType<typeof predictOutcome>,
): { readonly entry: Entry; readonly roster: Roster }[] {
  return listParts(entries, live.id).flatMap((entry) =>
    entry.roster !== undefined && predictOutcome(entry, organization, declarations) === outcome
      ? [{ entry, roster: entry.roster }]
      : [],
  );
}

/** Returns the people that the deletion of a roster removes, including invitations at their former addresses. */
export function listLeaving({ live, declaration }: Subject, entry: Entry): readonly Person[] {
  const declared = listDeclared(declaration);
  return entry.members.flatMap((name) => {
    if (declared.has(name)) return [];
    const userId = entry.users.get(name);
    const [user, person] = [live.members.find((member) => member.userId === userId), findPerson(live, name)];
    // A different user of an address stays.
    const atAddress = person?.kind === "member" && userId !== undefined ? [] : [person];
    return [user, ...atAddress].filter((one) => one !== undefined).filter(losesAccess);
  });
}

function losesAccess(person: Person): boolean {
  return person.kind === "member" ? !person.isFixed : person.status === "pending";
}

/** Returns the number of ignored admins that a Membership demotes. */
export function countDemotedElsewhere({ live, declaration }: Subject, roster: Roster): number {
  const declared = listDeclared(declaration);
  const partners = live.members.filter((member) => isAdmin(member) && isIgnored(roster, member.name));
  return partners.filter(({ name }) => (declared.get(name) ?? "admin") !== "admin").length;
}

/** Returns the declared settings that have another value, which is not the default. */
export function listForeignSettings({ security }: Observed, policy: Policy): string[] {
  const { requireTwoFactor, sessionTimeout } = policy;
  const { two_factor_required, session_timeout } = security;
  const isStricter = requireTwoFactor === false && two_factor_required;
  const isOther =
    session_timeout !== null && sessionTimeout !== undefined && toSeconds(sessionTimeout) !== session_timeout;
  return [...(isStricter ? ["requireTwoFactor"] : []), ...(isOther ? ["sessionTimeout"] : [])];
}

/** Converts a duration such as `8h` or `90m`. */
function toSeconds(duration: string): number {
  return Number.parseInt(duration, 10) * (duration.endsWith("h") ? 3600 : 60);
}

/** Reports whether the address of a user in state belongs to a different user. */
export function hasDifferentUser({ organizationId, users }: Entry, { id, members }: Observed): boolean {
  if (organizationId !== id) return false;
  return members.some((member) => (users.get(member.name) ?? member.userId) !== member.userId);
}

function findRole({ members }: Roster, name: string) {
  return Object.entries(members).find(([spelled]) => toName(spelled) === name)?.[1];
}

/** Reports whether a roster keeps the expired invitation of a person. */
export function isKept(observed: Observed, roster: Roster, name: string): boolean {
  const person = findPerson(observed, name);
  return roster.onExpired === "ignore" && isExpired(person) && person?.role === findRole(roster, toName(name));
}

export function hasOtherRole(person: Person, roster: Roster): boolean {
  const role = findRole(roster, person.name);
  return role !== undefined && role !== person.role;
}

/** Returns the people that the roster neither declares nor ignores. */
export function listUndeclared(observed: Observed, roster: Roster): readonly Person[] {
  return listPresent(observed).filter(
    (person) =>
      findRole(roster, person.name) === undefined &&
      !isIgnored(roster, person.name) &&
      !(person.kind === "member" && person.isFixed),
  );
}

/** Returns the people whose role differs from the declared one. */
export function listOtherRoles(observed: Observed, roster: Roster): readonly Person[] {
  return listPresent(observed).filter(
    (person) => hasOtherRole(person, roster) && !(person.kind === "member" && person.isFixed),
  );
}

/** Returns the people who lose access or a role. */
export function listLosing(observed: Observed, roster: Roster): readonly Person[] {
  const lowered = listPresent(observed).filter((person) => {
    const role = findRole(roster, person.name);
    return role !== undefined && isAbove(person.role, role);
  });
  return [...listUndeclared(observed, roster), ...lowered];
}

/** Returns the number of admins after the change. */
export function countAdminsLeft(observed: Observed, roster: Roster, declaration: Declaration): number {
  const gone = new Set(listUndeclared(observed, roster));
  const declared = listDeclared(declaration);
  return observed.members.filter((member) => {
    // A Membership may change an ignored person.
    const elsewhere = isIgnored(roster, member.name) ? declared.get(member.name) : undefined;
    const role = findRole(roster, member.name) ?? (member.role === "admin" ? elsewhere : undefined) ?? member.role;
    return !gone.has(member) && role === "admin";
  }).length;
}

/** Reports whether a Membership promotes an ignored member to admin. */
export function isPromotedElsewhere({ members }: Observed, declaration: Declaration): boolean {
  const { roster } = declaration;
  const declared = listDeclared(declaration);
  return members.some(
    ({ name, role }) =>
      roster !== undefined && isIgnored(roster, name) && role !== "admin" && declared.get(name) === "admin",
  );
}

/** Returns the number of declared people without a seat. */
export function countNewcomers(observed: Observed, declaration: Declaration): number {
  const { roster } = declaration;
  const seated = new Set(listSeated(observed).map((person) => person.name));
  const isWithoutInvitation = (name: string) => roster !== undefined && isKept(observed, roster, name);
  return [...listDeclared(declaration).keys()].filter((name) => !seated.has(name) && !isWithoutInvitation(name)).length;
}

/** Returns the number of missing seats after all removals that may make room. */
export function countSeatsShort(observed: Observed, declaration: Declaration): number {
  const { roster } = declaration;
  const removed = roster === undefined ? [] : listUndeclared(observed, roster);
  const leaving = new Set(
    removed.filter(({ kind, role }) => kind === "invitation" || role !== "admin").map((person) => person.name),
  );
  const remaining = listSeated(observed).filter((person) => !leaving.has(person.name)).length;
  return remaining + countNewcomers(observed, declaration) - observed.limit;
}
