import { listBriefly, parsePath } from "#framework";
import { canonicalizeEmail, createMatcher } from "#provider";
import { groupBy } from "../grouping";
import type { NamedPeople, NamedPerson } from "../objects/people";
import { personRole, type PersonRole, personRoles } from "../roles";
import { describeWithheld, type Withheld, isWithheld, secret, unknown } from "../withheld";
import { describeResource, isWritten } from "./resource";
import type { Declaration, DeclaredState } from "./declaration";
import { createGroupComparison } from "./groupInvitations";
import type { MemberStatus, Organization, Person } from "./organization";

/** The people that resources declare or have read in one organization. */
export interface People {
  /** By canonical address. */
  readonly byAddress: Map<string, Person>;
  /** The number of other people, whose addresses are hidden. */
  readonly hidden: number;
  /** True if a roster declares people that the preview hides. */
  readonly hasHiddenRoster: boolean;
  /** The facts that the preview hides, in whole sentences. */
  readonly unknowns: readonly string[];
}

/** One person in one resource. */
interface DeclaredPerson extends Pick<NamedPerson, "email" | "userId" | "lastDay" | "ownership"> {
  readonly role: PersonRole | Withheld;
  /** Undefined for a planned invitation. */
  readonly status: MemberStatus | undefined;
  /** True if an expired invitation stays as it is. */
  readonly isExpiryIgnored: boolean;
}

/**
 * Combines the people that resources name. The observed people of a state were read from Peridio, the newest state last.
 * The declared people are planned, and `earlier` has the status of each person.
 */
export function combinePeople(
  declarations: readonly (readonly [Declaration, DeclaredState])[],
  source: "observed" | "declared",
  earlier: ReadonlyMap<string, Person> = new Map(),
): People {
  const isObserved = source === "observed";
  const byAddress = new Map<string, Person>();
  const unknowns: string[] = [];
  const imports = new Set(declarations.flatMap(([{ isImported, urn }]) => (isImported ? urn : [])));
  // An import shows only the new day.
  const hidesFormerDay = (urn: string) => isObserved && imports.has(urn);
  let hidden = 0;
  let hasHiddenRoster = false;
  for (const [declaration, { people }] of declarations) {
    if (people === undefined) continue;
    const named = people[source];
    const { urn, kind } = declaration;
    const hiddenRoster = kind === "OrganizationMembers" ? named.hidden : undefined;
    const declared =
      hiddenRoster === undefined ? readPeople(declaration, named) : listFormerPeople(urn, hiddenRoster, earlier);
    if (kind === "Membership" && declared.length === 0) hidden += 1;
    hasHiddenRoster ||= hiddenRoster !== undefined;
    unknowns.push(...(hiddenRoster === undefined ? describeHiddenRoles(declaration, declared) : []));
    unknowns.push(...describeHiddenPeople(declaration, named));
    for (const person of declared) {
      const address = canonicalizeEmail(person.email);
      const [before, other] = [earlier.get(address), byAddress.get(address)];
      byAddress.set(address, {
        email: person.email,
        // If stacks declare different roles, either may remain. The higher one is the worse outcome.
        role: isObserved ? person.role : chooseHigherRole(person.role, other?.role),
        // An imported person exists, but a preview does not show the status.
        status: person.status ?? (isObserved ? "active" : getPlannedStatus(person, before, other)),
        ...combineOwnership(person, other, isObserved ? undefined : before),
        lastDay:
          other === undefined || other.declaredBy.every(hidesFormerDay)
            ? person.lastDay
            : hidesFormerDay(urn)
              ? other.lastDay
              : chooseLaterDay(person.lastDay, other.lastDay),
        userId: person.userId ?? other?.userId ?? before?.userId,
        declaredBy: [...(other?.declaredBy ?? []), urn],
      });
    }
  }
  return { byAddress, hidden, hasHiddenRoster, unknowns };
}

const knownRole = personRole.optional().catch(undefined);

/** If one of two resources declares an owner, the person is or becomes one. A change lowers only declared owners. */
function combineOwnership(
  { ownership }: DeclaredPerson,
  other: Person | undefined,
  before: Person | undefined,
): Pick<Person, "isOwner" | "isKeptOwner"> {
  if (ownership === "declared" || (other?.isOwner === true && other.isKeptOwner !== true)) return { isOwner: true };
  const isKept = ownership === "kept" || other?.isKeptOwner === true || before?.isKeptOwner === true;
  return isKept ? { isOwner: true, isKeptOwner: true } : { isOwner: false };
}

function readPeople(declaration: Declaration, { people }: NamedPeople): readonly DeclaredPerson[] {
  const { before, isReplaced } = declaration;
  // A different resource sends a new invitation.
  const isKept = before !== undefined && !isReplaced;
  const joinsAnotherGroup = createGroupComparison(declaration);
  return [...people.values()].map((person) => ({
    ...person,
    role: isWithheld(person.role) ? person.role : (knownRole.parse(person.role) ?? unknown),
    isExpiryIgnored: person.isExpiryIgnored && isKept && !joinsAnotherGroup(person.email),
  }));
}

