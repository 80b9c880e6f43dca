import { parsePath, type Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { CommandError } from "../exit";
import { billingSettings } from "../objects/billingSettings";
import { group } from "../objects/group";
import { organization as organizationRow } from "../objects/organization";
import { accessInputs } from "../objects/project";
import { findUnreadable, type Properties, readValues, type ValuesOf } from "../objects/property";
import { securityPolicy } from "../objects/securityPolicy";
import type { Kind } from "../preview/document";
import type { Preview } from "../preview/preview";
import {
  compareObservation,
  type Resource,
  type ResourceKind,
  type State,
  type Hidden,
  isHidden,
  unknown,
} from "../preview/resource";
import {
  type Declaration,
  type GroupDeclaration,
  pickDeclarations,
  type ProjectDeclaration,
  resolve,
  separate,
} from "./declaration";
import { Directory, type Side } from "./directory";
import { type DeclaredObjects, findChanges, type ObjectChange, readObjects } from "./objects";
import type { Access, Organization, Person } from "./organization";
import { type Contest, findContests, omitRemovedPeople, findKeptPeople, combinePeople, type People } from "./people";
import { describeSettings, planSettings, readSettings } from "./settings";

/** The organizations of some stacks before and after a change, resolved from previews once. */
export interface Model {
  /** True if the state after is the declared one. In drift, it is the observed one. */
  readonly isPlanned: boolean;
  readonly before: Access;
  readonly after: Access;
  /** The programs of the stacks. */
  readonly programs: readonly Program[];
  readonly declarations: readonly Declaration[];
  /** The same declarations. A replaced one is two: the object that goes, and the new object. */
  readonly separated: readonly Declaration[];
  /** The separated groups. */
  readonly groups: readonly GroupDeclaration[];
  /** The separated projects and cohorts. */
  readonly projects: readonly ProjectDeclaration[];
  /** The tokens and webhooks, with the values of both sides. */
  readonly objects: readonly ObjectChange[];
  /** The people that some stacks remove and others declare, by `Organization.key`. */
  readonly contests: ReadonlyMap<string, ReadonlyMap<string, Contest>>;
  /** The facts that the previews hide after the change, in whole sentences. */
  readonly unknowns: readonly string[];
}

/** The program of a stack, as far as its preview shows it. */
export interface Program extends Omit<Preview, "kind" | "resources"> {
  readonly declarations: readonly Declaration[];
}

/**
 * Computes the organizations before and after a change from the previews of all stacks.
 * @throws CommandError if a resource has a value that this version does not know.
 */
export function buildModel(previews: readonly Preview[], kind: Kind): Model {
  const directory = new Directory(previews.flatMap(({ resources }) => resources));
  const isPlanned = kind === "change";
  const programs = previews.map(({ resources, ...preview }) => ({
    ...preview,
    declarations: resources.map((resource) => resolve(resource, kind, directory)),
  }));
  const declarations = programs.flatMap((program) => program.declarations);
  const separated = declarations.flatMap(separate);
  const past = groupByOrganization(declarations, "before");
  const present = groupByOrganization(declarations, "after");
  const before = new Map<string, Organization>();
  for (const [key, resources] of past) {
    const objects = readObjects(key, resources.flatMap(separate), "before");
    before.set(key, observeOrganization({ key, resources, side: "before", objects }).organization);
  }
  const after = new Map<string, Organization>();
  const contests = new Map<string, ReadonlyMap<string, Contest>>();
  const unknowns: string[] = [];
  for (const key of new Set([...past.keys(), ...present.keys()])) {
    const own = { past: past.get(key) ?? [], present: present.get(key) ?? [] };
    const objects = readObjects(key, [...new Set([...own.past, ...own.present])].flatMap(separate), "after");
    const change = { key, ...own, earlier: before.get(key), objects };
    if (isDeleted(change)) continue;
    const contest = isPlanned ? findContests(change.past, change.present) : new Map<string, Contest>();
    contests.set(key, contest);
    const computed = isPlanned
      ? planOrganization(change, contest)
      : observeOrganization({ ...change, resources: change.present, side: "after" });
    after.set(key, computed.organization);
    unknowns.push(...computed.unknowns);
  }
  return {
    isPlanned,
    before: { organizations: before },
    after: { organizations: after },
    programs,
    declarations,
    separated,
    groups: pickDeclarations(separated, ["Group"], group.inputs),
    projects: pickDeclarations(separated, ["Project", "Cohort"], accessInputs),
    objects: findChanges(declarations),
    contests,
    unknowns,
  };
}

interface Change {
  readonly key: string;
  /** The resources that were about the organization. */
  readonly past: readonly Declaration[];
  /** The resources that are about the organization after the change. */
  readonly present: readonly Declaration[];
  readonly earlier: Organization | undefined;
  /** The objects after the change. */
  readonly objects: DeclaredObjects;
}

interface ComputedOrganization {
  readonly organization: Organization;
  readonly unknowns: readonly string[];
}

function groupByOrganization(declarations: readonly Declaration[], side: Side): Map<string, Declaration[]> {
  const groups = new Map<string, Declaration[]>();
  for (const declaration of declarations) {
    const key = declaration.organization[side];
    if (key === undefined) continue;
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [declaration]);
    else others.push(declaration);
  }
  return groups;
}

