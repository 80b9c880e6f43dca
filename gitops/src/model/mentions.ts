import { listBriefly, parsePath } from "#framework/messages";
import { canonicalizeEmail, createMatcher } from "#provider";
import { groupBy } from "../grouping";
import type { NamedPeople, NamedPerson } from "../objects/people";
import { describeHidden, isHidden, secret, unknown, type Hidden } from "../hidden";
import { type Declaration, type DeclaredState, filterByKind } from "./declaration";
import type { Side } from "./directory";
import { createGroupComparison } from "./groupInvitations";
import { describeResource } from "./resource";

// The people in Memberships and rosters. Each resource mentions them on its own, and `people.ts` merges the mentions of a person.

/**
 * The effect of a resource on one person.
 *
 * | effect     | meaning                                                                                                |
 * | ---------- | ------------------------------------------------------------------------------------------------------ |
 * | `declares` | The resource names the person after the change, or may do so, because the preview hides its people.    |
 * | `covers`   | A roster keeps a person that it does not declare, because of `ignoreChanges`.                          |
 * | `keeps`    | The person stays without this declaration: released, ignored, or not declared by a roster that goes.   |
 * | `removes`  | The update of the resource, or its deletion, removes the person.                                       |
 * | `loses`    | The person lost the access outside Pulumi since the last update, or in drift.                          |
 */
export type Effect = "declares" | "covers" | "keeps" | "removes" | "loses";

/** One person in one resource. */
export interface Mention {
  readonly resource: Declaration;
  /** As the program declared the person at the last update. */
  readonly recorded: NamedPerson | undefined;
  /** As Pulumi had read the person at the last update. */
  readonly recordedObserved: NamedPerson | undefined;
  /** As Pulumi read the person before the change. */
  readonly before: NamedPerson | undefined;
  /** As the program declares the person after the change; in drift, as Pulumi read the person. */
  readonly after: NamedPerson | undefined;
  readonly effect: Effect;
}

/** The mentions in one organization, by canonical address. */
export type Mentions = ReadonlyMap<string, readonly Mention[]>;

/** Reads the people of an organization. `vanished` contains the resources that were deleted outside Pulumi. */
export function readMentions(
  key: string,
  resources: readonly Declaration[],
  { isPlanned, vanished }: { readonly isPlanned: boolean; readonly vanished: readonly Declaration[] },
): Mentions {
  const naming = [...filterByKind(resources, "Membership"), ...filterByKind(resources, "OrganizationMembers")];
  const all = [
    ...naming.flatMap((resource) => readResource(key, resource, naming, isPlanned)),
    ...vanished.flatMap((resource) => (resource.organization.before === key ? readVanished(resource) : [])),
  ];
  const groups = groupBy(all, ([address]) => address);
  return new Map([...groups].map(([address, own]) => [address, own.map(([, mention]) => mention)]));
}

type KeyedMention = readonly [address: string, mention: Mention];

/** Reads the people of one resource. */
function readResource(
  key: string,
  resource: Declaration,
  all: readonly Declaration[],
  isPlanned: boolean,
): readonly KeyedMention[] {
  const { organization, movedFrom, isReleased, recordedPeople } = resource;
  const before = organization.before === key ? resource.before?.people : undefined;
  const after = organization.after === key ? resource.after : undefined;
  // A resource that was lost and is created again has no organization before the change.
  const recorded = (organization.before ?? key) === key ? recordedPeople : undefined;
  const present = readAfter(resource, after?.people?.[isPlanned ? "declared" : "observed"], all);
  const former = new Set([...listAddresses(before?.declared), ...listAddresses(before?.observed)]);
  // A program that deletes a resource does not want its people back. A moved user had another address at the last update.
  const isWanted = (after !== undefined || isReleased) && movedFrom === undefined;
  const wanted = isWanted ? listAddresses(recorded?.declared) : [];
  const findEffect = createEffect(resource, after);
  return [...new Set([...former, ...present.keys(), ...wanted])].map((address) => [
    address,
    {
      resource,
      recorded: recorded?.declared?.people.get(address),
      recordedObserved: recorded?.observed?.people.get(address),
      before: before?.observed.people.get(address),
      after: present.get(address),
      effect: present.has(address) ? "declares" : isPlanned && former.has(address) ? findEffect(address) : "loses",
    },
  ]);
}

function listAddresses(named: NamedPeople | undefined): readonly string[] {
  return [...(named?.people.keys() ?? [])];
}

function readVanished(resource: Declaration): readonly KeyedMention[] {
  return [...(resource.recordedPeople.declared?.people ?? [])].map(([address, recorded]) => [
    address,
    { resource, recorded, recordedObserved: undefined, before: undefined, after: undefined, effect: "loses" },
  ]);
}