/** Returns the people of a hidden roster before the change, with a hidden role. */
function listFormerPeople(
  urn: string,
  role: Withheld,
  earlier: ReadonlyMap<string, Person>,
): readonly DeclaredPerson[] {
  return [...earlier.values()]
    .filter(({ declaredBy }) => declaredBy.includes(urn))
    .map(({ email, status, userId }) => ({
      email,
      role,
      ownership: undefined,
      lastDay: role,
      status,
      userId,
      isExpiryIgnored: false,
    }));
}

/** Writes a sentence about the hidden roles of a resource, for each reason. */
function describeHiddenRoles(resource: Declaration, people: readonly DeclaredPerson[]): readonly string[] {
  return [secret, unknown].flatMap((withheld) => {
    const emails = people.flatMap(({ email, role }) =>
      isWithheld(role) && role.reason === withheld.reason ? email : [],
    );
    if (emails.length === 0) return [];
    const roles = emails.length === 1 ? "The role of" : "The roles of";
    const are = emails.length === 1 ? "is" : "are";
    return [`${roles} ${listBriefly(emails)} in ${describeResource(resource)} ${are} ${describeWithheld(withheld)}.`];
  });
}

/** Writes a sentence about the person or the roster that a preview hides. */
function describeHiddenPeople(resource: Declaration, { people, hidden }: NamedPeople): readonly string[] {
  const reason = hidden === undefined ? "missing" : describeWithheld(hidden);
  if (resource.kind === "Membership")
    return people.size > 0 ? [] : [`The e-mail address of ${describeResource(resource)} is ${reason}.`];
  return hidden === undefined ? [] : [`The people in ${describeResource(resource)} are ${reason}.`];
}

/** Returns the role that allows more. A hidden role may be any role, so it wins. */
function chooseHigherRole(
  role: PersonRole | Withheld,
  other: PersonRole | Withheld | undefined,
): PersonRole | Withheld {
  if (other === undefined || isWithheld(role)) return role;
  return isWithheld(other) || personRoles.indexOf(other) < personRoles.indexOf(role) ? other : role;
}

/** Returns the day on which access ends if two resources declare a person. A hidden day may be any day, so it wins. */
function chooseLaterDay(day: Person["lastDay"], other: Person["lastDay"]): Person["lastDay"] {
  if (day === undefined || isWithheld(day)) return day;
  return other === undefined || isWithheld(other) || other > day ? other : day;
}

/** Returns `planned` for a person without a valid invitation, because the change sends one. `other` is the person in another resource. */
function getPlannedStatus(person: DeclaredPerson, before: Person | undefined, other: Person | undefined): MemberStatus {
  if (before === undefined || other?.status === "planned") return "planned";
  if (before.status !== "expired") return before.status;
  return person.isExpiryIgnored && person.role === before.role ? "expired" : "planned";
}

/**
 * Returns the people who stay although their roster does not declare them: the ignored people and, if the roster is removed from the
 * program, also the undeclared people.
 */
export function findKeptPeople(
  past: readonly Declaration[],
  present: readonly Declaration[],
  earlier: ReadonlyMap<string, Person>,
): readonly Person[] {
  return past
    .filter(({ kind }) => kind === "OrganizationMembers")
    .flatMap(({ urn, before }) => {
      const still = present.find((resource) => resource.urn === urn)?.after?.people;
      const isIgnored = createIgnore(urn, present);
      const isKept = (address: string, email: string) =>
        still === undefined ? before?.people?.declared.people.has(address) !== true : isIgnored(email);
      return [...earlier].flatMap(([address, person]) =>
        person.declaredBy.includes(urn) && isKept(address, person.email) ? [person] : [],
      );
    });
}

/** Returns a function that reports if a roster ignores a person after the change. */
function createIgnore(urn: string, present: readonly Declaration[]): (email: string) => boolean {
  const roster = present.find((resource) => resource.urn === urn);
  return createMatcher(roster?.after?.people?.declared.ignore);
}

/** Returns the people who joined outside Pulumi. A roster keeps them, because `ignoreChanges` covers them. */
export function findCoveredPeople(
  present: readonly Declaration[],
  earlier: ReadonlyMap<string, Person>,
): ReadonlyMap<string, Person> {
  const rosters = present.filter(({ kind }) => kind === "OrganizationMembers");
  return new Map(
    [...(rosters.length === 0 ? [] : earlier)].filter(([address, { declaredBy }]) =>
      rosters.some((roster) => declaredBy.includes(roster.urn) && keepsUndeclared(roster, address)),
    ),
  );
}

/**
 * Reports if a person stays without a declaration in a roster, because `ignoreChanges` covers the person, or because the program no
 * longer contains the roster.
 */
