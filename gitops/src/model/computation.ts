import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { CommandError } from "../exit";
import { billingSettings } from "../objects/billingSettings";
import { organization as organizationRow } from "../objects/organization";
import { organizationOwner } from "../objects/organizationOwner";
import type { Properties, Readings, TypedInputs } from "../objects/property";
import { findUnreadable, readValues } from "../objects/reading";
import type { ResourceKind } from "../objects/rows";
import { securityPolicy } from "../objects/securityPolicy";
import { compareObservation, type Resource, type State } from "./resource";
import { type Withheld, isWithheld, unknown } from "../withheld";
import { type Declaration, getOrganizationKey, listStates, pickDeclarations } from "./declaration";
import type { MergedDeclaration } from "./merging";
import type { Side } from "./directory";
import type { DeclaredObjects } from "./objects";
import type { Organization, Person } from "./organization";
import { readOwner } from "./owner";
import {
  combinePeople,
  declaresEveryone,
  findCoveredPeople,
  findKeptPeople,
  type Handover,
  omitRemovedPeople,
  type People,
} from "./people";
import { getSettingDefaults, readObserved } from "./values";

/** An organization, and the facts that the previews hide, in whole sentences. */
export interface ComputedOrganization {
  readonly organization: Organization;
  readonly unknowns: readonly string[];
}

/** An organization as Pulumi read it on one side. */
interface Observation {
  readonly key: string;
  readonly resources: readonly Declaration[];
  readonly side: Side;
  readonly earlier?: Organization | undefined;
  readonly things: readonly MergedDeclaration[];
  readonly objects: DeclaredObjects;
}

/** Leaves out imports before the change if another stack has the resource. An import shows only the new values. */
function listKnown<T extends readonly [Declaration, State]>(states: readonly T[], side: Side): readonly T[] {
  const known = states.filter(([{ isImported }]) => !isImported);
  return side === "after" || known.length === 0 ? states : known;
}

/** Returns the observed organization. The newest state counts, because another stack may have changed it later. */
export function observeOrganization({
  key,
  resources,
  side,
  earlier,
  things,
  objects,
}: Observation): ComputedOrganization {
  const states = (...kinds: readonly ResourceKind[]) =>
    kinds.flatMap((kind) => listStates(resources, kind, side)).toSorted(([, a], [, b]) => compareObservation(a, b));
  const settings = (kind: ResourceKind) =>
    things.find((thing) => thing.kind === kind && thing.organization[side] === key)?.values[side];
  const organizations = listKnown(states("Organization"), side).map(([, state]) => state);
  const itself = organizations.at(-1);
  const people = combinePeople(states("Membership", "OrganizationMembers"), "observed", earlier?.people);
  const owners = states("OrganizationOwner").map(
    ([, state]) => readValues(organizationOwner.inputs, readObserved("OrganizationOwner", state)).email,
  );
  const organization = createOrganization({
    key,
    organizations: organizations.toReversed(),
    earlier,
    // A state older than a transfer has the former owner.
    owner: owners.find(isWithheld) ?? owners.at(-1) ?? readOwner(itself) ?? earlier?.owner,
    people,
    // A former owner stays an admin without a declaration.
    undeclared: [...(earlier?.people.values() ?? [])].filter(
      (person) => person.isOwner && person.declaredBy.length === 0,
    ),
    hasRoster: declaresEveryone(states("OrganizationMembers").map(([, state]) => state)),
    isConnect: resources.some(({ isConnect }) => isConnect),
    // A preview contains only the new endpoint of a default provider, so no earlier endpoint is known.
    endpoints: side === "before" ? [] : listEndpoints(resources),
    general: settings("Organization"),
    security: settings("SecurityPolicy"),
    billing: settings("BillingSettings"),
    objects,
  });
  return { organization, unknowns: people.unknowns };
}

/** The declarations of an organization on both sides. */
export interface OrganizationChange {
  readonly key: string;
  /** The resources that were about the organization. */
  readonly past: readonly Declaration[];
  /** The resources that are about the organization after the change. */
  readonly present: readonly Declaration[];
  readonly earlier: Organization | undefined;
  /** The things that are about the organization on either side. */
  readonly things: readonly MergedDeclaration[];
  /** The objects after the change. */
  readonly objects: DeclaredObjects;
}

