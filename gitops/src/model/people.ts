import { canonicalizeEmail, getEndTime } from "#provider";
import type { NamedPerson } from "../objects/people";
import { compareObservation } from "./resource";
import { personRoles } from "../roles";
import { isHidden, unknown } from "../hidden";
import type { Side } from "./directory";
import type { Mention, Mentions } from "./mentions";
import type { MemberStatus, Organization, Person } from "./organization";
import { isWritten } from "./resource";

// The people of an organization on each side, merged from the resources that name them.

/** By canonical address. */
type People = ReadonlyMap<string, Person>;

/** The facts that decide about all people of an organization on one side. */
interface Context {
  /** True for people as Pulumi read them. Otherwise, programs declare them. */
  readonly isObserved: boolean;
  /** The people before the change, for the side after. */
  readonly earlier: People;
  readonly owner: Organization["owner"];
  /** True if the API is Avocado Connect, with which several people can be owners. */
  readonly isConnect: boolean;
  /** True if the change adopts the organization, so that no preview shows its people. */
  readonly isAdopted: boolean;
}

/** Returns the people of an organization on one side. */
export function computePeople(mentions: Mentions, side: Side, context: Context): People {
  const { earlier, owner, isAdopted } = context;
  const ownerAddress = typeof owner === "string" ? canonicalizeEmail(owner) : undefined;
  const people = new Map<string, Person>();
  for (const address of [...new Set([...earlier.keys(), ...mentions.keys()])].sort()) {
    const before = earlier.get(address);
    // The provider removes no owner. But it removes a former one that a program stops declaring.
    const isFormer = ownerAddress !== undefined && (before?.declaredBy ?? []).length > 0;
    const isOwner = address === ownerAddress || (before?.isOwner === true && !isFormer);
    const person = computePerson(mentions.get(address) ?? [], side, { ...context, before, isOwner });
    if (person !== undefined)
      people.set(address, isAdopted && person.status === "planned" ? { ...person, mayBeMember: true } : person);
  }
  return typeof owner === "string" ? addOwner(people, owner) : people;
}

/** The facts that decide about one person. */
interface PersonContext extends Pick<Context, "isObserved" | "isConnect"> {
  readonly before: Person | undefined;
  /** True if the provider does not remove the person. */
  readonly isOwner: boolean;
}

/** Returns a person on one side; undefined without access. */
function computePerson(mentions: readonly Mention[], side: Side, context: PersonContext): Person | undefined {
  const { before, isObserved, isOwner, isConnect } = context;
  const person = merge(mentions, side, context);
  if (person !== undefined) {
    const handover = isObserved || isOwner ? undefined : findHandover(mentions);
    if (handover === undefined) return person;
    return handover.invitedBy.length === 0 ? undefined : { ...person, status: "planned", userId: undefined };
  }
  // After drift, Pulumi reads the person in no resource.
  const isRemoved = isObserved ? mentions.length > 0 : !isOwner && mentions.some(removes);
  if (before === undefined || isRemoved) return undefined;
  return mentions.some(({ effect }) => effect === "covers") ? before : removeDeclaration(before, isConnect);
}

/** Peridio has no last days, so a person without a declaration has none. */
function removeDeclaration(person: Person, isConnect: boolean): Person {
  // The provider never removes owners of Avocado Connect. The Admin API has one owner, which `addOwner` adds.
  const ownership = isConnect && person.isOwner ? { isOwner: true, isKeptOwner: true } : { isOwner: false };
  return { ...person, ...ownership, lastDay: undefined, afterwards: undefined, declaredBy: [] };
}

/** An owner is always an admin and a member, even without a declaration. */
function addOwner(people: Map<string, Person>, owner: string): People {
  const address = canonicalizeEmail(owner);
  const undeclared = { email: owner, role: "admin", lastDay: undefined, userId: undefined, declaredBy: [] } as const;
  const member = people.get(address) ?? undeclared;
  // A hidden role stays hidden, so that the review shows its change.
  const role = isHidden(member.role) ? member.role : "admin";
  return people.set(address, { ...member, role, status: "active", isOwner: true });
}