/** Reports if the organization's stack deletes it, even if another stack declares it. */
function isDeleted({ past, present }: Change): boolean {
  const kept = new Set(filterByKind(present, "Organization").map(({ stack }) => stack));
  return filterByKind(past, "Organization").some(({ stack, isReleased }) => !isReleased && !kept.has(stack));
}

/** An organization as Pulumi read it on one side. */
interface Observation extends Pick<Change, "key" | "objects"> {
  readonly resources: readonly Resource[];
  readonly side: Side;
  readonly earlier?: Organization | undefined;
}

/** Returns the observed organization. The newest state counts, because another stack may have changed it later. */
function observeOrganization({ key, resources, side, earlier, objects }: Observation): ComputedOrganization {
  const states = (...kinds: readonly ResourceKind[]) =>
    kinds.flatMap((kind) => listStates(resources, kind, side)).toSorted(([, a], [, b]) => compareObservation(a, b));
  const settings = (kind: ResourceKind, name?: string) =>
    states(kind)
      .map(([, state]) => readSettings(describeSettings(kind, name).defaults, state))
      .at(-1);
  const itself = states("Organization").at(-1)?.[1];
  const people = combinePeople(states("Membership", "OrganizationMembers"), true, earlier?.people);
  const owner = states("OrganizationOwner")
    .map(([, { outputs, inputs }]) => readOwnerEmail(outputs?.email ?? inputs.email))
    .at(-1);
  const organization = createOrganization({
    key,
    itself,
    earlier,
    // A state older than a transfer has the former owner.
    owner: owner ?? readOwner(itself) ?? earlier?.owner,
    people,
    // A former owner stays an admin without a declaration.
    undeclared: [...(earlier?.people.values() ?? [])].filter(
      (person) => person.isOwner && person.declaredBy.length === 0,
    ),
    hasRoster: declaresEveryone(states("OrganizationMembers")),
    isConnect: resources.some(({ isConnect }) => isConnect),
    endpoints: listEndpoints(resources),
    general: settings("Organization", readName(itself)),
    security: settings("SecurityPolicy"),
    billing: settings("BillingSettings"),
    objects,
  });
  return { organization, unknowns: people.unknowns };
}

/** Returns the planned organization: the declarations on top of the prior state. */
function planOrganization(
  { key, past, present, earlier, objects }: Change,
  contests: ReadonlyMap<string, Contest>,
): ComputedOrganization {
  const [itself] = filterByKind(present, "Organization");
  const isNew = itself !== undefined && (itself.isCreated || itself.isReplaced);
  const rosters = listStates(present, "OrganizationMembers", "after");
  const before = earlier?.people ?? new Map<string, Person>();
  const declared = combinePeople([...listStates(present, "Membership", "after"), ...rosters], false, before);
  const people = { ...declared, byAddress: omitRemovedPeople(declared.byAddress, contests) };
  const settings = (kind: ResourceKind, name?: string) =>
    planSettings(describeSettings(kind, name), {
      before: filterByKind(past, kind),
      after: filterByKind(present, kind),
      isNew,
    });
  const [transfer] = filterByKind(present, "OrganizationOwner").map(({ after }) => readOwnerEmail(after?.inputs.email));
  const owner = transfer ?? (isNew ? unknown : earlier?.owner);
  const isFormerOwner = ({ email }: Person) =>
    typeof owner === "string" && canonicalizeEmail(owner) !== canonicalizeEmail(email);
  const released = new Set(past.filter((resource) => resource.isReleased).map(({ urn }) => urn));
  const organization = createOrganization({
    key,
    itself: itself?.after,
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
    hasRoster: declaresEveryone(rosters),
    isConnect: [...past, ...present].some(({ isConnect }) => isConnect),
    // A deletion uses an endpoint too.
    endpoints: listEndpoints([...past, ...present]),
    general: settings("Organization", readName(itself?.after) ?? earlier?.name),
    security: settings("SecurityPolicy"),
    billing: settings("BillingSettings"),
    objects,
  });
  return { organization, unknowns: people.unknowns };
}

function filterByKind(resources: readonly Resource[], kind: ResourceKind): readonly Resource[] {
  return resources.filter((resource) => resource.kind === kind);
}