/**
 * Returns the planned organization: the declarations on top of the prior state. `handovers` names, by address, the
 * stacks that remove or declare a person, if they disagree.
 */
export function planOrganization(
  { key, past, present, earlier, things, objects }: OrganizationChange,
  handovers: ReadonlyMap<string, Handover>,
): ComputedOrganization {
  const organizations = listStates(present, "Organization", "after");
  const change = findChange(organizations.map(([declaration]) => declaration));
  const isNew = change === "created";
  const rosters = listStates(present, "OrganizationMembers", "after");
  const before = earlier?.people ?? new Map<string, Person>();
  const declared = combinePeople([...listStates(present, "Membership", "after"), ...rosters], "declared", before);
  const settings = (kind: ResourceKind, name?: string) => {
    const own = things.filter((thing) => thing.kind === kind && getOrganizationKey(thing) === key).at(-1)?.values.after;
    return isNew ? { ...getSettingDefaults(kind, name), ...own } : own;
  };
  const owners = pickDeclarations(present, ["OrganizationOwner"], organizationOwner.inputs).map(
    ({ values }) => values.after.email,
  );
  // A hidden owner can contradict the known owner of another stack.
  const owner = owners.find(isWithheld) ?? owners[0] ?? (isNew ? unknown : earlier?.owner);
  const byAddress = new Map([...findCoveredPeople(present, before), ...declared.byAddress]);
  const people = { ...declared, byAddress: omitRemovedPeople(byAddress, handovers, owner) };
  const isFormerOwner = ({ email }: Person) =>
    typeof owner === "string" && canonicalizeEmail(owner) !== canonicalizeEmail(email);
  const released = new Set(past.filter((resource) => resource.isReleased).map(({ urn }) => urn));
  const organization = createOrganization({
    key,
    change,
    organizations: organizations.map(([, state]) => state),
    earlier,
    owner,
    people,
    undeclared: [
      ...[...before.values()].filter(
        (person) =>
          // A roster does not remove the owner, but it removes a former owner that it stops declaring.
          (person.isOwner && !(isFormerOwner(person) && person.declaredBy.length > 0)) ||
          // A resource that Pulumi deletes removes the person, even if another one is only released.
          (person.declaredBy.length > 0 && person.declaredBy.every((urn) => released.has(urn))),
      ),
      ...findKeptPeople(past, present, before),
    ],
    hasRoster: declaresEveryone(rosters.map(([, state]) => state)),
    isConnect: [...past, ...present].some(({ isConnect }) => isConnect),
    // A deletion uses an endpoint too.
    endpoints: listEndpoints([...past, ...present]),
    general: settings("Organization", findName(organizations.map(([, state]) => state)) ?? earlier?.name),
    security: settings("SecurityPolicy"),
    billing: settings("BillingSettings"),
    objects,
  });
  return { organization, unknowns: people.unknowns };
}

function findChange(organizations: readonly Declaration[]): Organization["change"] {
  if (organizations.some(({ isAdopted }) => isAdopted)) return "adopted";
  return organizations.some(({ isCreated, isReplaced }) => isCreated || isReplaced) ? "created" : undefined;
}

/** The parts of an organization. */
interface OrganizationParts {
  readonly key: string;
  readonly change?: Organization["change"];
  /** The Organization resources of all stacks. The first known name counts. */
  readonly organizations: readonly State[];
  /** The prior organization, if there is one. */
  readonly earlier?: Organization | undefined;
  readonly owner: string | Withheld | undefined;
  readonly people: People;
  /** People without a declaration. */
  readonly undeclared?: readonly Person[];
  readonly hasRoster: boolean;
  /** True if the API is Avocado Connect, with which previews do not show undeclared owners. */
  readonly isConnect: boolean;
  readonly endpoints: readonly (string | Withheld)[];
  readonly general: Values | undefined;
  readonly security: Values | undefined;
  readonly billing: Values | undefined;
  readonly objects: DeclaredObjects;
}

