import * as z from "zod";
import { type Role, roles, canonicalizeEmail, createMatcher } from "#provider";
import { listBriefly, isRecord, type Values } from "#framework";
import {
  describeResource,
  type Resource,
  type State,
  type Hidden,
  isHidden,
  secret,
  unknown,
  isWritten,
} from "../preview/resource";
import type { Person, MemberStatus } from "./organization";

/** The declaration of one person by one resource. */
interface PersonDeclaration {
  readonly email: string;
  readonly role: Role | Hidden;
  /** Undefined for a planned invitation. */
  readonly status?: MemberStatus | undefined;
  readonly userId?: string | undefined;
  /** True if an expired invitation stays as it is. */
  readonly isExpiryIgnored?: boolean;
}

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

const knownRole = z.enum(roles);
const memberStatus = z.enum(["active", "pending", "expired"]).optional().catch(undefined);
const userId = z.string().optional().catch(undefined);

/**
 * Combines the declarations of people. If `observed`, the states were read from Peridio, the newest last. Otherwise
 * they are planned, and `earlier` has the status of each person.
 */
export function combinePeople(
  resources: readonly (readonly [Resource, State])[],
  isObserved: boolean,
  earlier: ReadonlyMap<string, Person> = new Map(),
): People {
  const byAddress = new Map<string, Person>();
  const unknowns: string[] = [];
  let hidden = 0;
  let hasHiddenRoster = false;
  for (const [resource, state] of resources) {
    const values = isObserved ? (state.outputs ?? state.inputs) : state.inputs;
    const declared = resource.kind === "Membership" ? readMembership(resource, values) : readRoster(resource, values);
    hidden += declared.hidden;
    hasHiddenRoster ||= declared.hiddenRoster !== undefined;
    unknowns.push(...declared.unknowns);
    for (const declaration of [
      ...declared.people,
      ...(declared.hiddenRoster ? listHiddenRosterPeople(resource, declared.hiddenRoster, earlier) : []),
    ]) {
      const before = earlier.get(canonicalizeEmail(declaration.email));
      const other = byAddress.get(canonicalizeEmail(declaration.email));
      byAddress.set(canonicalizeEmail(declaration.email), {
        email: declaration.email,
        // If stacks declare different roles, either may remain. The higher one is the worse outcome.
        role: isObserved ? declaration.role : chooseHigherRole(declaration.role, other?.role),
        // An imported person exists, but a preview does not show the status.
        status: declaration.status ?? (isObserved ? "active" : getPlannedStatus(declaration, before, other)),
        isOwner: false,
        userId: declaration.userId ?? other?.userId ?? before?.userId,
        declaredBy: [...(other?.declaredBy ?? []), resource.urn],
      });
    }
  }
  return { byAddress, hidden, hasHiddenRoster, unknowns };
}

/**
 * Returns the people who stay although their roster stops declaring them: the ignored people and, if the roster is removed
 * from the program, also the undeclared people.
 */
export function findKeptPeople(
  past: readonly Resource[],
  present: readonly Resource[],
  earlier: ReadonlyMap<string, Person>,
): readonly Person[] {
  return past
    .filter(({ kind }) => kind === "OrganizationMembers")
    .flatMap(({ urn, before }) => {
      const still = present.find((resource) => resource.urn === urn)?.after;
      const declared = new Set(before === undefined ? [] : listDeclaredAddresses(before));
      const isKept =
        still === undefined
          ? (email: string) => !declared.has(canonicalizeEmail(email))
          : createMatcher(still.inputs.ignore);
      return [...earlier.values()].filter(({ email, declaredBy }) => declaredBy.includes(urn) && isKept(email));
    });
}

/** Returns the canonical addresses that a state declares, without hidden ones. */
export function listDeclaredAddresses({ inputs: { email, members } }: State): readonly string[] {
  if (typeof email === "string") return [canonicalizeEmail(email)];
  return isRecord(members) && !isHidden(members) ? Object.keys(members).map(canonicalizeEmail) : [];
}

/** Returns the role that allows more. A hidden role may be any role, so it wins. */
function chooseHigherRole(role: Role | Hidden, other: Role | Hidden | undefined): Role | Hidden {
  if (other === undefined || isHidden(role)) return role;
  return isHidden(other) || roles.indexOf(other) < roles.indexOf(role) ? other : role;
}

/** Returns `planned` for a person without a valid invitation, because the change sends one. `other` is the person in another resource. */
function getPlannedStatus(
  declaration: PersonDeclaration,
  before: Person | undefined,
  other: Person | undefined,
): MemberStatus {
  if (before === undefined || other?.status === "planned") return "planned";
  if (before.status !== "expired") return before.status;
  return declaration.isExpiryIgnored === true && declaration.role === before.role ? "expired" : "planned";
}

interface ResourceDeclaration {
  readonly people: readonly PersonDeclaration[];
  readonly hidden: number;
  readonly unknowns: readonly string[];
  /** Set if the preview hides all people. */
  readonly hiddenRoster?: Hidden;
}

function readMembership(resource: Resource, values: Values): ResourceDeclaration {
  const { email } = values;
  if (typeof email !== "string") {
    const reason = isHidden(email) ? describeHidden(email) : "missing";
    return { people: [], hidden: 1, unknowns: [`The e-mail address of ${describeResource(resource)} is ${reason}.`] };
  }
  const person: PersonDeclaration = {
    email,
    role: readRole(values.role),
    status: memberStatus.parse(values.status),
    userId: userId.parse(values.userId),
    // A different resource sends a new invitation.
    isExpiryIgnored: values.onExpired === "ignore" && resource.before !== undefined && !resource.isReplaced,
  };
  return { people: [person], hidden: 0, unknowns: describeHiddenRoles(resource, [person]) };
}