/**
 * Merges the mentions of a person on one side, by one rule for each fact; undefined if none names the person. The newest
 * state counts, because another stack may have changed the person later. If programs differ, the outcome with more access counts.
 */
function merge(
  mentions: readonly Mention[],
  side: Side,
  { before, isObserved }: Pick<PersonContext, "before" | "isObserved">,
): Person | undefined {
  const named = mentions.flatMap(({ resource, [side]: person }) => (person === undefined ? [] : { resource, person }));
  if (isObserved) named.sort((a, b) => compareObservation(a.resource[side], b.resource[side]));
  const people = named.map(({ person }) => person);
  const last = people.at(-1);
  if (last === undefined) return undefined;
  const isDeclaredOwner = people.some(({ ownership }) => ownership === "declared");
  const isKeptOwner =
    people.some(({ ownership }) => ownership === "kept") || (!isObserved && before?.isKeptOwner === true);
  // An import shows only the new day.
  const dated = named.filter(({ resource }) => !isObserved || !resource.isImported);
  return {
    email: last.email,
    role: isObserved ? last.role : chooseHighestRole(people),
    // An imported person exists, but a preview does not show the status.
    status: isObserved ? (last.status ?? "active") : planStatus(people, before),
    isOwner: isDeclaredOwner || isKeptOwner,
    // A change lowers only declared owners.
    ...(isKeptOwner && !isDeclaredOwner && { isKeptOwner }),
    ...chooseLatestEnd(dated.length === 0 ? [last] : dated.map(({ person }) => person)),
    userId: people.findLast(({ userId }) => userId !== undefined)?.userId ?? before?.userId,
    declaredBy: named.map(({ resource }) => resource.urn),
  };
}

/** A hidden role may be any role. */
function chooseHighestRole(people: readonly Pick<NamedPerson, "role">[]): Person["role"] {
  const all = people.map(({ role }) => role);
  return all.find(isHidden) ?? personRoles.find((role) => all.includes(role)) ?? unknown;
}

/** No end is later than all others. A hidden end may be any end. */
function chooseLatestEnd(people: readonly NamedPerson[]): Pick<Person, "lastDay" | "afterwards"> {
  const ends = people.map(({ lastDay }) => lastDay);
  const hidden = ends.find(isHidden);
  if (hidden === undefined && ends.includes(undefined)) return { lastDay: undefined };
  const known = ends.filter((end) => typeof end === "string").sort((a, b) => getEndTime(a) - getEndTime(b));
  const later = people.flatMap(({ afterwards: role }) => (role === undefined ? [] : { role }));
  return {
    lastDay: hidden ?? known.at(-1),
    ...(later.length > 0 && { afterwards: chooseHighestRole(later) }),
  };
}

/** Returns `planned` for a person without a valid invitation, because the change sends one. */
function planStatus(people: readonly NamedPerson[], before: Person | undefined): MemberStatus {
  if (before?.status !== "expired") return before?.status ?? "planned";
  const stays = people.every(
    ({ status, isExpiryIgnored, role }) => status === "expired" || (isExpiryIgnored && role === before.role),
  );
  return stays ? "expired" : "planned";
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

/** Finds the stacks that remove or declare a person, if they disagree. */
export function findHandover(mentions: readonly Mention[]): Handover | undefined {
  if (!mentions.some(removes)) return undefined;
  const list = (some: readonly Mention[]) => [...new Set(some.map(({ resource }) => resource.stack))];
  const declaring = mentions.filter(({ effect }) => effect === "declares");
  const declaredBy = list(declaring);
  const removedBy = list(mentions.filter(removes)).filter((stack) => !declaredBy.includes(stack));
  if (removedBy.length === 0 || declaredBy.length === 0) return undefined;
  return {
    removedBy,
    declaredBy,
    importedBy: list(declaring.filter(({ resource }) => resource.isImported)),
    invitedBy: list(declaring.filter(({ resource }) => isWritten(resource))),
  };
}

function removes({ effect }: Mention): boolean {
  return effect === "removes";
}