/** @throws CommandError if this version does not know the value of a setting. */
function createOrganization(parts: OrganizationParts): Organization {
  const { key, organizations, earlier, owner, people, undeclared = [], hasRoster, isConnect } = parts;
  const everyone = new Map(
    undeclared.map((person) => [canonicalizeEmail(person.email), removeDeclaration(person, isConnect)]),
  );
  for (const [address, person] of people.byAddress) everyone.set(address, person);
  return {
    key,
    id: key.startsWith("prn:") ? key : undefined,
    change: parts.change,
    name: findName(organizations) ?? earlier?.name,
    // A stack without the option can delete the organization.
    isProtected: organizations.length === 0 ? undefined : organizations.every(({ isProtected }) => isProtected),
    owner,
    general: parseSettings(organizationRow.settings.properties, parts.general ?? {}, key),
    // No preview shows the people of an organization that the change adopts.
    people: addOwner(parts.change === "adopted" ? markPossibleMembers(everyone) : everyone, owner),
    hasRoster,
    isConnect,
    hasUnreportedOwners: isConnect && owner === undefined,
    hiddenPeople: people.hidden,
    hasHiddenRoster: people.hasHiddenRoster,
    security: parts.security && parseSettings(securityPolicy.settings.properties, parts.security, key),
    billing: parts.billing && parseSettings(billingSettings.settings.properties, parts.billing, key),
    objects: parts.objects,
    endpoints: parts.endpoints,
  };
}

function findName(organizations: readonly State[]): string | undefined {
  return organizations.map(readName).find((name) => name !== undefined);
}

/** Returns the name that an Organization resource declares or has read. */
export function readName(itself: State | undefined): string | undefined {
  return [itself?.inputs.name, itself?.outputs?.name].find((name) => typeof name === "string");
}

/** Peridio has no last days, so a person without a declaration has none. */
function removeDeclaration(person: Person, isConnect: boolean): Person {
  // The provider never removes owners of Avocado Connect. The Admin API has one owner, which `addOwner` adds.
  const ownership = isConnect && person.isOwner ? { isOwner: true, isKeptOwner: true } : { isOwner: false };
  return { ...person, ...ownership, lastDay: undefined, declaredBy: [] };
}

function markPossibleMembers(people: ReadonlyMap<string, Person>): Map<string, Person> {
  return new Map(
    [...people].map(([address, person]) => [
      address,
      person.status === "planned" ? { ...person, mayBeMember: true } : person,
    ]),
  );
}

/** An owner is always an admin and a member, even without a declaration. */
function addOwner(people: Map<string, Person>, owner: string | Withheld | undefined): ReadonlyMap<string, Person> {
  if (owner === undefined || isWithheld(owner)) return people;
  const addition: Person = {
    email: owner,
    role: "admin",
    status: "active",
    lastDay: undefined,
    userId: undefined,
    isOwner: true,
    declaredBy: [],
  };
  const member = people.get(canonicalizeEmail(owner)) ?? addition;
  // A hidden role stays hidden, so that the review shows its change.
  const role = isWithheld(member.role) ? member.role : "admin";
  return people.set(canonicalizeEmail(owner), { ...member, role, status: "active", isOwner: true });
}

/** @throws CommandError if this version does not understand a value. */
function parseSettings<T extends object>(
  properties: Properties & TypedInputs<T>,
  values: Values,
  key: string,
): Readings<T> {
  const unreadable = findUnreadable(properties, values);
  if (unreadable === undefined) return readValues<T>(properties, values);
  throw new CommandError(
    `\`${unreadable}\` of ${key} has a value that this version of peridio-gitops does not know. Use the version of peridio-gitops that matches the provider.`,
  );
}

/** Returns the endpoints of resources, without duplicates. */
function listEndpoints(resources: readonly Resource[]): readonly (string | Withheld)[] {
  const all = resources
    .flatMap(({ endpoint, deletionEndpoint }) => [endpoint, deletionEndpoint])
    .filter((endpoint) => endpoint !== undefined);
  return [...new Map(all.map((endpoint) => [JSON.stringify(endpoint), endpoint])).values()];
}