function readRoster(resource: Resource, values: Values): ResourceDeclaration {
  const { members } = values;
  if (isHidden(members) || !isRecord(members)) {
    const hiddenRoster = isHidden(members) ? members : unknown;
    const unknowns = [`The people in ${describeResource(resource)} are ${describeHidden(hiddenRoster)}.`];
    return { people: [], hidden: 0, unknowns, hiddenRoster };
  }
  const people = Object.entries(members).map(([email, role]): PersonDeclaration => {
    const person = isRecord(values.people) ? values.people[email] : undefined;
    const details = isRecord(person) ? person : {};
    return {
      email,
      role: readRole(role),
      status: memberStatus.parse(details.status),
      userId: userId.parse(details.userId),
    };
  });
  return { people, hidden: 0, unknowns: describeHiddenRoles(resource, people) };
}

/** Returns all people of a roster, with a hidden role. */
function listHiddenRosterPeople(
  { urn }: Resource,
  role: Hidden,
  earlier: ReadonlyMap<string, Person>,
): readonly PersonDeclaration[] {
  return [...earlier.values()]
    .filter(({ declaredBy }) => declaredBy.includes(urn))
    .map(({ email, status, userId }) => ({ email, role, status, userId }));
}

function readRole(value: unknown): Role | Hidden {
  return isHidden(value) ? value : (knownRole.safeParse(value).data ?? unknown);
}

/** Writes a sentence about the hidden roles of a resource, for each reason. */
function describeHiddenRoles(resource: Resource, people: readonly PersonDeclaration[]): readonly string[] {
  return [secret, unknown].flatMap((reason) => {
    const emails = people.flatMap(({ email, role }) => (isHidden(role) && role.hidden === reason.hidden ? email : []));
    if (emails.length === 0) return [];
    const roles = emails.length === 1 ? "The role of" : "The roles of";
    const are = emails.length === 1 ? "is" : "are";
    return [`${roles} ${listBriefly(emails)} in ${describeResource(resource)} ${are} ${describeHidden(reason)}.`];
  });
}

function describeHidden({ hidden }: Hidden): string {
  return hidden === "secret" ? "secret" : "not known before the update";
}

/** A person that some stacks remove and others declare. */
export interface Contest {
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
export function findContests(past: readonly Resource[], present: readonly Resource[]): ReadonlyMap<string, Contest> {
  const declaring = groupByAddress(present.filter(declaresPeople));
  return new Map(
    [...findRemovals(past, present)].flatMap(([address, removedBy]) => {
      const resources = declaring.get(address);
      if (resources === undefined) return [];
      const stacks = (some: readonly Resource[]) => [...new Set(some.map(({ stack }) => stack))];
      const contest: Contest = {
        removedBy: [...removedBy],
        declaredBy: stacks(resources),
        importedBy: stacks(resources.filter(({ isImported }) => isImported)),
        invitedBy: stacks(resources.filter(isWritten)),
      };
      return [[address, contest] as const];
    }),
  );
}

/** Leaves out the people that one stack removes and no other one invites. */
export function omitRemovedPeople(
  people: ReadonlyMap<string, Person>,
  contests: ReadonlyMap<string, Contest>,
): Map<string, Person> {
  return new Map(
    [...people].flatMap(([address, person]): [string, Person][] => {
      const contest = contests.get(address);
      if (contest === undefined) return [[address, person]];
      return contest.invitedBy.length === 0 ? [] : [[address, { ...person, status: "planned", userId: undefined }]];
    }),
  );
}

function declaresPeople({ kind, isReleased }: Resource): boolean {
  return !isReleased && (kind === "Membership" || kind === "OrganizationMembers");
}

/** Finds the resources that declare each address after the change. */
function groupByAddress(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  const byAddress = new Map<string, Resource[]>();
  for (const resource of resources) {
    for (const address of resource.after === undefined ? [] : listDeclaredAddresses(resource.after)) {
      byAddress.set(address, [...(byAddress.get(address) ?? []), resource]);
    }
  }
  return byAddress;
}

/** Finds the stacks that stop declaring each address. A stack that hides its members may still declare all of them. */
function findRemovals(
  past: readonly Resource[],
  present: readonly Resource[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const byAddress = new Map<string, Set<string>>();
  for (const stack of new Set(past.map((resource) => resource.stack))) {
    const declared = present.filter((resource) => resource.stack === stack);
    const rosters = declared.filter(({ kind }) => kind === "OrganizationMembers");
    const own = declared.filter(declaresPeople).flatMap(({ after }) => after ?? []);
    if (rosters.some((roster) => isHidden(roster.after?.inputs.members))) continue;
    const still = new Set(own.flatMap(listDeclaredAddresses));
    const declaring = past.filter((resource) => declaresPeople(resource) && resource.stack === stack);
    const addresses = declaring.flatMap(({ before }) => (before === undefined ? [] : listDeclaredAddresses(before)));
    for (const address of addresses) {
      if (!still.has(address)) byAddress.set(address, (byAddress.get(address) ?? new Set()).add(stack));
    }
  }
  return byAddress;
}
