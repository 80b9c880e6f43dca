import type { AnalyzedResource } from "#framework/analyzer";
import { isRecord, type Values } from "#framework";
import { buildModel, type Model } from "../model/model";
import { type Access, mapOrganizations, type Organization, type Person } from "../model/organization";
import { getUuid } from "../model/properties";
import { createResource, createState, type Resource, type State } from "../model/resource";
import { type ResourceKind, rows } from "../objects/rows";
import { isConnect, isConnectResource, readEndpoint, readStackSettings } from "../preview/backends";
import { hideValues } from "../preview/document";
import { readProperties } from "../preview/resources";
import { revealOutputs } from "../preview/secrets";
import { getKind, getStack } from "../urn";
import { isUnknown, isHidden } from "../hidden";
import type { ApprovedReview } from "./approvedReview";

/** A resource as far as the engine has shown it. */
export interface SeenResource {
  readonly resource: AnalyzedResource;
  readonly inputs: Values;
  /** Undefined before the engine plans or makes the change. */
  readonly outputs: Values | undefined;
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** The access that one stack declares. */
export interface StackAccess {
  readonly access: Access;
  readonly model: Model;
}

/**
 * Returns the access that one stack declares. The model compares the state after the change with itself, because the engine shows a
 * policy pack no former state. The review adds what it knows of organizations of other stacks.
 * @throws CommandError if a resource has a value that this version does not know.
 */
export function readStack(
  seen: readonly SeenResource[],
  configuration: Values,
  review: ApprovedReview | undefined,
): StackAccess {
  const { ids, groups } = inferIds(seen);
  const resources = readResources(seen, configuration, ids);
  const facts = { providers: [], uses: [], settings: {}, unknownTypes: [], others: [], remarks: [], unknowns: [] };
  const stack = getStack(seen[0]?.resource.urn ?? "");
  const built = buildModel([{ stack, digest: "", resources, ...facts }], "change");
  const hidden = new Set(seen.filter(hidesMembers).map(({ resource: { urn } }) => urn));
  const after = mapOrganizations(built.after, (organization) => {
    const marked = markPossibleMembers(organization, hidden);
    return review?.complete(marked) ?? marked;
  });
  const model = { ...built, after };
  const access = mapOrganizations(after, (organization) => {
    const { objects } = organization;
    const undeclaredGroups = objects.undeclaredGroups.filter((uuid) => !groups.has(uuid));
    return { ...organization, objects: { ...objects, undeclaredGroups } };
  });
  return { access, model };
}

/** Reports if the engine does not show which people of a resource are members, because the change plans their state. */
function hidesMembers({ outputs }: SeenResource): boolean {
  const { people, status } = hideValues(outputs ?? {});
  return isUnknown(people) || isUnknown(status);
}

/** Only in a new organization, nobody is a member before the change. */
function markPossibleMembers(organization: Organization, hidden: ReadonlySet<string>): Organization {
  if (organization.change !== undefined) return organization;
  const mark = (person: Person): Person => {
    const mayBeMember = person.status === "planned" && person.declaredBy.every((urn) => hidden.has(urn));
    return mayBeMember ? { ...person, mayBeMember } : person;
  };
  const people = new Map([...organization.people].map(([address, person]) => [address, mark(person)]));
  return { ...organization, people };
}

/** Reads the resources after the change. On the other side, an existing one has the same state. */
function readResources(
  seen: readonly SeenResource[],
  configuration: Values,
  ids: ReadonlyMap<string, string>,
): readonly Resource[] {
  const known = seen.flatMap((one) => {
    const { urn, provider } = one.resource;
    const kind = getKind(urn);
    const settings = hideValues(provider?.inputs ?? readStackSettings({ config: configuration }));
    return kind === undefined ? [] : [{ urn, kind, settings, ...readState(one, kind, ids.get(urn)) }];
  });
  const onConnect = known.filter(({ urn, settings, state }) => isConnect(settings) || isConnectResource(urn, state));
  const connect = new Set(onConnect.map(({ state }) => state.provider));
  return known.map(({ urn, kind, settings, state, isNew }) =>
    createResource(urn, kind, {
      before: isNew ? undefined : state,
      after: state,
      isChanged: true,
      isConnect: state.provider !== "" && connect.has(state.provider),
      endpoint: readEndpoint(settings),
    }),
  );
}

/** Returns the state of a resource after the change. */
function readState(
  { resource, inputs, outputs, dependencies }: SeenResource,
  kind: ResourceKind,
  id: string | undefined,
): { readonly state: State; readonly isNew: boolean } {
  const entries = Object.entries(hideValues(outputs ?? {}));
  const known = entries.filter(([, value]) => !isUnknown(value));
  const hasUnknown = known.length < entries.length;
  // A planned object has only the outputs that the program declares. A secret can be unknown too.
  const isPlanned = hasUnknown && known.every(([name, value]) => name in inputs || isHidden(value));
  // Other resources already know the id of an organization that the change adopts.
  const isNew =
    kind === "Organization"
      ? isPlanned
      : id === undefined && (isPlanned || (rows[kind].readPeople !== undefined && hasUnknown));
  const state = createState({
    id: isNew ? undefined : id,
    inputs: readProperties(hideValues(inputs)),
    outputs: outputs === undefined || isPlanned ? undefined : readProperties(Object.fromEntries(known)),
    isProtected: resource.isProtected,
    ignoredChanges: resource.ignoredChanges,
    provider: resource.provider?.urn ?? "",
    dependencies: new Map(Object.entries(dependencies)),
  });
  return { state: revealOutputs(state), isNew };
}

/** The ids of resources by their URNs, and the groups that some resources of the stack declare, without their URNs. */
interface Inferred {
  readonly ids: ReadonlyMap<string, string>;
  readonly groups: ReadonlySet<string>;
}

/**
 * Finds ids in the properties that refer to other resources, because the engine shows a policy pack no ids. If a property names one
 * object and depends on one resource, the resource has this id. Several objects and resources only belong together. If references
 * contradict each other, none of them counts, so that the name of the object stays unknown.
 */
function inferIds(seen: readonly SeenResource[]): Inferred {
  const kinds = new Map(seen.map(({ resource: { urn } }) => [urn, getKind(urn)]));
  const references = seen.flatMap(({ inputs, dependencies }) => {
    const values = hideValues(inputs);
    return Object.entries(referred).map(([property, kind]) => ({
      named: listReferences(values[property]),
      urns: (dependencies[property] ?? []).filter((urn) => kinds.get(urn) === kind),
    }));
  });
  const ids = new Map<string, string>();
  const known = new Set<string>();
  const groups = new Set<string>();
  const contradictory = findContradictory(references);
  const consistent = references.filter(
    ({ named, urns }) => named.length !== 1 || ![...named, ...urns].some((one) => contradictory.has(one)),
  );
  for (const { named, urns } of consistent.sort((a, b) => a.urns.length - b.urns.length)) {
    const [id, ...others] = named.filter((one) => !known.has(one));
    const [urn, ...otherUrns] = urns.filter((one) => !ids.has(one));
    if (id === undefined || urn === undefined || others.length !== otherUrns.length) continue;
    if (others.length > 0) for (const one of [id, ...others]) groups.add(getUuid(one));
    else {
      ids.set(urn, id);
      known.add(id);
    }
  }
  return { ids, groups };
}

interface Reference {
  /** The ids in a property. */
  readonly named: readonly string[];
  /** The resources that the property depends on. */
  readonly urns: readonly string[];
}

/** Returns the ids of which a program says that several resources have them, and the resources of which it says that they have several ids. */
function findContradictory(references: readonly Reference[]): ReadonlySet<string> {
  const partners = new Map<string, Set<string>>();
  const add = (one: string, other: string) => partners.set(one, (partners.get(one) ?? new Set()).add(other));
  for (const { named, urns } of references) {
    const [id, urn] = [named[0], urns[0]];
    if (id === undefined || urn === undefined || named.length + urns.length > 2) continue;
    add(id, urn);
    add(urn, id);
  }
  return new Set([...partners].flatMap(([one, others]) => (others.size > 1 ? [one] : [])));
}

/** The properties that refer to objects, and their kind. */
const referred: Readonly<Record<string, ResourceKind>> = {
  organizationId: "Organization",
  projectId: "Project",
  cohortId: "Cohort",
  groupId: "Group",
  groups: "Group",
  access: "Group",
};

/** Returns the ids in a property: one, those of a map, or the groups of an access list. */
function listReferences(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (!isRecord(value) || isHidden(value)) return [];
  const texts = "groups" in value ? value.groups : Object.values(value);
  return Array.isArray(texts) ? [...new Set(texts.filter((one) => typeof one === "string"))] : [];
}