/** Returns the people of a resource after the change. `all` contains the resources of the organization. */
function readAfter(
  resource: Declaration,
  named: NamedPeople | undefined,
  all: readonly Declaration[],
): ReadonlyMap<string, NamedPerson> {
  if (named === undefined) return new Map();
  const { kind, before, isReplaced } = resource;
  if (kind === "OrganizationMembers" && named.hidden !== undefined) return guessRoster(resource, named.hidden, all);
  // A different resource sends a new invitation.
  const isKept = before !== undefined && !isReplaced;
  const joinsAnotherGroup = createGroupComparison(resource);
  return new Map(
    [...named.people].map(([address, person]) => [
      address,
      { ...person, isExpiryIgnored: person.isExpiryIgnored && isKept && !joinsAnotherGroup(address) },
    ]),
  );
}

/** Returns the people that a hidden roster may declare: those that it named before, and those of resources of the stack that go. */
function guessRoster(
  resource: Declaration,
  hidden: Hidden,
  all: readonly Declaration[],
): ReadonlyMap<string, NamedPerson> {
  const former = [resource, ...all.filter(({ stack, after }) => stack === resource.stack && after === undefined)];
  const people = former.flatMap(({ before }) => [...(before?.people?.observed.people ?? [])]);
  return new Map(
    people.map(([address, person]) => [
      address,
      { ...person, role: hidden, lastDay: hidden, afterwards: undefined, ownership: undefined },
    ]),
  );
}

/** Returns a function that finds the effect on a person that a resource does not declare. `after` is its state in the organization. */
function createEffect(resource: Declaration, after: DeclaredState | undefined): (address: string) => Effect {
  const { isReleased, before } = resource;
  if (isReleased) return () => "keeps";
  if (after === undefined) return (address) => (before?.people?.declared.people.has(address) ? "removes" : "keeps");
  const isCovered = createCover(after.ignoredChanges);
  const isIgnored = createMatcher(after.people?.declared.ignore);
  return (address) => (isCovered(address) ? "covers" : isIgnored(address) ? "keeps" : "removes");
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
    return hidden === undefined && !isHidden(ignore) && ignore.length === 0;
  });
}

/** The people that the resources of an organization name and a preview hides. */
export interface HiddenPeople {
  /** The number of people with hidden addresses. */
  readonly hiddenPeople: number;
  /** True if a roster declares people that the preview hides. */
  readonly hasHiddenRoster: boolean;
  /** The facts that the preview hides, in whole sentences. */
  readonly unknowns: readonly string[];
}

/** Finds the hidden people on one side: among those that programs declare, or that Pulumi has read. */
export function findHiddenPeople(
  resources: readonly Declaration[],
  side: Side,
  source: "declared" | "observed",
): HiddenPeople {
  const named = (kind: "Membership" | "OrganizationMembers") =>
    filterByKind(resources, kind).flatMap((resource) => {
      const people = resource[side]?.people?.[source];
      return people === undefined ? [] : [{ resource, people }];
    });
  const [memberships, rosters] = [named("Membership"), named("OrganizationMembers")];
  return {
    hiddenPeople: memberships.filter(({ people }) => people.people.size === 0).length,
    hasHiddenRoster: rosters.some(({ people }) => people.hidden !== undefined),
    unknowns: [...memberships, ...rosters].flatMap(({ resource, people }) => [
      ...describeHiddenRoles(resource, people),
      ...describeHiddenPeople(resource, people),
    ]),
  };
}

/** Writes a sentence about the hidden roles of a resource, for each reason. */
function describeHiddenRoles(resource: Declaration, { people }: NamedPeople): readonly string[] {
  return [secret, unknown].flatMap((hidden) => {
    const emails = [...people.values()].flatMap(({ email, role }) =>
      isHidden(role) && role.reason === hidden.reason ? email : [],
    );
    if (emails.length === 0) return [];
    const roles = emails.length === 1 ? "The role of" : "The roles of";
    const are = emails.length === 1 ? "is" : "are";
    return [`${roles} ${listBriefly(emails)} in ${describeResource(resource)} ${are} ${describeHidden(hidden)}.`];
  });
}

/** Writes a sentence about the person or the roster that a preview hides. */
function describeHiddenPeople(resource: Declaration, { people, hidden }: NamedPeople): readonly string[] {
  const reason = hidden === undefined ? "missing" : describeHidden(hidden);
  if (resource.kind === "Membership")
    return people.size > 0 ? [] : [`The e-mail address of ${describeResource(resource)} is ${reason}.`];
  return hidden === undefined ? [] : [`The people in ${describeResource(resource)} are ${reason}.`];
}
