import type { Kind } from "../preview/document";
import { bySight, type Resource, type ResourceKind, type State } from "../preview/resource";
import type { Access, Organization, Person } from "./access";
import { observedSettings, plannedSettings } from "./declared";
import { Directory, type Side } from "./directory";
import { type Hidden, isHidden, unknown } from "./hidden";
import { nameIn, organizationOf } from "./organization";
import { type Contest, contested, withoutRemoved } from "./otherStacks";
import { leftAlone, peopleOf } from "./people";
import { generalOf, type Section, sections } from "./settings";

/** Access on both sides of a change. */
export interface Sides {
  readonly before: Access;
  readonly after: Access;
  readonly directory: Directory;
  /** The people that some stacks remove and others declare, by `Organization.key`. */
  readonly contests: ReadonlyMap<string, ReadonlyMap<string, Contest>>;
  /** What cannot be told of the state after the change, in whole sentences. */
  readonly unknowns: readonly string[];
}

/**
 * Works out who may do what before and after, from all resources of all stacks.
 * @throws Failure if a resource holds what this version does not understand.
 */
export function sidesOf(resources: readonly Resource[], kind: Kind): Sides {
  const directory = new Directory(resources);
  const past = byOrganization(resources, directory, "before");
  const present = byOrganization(resources, directory, "after");
  const before = new Map<string, Organization>();
  for (const [key, there] of past) before.set(key, observed(key, there, "before").organization);
  const after = new Map<string, Organization>();
  const contests = new Map<string, ReadonlyMap<string, Contest>>();
  const unknowns: string[] = [];
  for (const key of new Set([...past.keys(), ...present.keys()])) {
    const change = { key, past: past.get(key) ?? [], present: present.get(key) ?? [], earlier: before.get(key) };
    if (isDeleted(change)) continue;
    const contest = kind === "drift" ? new Map<string, Contest>() : contested(change.past, change.present);
    contests.set(key, contest);
    const found = kind === "drift" ? observed(key, change.present, "after", change.earlier) : planned(change, contest);
    after.set(key, found.organization);
    unknowns.push(...found.unknowns);
  }
  return { before: { organizations: before }, after: { organizations: after }, directory, contests, unknowns };
}

interface Change {
  readonly key: string;
  /** The resources that were about it. */
  readonly past: readonly Resource[];
  /** The resources that are about it from now on. */
  readonly present: readonly Resource[];
  readonly earlier: Organization | undefined;
}

interface Found {
  readonly organization: Organization;
  readonly unknowns: readonly string[];
}

function byOrganization(resources: readonly Resource[], directory: Directory, side: Side): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>();
  for (const resource of resources) {
    const key = directory.keyOf(resource, side);
    if (key === undefined) continue;
    const others = found.get(key);
    if (others === undefined) found.set(key, [resource]);
    else others.push(resource);
  }
  return found;
}

/** Whether its stack deletes it. That another one declares it does not keep it. */
function isDeleted({ past, present }: Change): boolean {
  const kept = new Set(of(present, "Organization").map(({ stack }) => stack));
  return of(past, "Organization").some(({ stack, released }) => !released && !kept.has(stack));
}

/** The observed organization. The newest state counts, since another stack may have changed what an older one says. */
function observed(key: string, there: readonly Resource[], side: Side, earlier?: Organization): Found {
  const states = (...kinds: readonly ResourceKind[]) =>
    kinds.flatMap((kind) => statesOf(there, kind, side)).toSorted(([, a], [, b]) => bySight(a, b));
  const settings = ({ kind, initial }: Section) =>
    states(kind)
      .map(([, state]) => observedSettings(initial, state))
      .at(-1);
  const itself = states("Organization").at(-1)?.[1];
  const people = peopleOf(states("Membership", "OrganizationMembers"), true, earlier?.people);
  const owner = states("OrganizationOwner")
    .map(([, { outputs, inputs }]) => ownerIn(outputs?.email ?? inputs.email))
    .at(-1);
  const organization = organizationOf({
    key,
    itself,
    earlier,
    // An organization that was not looked at since a transfer still has the former owner.
    owner: owner ?? ownerOf(itself) ?? earlier?.owner,
    people,
    // Nobody declares a former owner who stays an admin, and nobody tells of one who has gone.
    besides: [...(earlier?.people.values() ?? [])].filter((one) => one.isOwner && one.declaredBy.length === 0),
    hasRoster: isOfEverybody(states("OrganizationMembers")),
    connect: there.some(({ connect }) => connect),
    general: settings(generalOf(nameIn(itself))),
    security: settings(sections.security),
    billing: settings(sections.billing),
  });
  return { organization, unknowns: people.unknowns };
}

/** What a program declares, on top of what was seen before. */
function planned({ key, past, present, earlier }: Change, contests: ReadonlyMap<string, Contest>): Found {
  const [itself] = of(present, "Organization");
  const isNew = itself !== undefined && (itself.created || itself.replaced);
  const rosters = statesOf(present, "OrganizationMembers", "after");
  const before = earlier?.people ?? new Map<string, Person>();
  const declared = peopleOf([...statesOf(present, "Membership", "after"), ...rosters], false, before);
  const people = { ...declared, known: withoutRemoved(declared.known, contests) };
  const settings = (section: Section) =>
    plannedSettings(section, { before: of(past, section.kind), after: of(present, section.kind), isNew });
  const [transfer] = of(present, "OrganizationOwner").map(({ after }) => ownerIn(after?.inputs.email));
  const released = new Set(past.filter((resource) => resource.released).map(({ urn }) => urn));
  const organization = organizationOf({
    key,
    itself: itself?.after,
    earlier,
    owner: transfer ?? (isNew ? unknown : earlier?.owner),
    people,
    besides: [
      ...[...before.values()].filter(
        ({ isOwner, declaredBy }) => isOwner || declaredBy.some((urn) => released.has(urn)),
      ),
      ...leftAlone(past, present, before),
    ],
    hasRoster: isOfEverybody(rosters),
    connect: [...past, ...present].some(({ connect }) => connect),
    general: settings(generalOf(nameIn(itself?.after) ?? earlier?.name)),
    security: settings(sections.security),
    billing: settings(sections.billing),
  });
  return { organization, unknowns: people.unknowns };
}

function of(resources: readonly Resource[], kind: ResourceKind): readonly Resource[] {
  return resources.filter((resource) => resource.kind === kind);
}

type Stated = readonly [Resource, State];

function statesOf(resources: readonly Resource[], kind: ResourceKind, side: Side): readonly Stated[] {
  return of(resources, kind).flatMap((resource): Stated[] => {
    const state = resource[side];
    return state === undefined ? [] : [[resource, state]];
  });
}

/** Whether nobody else can be there, but for owners, whom a roster leaves alone. */
function isOfEverybody(rosters: readonly Stated[]): boolean {
  return rosters.some(([, { inputs }]) => {
    const { members, ignore } = inputs;
    return !isHidden(members) && (ignore === undefined || (Array.isArray(ignore) && ignore.length === 0));
  });
}

function ownerOf(organization: State | undefined): string | Hidden | undefined {
  const owner = organization?.outputs?.owner;
  return typeof owner === "object" && owner !== null && "email" in owner ? ownerIn(owner.email) : ownerIn(owner);
}

function ownerIn(email: unknown): string | Hidden | undefined {
  return typeof email === "string" || isHidden(email) ? email : undefined;
}