function listEndpoints(resources: readonly Resource[]): readonly (string | Hidden)[] {
  const all = resources.flatMap(({ endpoint }) => endpoint ?? []);
  return [...new Map(all.map((endpoint) => [JSON.stringify(endpoint), endpoint])).values()];
}

type ResourceState = readonly [Resource, State];

function listStates(resources: readonly Resource[], kind: ResourceKind, side: Side): readonly ResourceState[] {
  return filterByKind(resources, kind).flatMap((resource): ResourceState[] => {
    const state = resource[side];
    return state === undefined ? [] : [[resource, state]];
  });
}

/** Reports if a roster without ignored people declares all people except owners. With `ignoreChanges`, it does not remove others. */
function declaresEveryone(rosters: readonly ResourceState[]): boolean {
  return rosters.some(([, { inputs, ignoredChanges }]) => {
    const { members, ignore } = inputs;
    if (ignoredChanges.some((path) => ["members", "ignore", "*"].includes(String(parsePath(path)?.[0] ?? "*"))))
      return false;
    return !isHidden(members) && (ignore === undefined || (Array.isArray(ignore) && ignore.length === 0));
  });
}

function readOwner(organization: State | undefined): string | Hidden | undefined {
  const owner = organization?.outputs?.owner;
  return typeof owner === "object" && owner !== null && "email" in owner
    ? readOwnerEmail(owner.email)
    : readOwnerEmail(owner);
}

function readOwnerEmail(email: unknown): string | Hidden | undefined {
  return typeof email === "string" || isHidden(email) ? email : undefined;
}

/** The parts of an organization. */
interface OrganizationParts {
  readonly key: string;
  /** The Organization resource, if a stack has one. */
  readonly itself: State | undefined;
  /** The prior organization, if there is one. */
  readonly earlier?: Organization | undefined;
  readonly owner: string | Hidden | undefined;
  readonly people: People;
  /** People without a declaration. */
  readonly undeclared?: readonly Person[];
  readonly hasRoster: boolean;
  /** True if the API is Avocado Connect, with which previews do not show owners. */
  readonly isConnect: boolean;
  readonly endpoints: readonly (string | Hidden)[];
  readonly general: Values | undefined;
  readonly security: Values | undefined;
  readonly billing: Values | undefined;
  readonly objects: DeclaredObjects;
}

/** @throws CommandError if this version does not know the value of a setting. */
function createOrganization(parts: OrganizationParts): Organization {
  const { key, itself, earlier, owner, people, undeclared = [], hasRoster, isConnect } = parts;
  const everyone = new Map(undeclared.map((person) => [canonicalizeEmail(person.email), removeDeclaration(person)]));
  for (const [address, person] of people.byAddress) everyone.set(address, person);
  return {
    key,
    id: key.startsWith("prn:") ? key : undefined,
    name: readName(itself) ?? earlier?.name,
    isProtected: itself?.isProtected,
    owner,
    general: readDeclaredSettings(organizationRow.settings.properties, parts.general ?? {}, key),
    people: addOwner(everyone, owner),
    hasRoster,
    hasUnreportedOwners: isConnect && owner === undefined,
    hiddenPeople: people.hidden,
    hasHiddenRoster: people.hasHiddenRoster,
    security: parts.security && readDeclaredSettings(securityPolicy.settings.properties, parts.security, key),
    billing: parts.billing && readDeclaredSettings(billingSettings.settings.properties, parts.billing, key),
    objects: parts.objects,
    endpoints: parts.endpoints,
  };
}

/** Returns the name that an Organization resource declares or has read. */
function readName(itself: State | undefined): string | undefined {
  return [itself?.inputs.name, itself?.outputs?.name].find((name) => typeof name === "string");
}

function removeDeclaration(person: Person): Person {
  return { ...person, isOwner: false, declaredBy: [] };
}

/** An owner is always an admin and a member, even without a declaration. */
function addOwner(people: Map<string, Person>, owner: string | Hidden | undefined): ReadonlyMap<string, Person> {
  if (owner === undefined || isHidden(owner)) return people;
  const member = people.get(canonicalizeEmail(owner));
  const addition = { email: owner, role: "admin", status: "active", userId: undefined, declaredBy: [] } as const;
  return people.set(canonicalizeEmail(owner), { ...(member ?? addition), status: "active", isOwner: true });
}

/** @throws CommandError if this version does not understand a value. */
function readDeclaredSettings<P extends Properties>(properties: P, values: Values, key: string): ValuesOf<P> {
  const unreadable = findUnreadable(properties, values);
  if (unreadable === undefined) return readValues(properties, values);
  throw new CommandError(
    `\`${unreadable}\` of ${key} has a value that this version of peridio-gitops does not know. Use the version that matches the provider.`,
  );
}