export function keepsUndeclared({ after }: Declaration, address: string): boolean {
  if (after === undefined) return true;
  if (after.people === undefined || after.ignoredChanges.length === 0) return false;
  const isCovered = createCover(after.ignoredChanges);
  return isCovered(address) && !after.people.declared.people.has(address);
}

/** Returns a function that reports if `ignoreChanges` covers a person of a roster. The provider then neither adds nor removes the person. */
function createCover(paths: readonly string[]): (address: string) => boolean {
  const covers = paths.map((text) => parsePath(text) ?? ["*"]);
  return (address) =>
    covers.some(
      ([name, person = "*"]) =>
        (name === "members" || name === "*") && (person === "*" || canonicalizeEmail(String(person)) === address),
    );
}

/** Reports if a roster without ignored people declares all people except owners. With `ignoreChanges`, it does not remove others. */
export function declaresEveryone(rosters: readonly DeclaredState[]): boolean {
  return rosters.some(({ people, ignoredChanges }) => {
    const names = ignoredChanges.map((path) => String(parsePath(path)?.[0] ?? "*"));
    if (people === undefined || names.some((name) => ["members", "ignore", "*"].includes(name))) return false;
    const { hidden, ignore } = people.declared;
    return hidden === undefined && !isWithheld(ignore) && ignore.length === 0;
  });
}

/** A person that some stacks remove and others declare. */
export interface Handover {
  /** The stacks that stop declaring the person. */
  readonly removedBy: readonly string[];
  /** The stacks that declare the person. */
  readonly declaredBy: readonly string[];
  /** The declaring stacks that import the person. After the removal, the import fails. */
  readonly importedBy: readonly string[];
  /**
   * The declaring stacks that invite the person again if they run after the removal. A stack without changes does not
   * see the removal.
   */
  readonly invitedBy: readonly string[];
}

/** Returns the people of one organization that some stacks remove and others declare, by canonical address. */
export function findHandovers(
  past: readonly Declaration[],
  present: readonly Declaration[],
): ReadonlyMap<string, Handover> {
  const declaring = groupBy(
    present
      .filter(({ isReleased }) => !isReleased)
      .flatMap((declaration) => listAddresses(declaration.after).map((address) => ({ declaration, address }))),
    ({ address }) => address,
  );
  return new Map(
    [...findRemovals(past, present)].flatMap(([address, removedBy]) => {
      const resources = declaring.get(address)?.map(({ declaration }) => declaration);
      if (resources === undefined) return [];
      const stacks = (some: readonly Declaration[]) => [...new Set(some.map(({ stack }) => stack))];
      const handover: Handover = {
        removedBy: [...removedBy],
        declaredBy: stacks(resources),
        importedBy: stacks(resources.filter(({ isImported }) => isImported)),
        invitedBy: stacks(resources.filter(isWritten)),
      };
      return [[address, handover] as const];
    }),
  );
}

/** Leaves out the people that one stack removes and no other one invites. Peridio does not remove the owner. */
export function omitRemovedPeople(
  people: ReadonlyMap<string, Person>,
  handovers: ReadonlyMap<string, Handover>,
  owner: Organization["owner"],
): Map<string, Person> {
  const kept = typeof owner === "string" ? canonicalizeEmail(owner) : undefined;
  return new Map(
    [...people].flatMap(([address, person]): [string, Person][] => {
      const handover = handovers.get(address);
      if (handover === undefined || address === kept) return [[address, person]];
      return handover.invitedBy.length === 0 ? [] : [[address, { ...person, status: "planned", userId: undefined }]];
    }),
  );
}

/**
 * Finds the stacks that stop declaring each address. A stack that hides its members may still declare all of them, and a roster does not
 * remove the people that it ignores.
 */
function findRemovals(
  past: readonly Declaration[],
  present: readonly Declaration[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const byAddress = new Map<string, Set<string>>();
  for (const stack of new Set(past.map((declaration) => declaration.stack))) {
    const declared = present.filter((declaration) => declaration.stack === stack);
    const rosters = declared.filter(({ kind }) => kind === "OrganizationMembers");
    if (rosters.some(({ after }) => after?.people?.declared.hidden !== undefined)) continue;
    const kept = declared.filter(({ isReleased }) => !isReleased);
    const still = new Set(kept.flatMap(({ after }) => listAddresses(after)));
    const former = past.filter((declaration) => declaration.stack === stack && !declaration.isReleased);
    const ended = former.flatMap(({ urn, before }) => {
      const isIgnored = createIgnore(urn, declared);
      return listAddresses(before).filter((address) => !still.has(address) && !isIgnored(address));
    });
    for (const address of ended) byAddress.set(address, (byAddress.get(address) ?? new Set()).add(stack));
  }
  return byAddress;
}

/** Returns the canonical addresses that a program declares, without hidden ones. */
function listAddresses(state: DeclaredState | undefined): readonly string[] {
  return [...(state?.people?.declared.people.keys() ?? [])];
}
