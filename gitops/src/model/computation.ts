import type { Values } from "#framework";
import { CommandError } from "../exit";
import { billingSettings } from "../objects/billingSettings";
import { organization as organizationRow } from "../objects/organization";
import { organizationOwner } from "../objects/organizationOwner";
import type { Properties, Readings, TypedInputs } from "../objects/property";
import { findUnreadable, readValues } from "../objects/reading";
import type { ResourceKind } from "../objects/rows";
import { securityPolicy } from "../objects/securityPolicy";
import { compareObservation, type Resource, type State } from "./resource";
import { type Hidden, isHidden, unknown } from "../hidden";
import { type Declaration, filterByKind, getOrganizationKey, listStates } from "./declaration";
import type { Side } from "./directory";
import { declaresEveryone, findHiddenPeople, type Mentions } from "./mentions";
import type { MergedDeclaration } from "./merging";
import { readObjects } from "./objects";
import type { Organization, Person } from "./organization";
import { readOwner } from "./owner";
import { computePeople } from "./people";
import { getSettingDefaults } from "./values";

/** An organization, and the facts that the previews hide, in whole sentences. */
export interface ComputedOrganization {
  readonly organization: Organization;
  readonly unknowns: readonly string[];
}

/** The resources of all stacks that decide about an organization, and the facts that are read from them. */
export interface OrganizationParts {
  readonly key: string;
  /** False in drift, which reads both sides. */
  readonly isPlanned: boolean;
  /** The resources that were about the organization. */
  readonly past: readonly Declaration[];
  /** The resources that are about the organization after the change. */
  readonly present: readonly Declaration[];
  /** The things that are about the organization on either side. */
  readonly things: readonly MergedDeclaration[];
  /** The Memberships and rosters that are about it on either side. */
  readonly inviting: readonly Declaration[];
  readonly mentions: Mentions;
  /** The organization before the change, for the side after. */
  readonly earlier?: Organization | undefined;
}

/**
 * Computes an organization on one side: as Pulumi read it or, after a planned change, as programs declare it on top of the prior state.
 * @throws CommandError if this version does not know the value of a setting.
 */
export function computeOrganization(parts: OrganizationParts, side: Side): ComputedOrganization {
  const { key, isPlanned, past, present, things, inviting, mentions, earlier } = parts;
  const isObserved = side === "before" || !isPlanned;
  const resources = side === "before" ? past : present;
  // The newest state comes first, because its stack may have changed the object later. Planned states have no age.
  const list = (kind: ResourceKind) => {
    const states = listStates(resources, kind, side);
    return isObserved ? states.toSorted(([, a], [, b]) => compareObservation(a, b)).reverse() : states;
  };
  const organizations = side === "before" ? omitImports(list("Organization")) : list("Organization");
  const change = isObserved ? undefined : findChange(organizations.map(([declaration]) => declaration));
  const name = organizations.map(([, state]) => readName(state)).find((one) => one !== undefined) ?? earlier?.name;
  const settings = (kind: ResourceKind) => {
    const getKey = (thing: Declaration) => (isObserved ? thing.organization[side] : getOrganizationKey(thing));
    const own = things.findLast((thing) => thing.kind === kind && getKey(thing) === key)?.values[side];
    return change === "created" ? { ...getSettingDefaults(kind, name), ...own } : own;
  };
  const [security, billing] = [settings("SecurityPolicy"), settings("BillingSettings")];
  const declaredOwner = findDeclaredOwner(list("OrganizationOwner"), side);
  const observedOwner = isObserved ? readOwner(organizations[0]?.[1]) : undefined;
  const owner = declaredOwner ?? observedOwner ?? (change === "created" ? unknown : earlier?.owner);
  const involved = isObserved ? resources : [...past, ...present];
  const isConnect = involved.some((resource) => resource.isConnect);
  const { unknowns, ...hidden } = findHiddenPeople(resources, side, isObserved ? "observed" : "declared");
  const organization: Organization = {
    key,
    id: key.startsWith("prn:") ? key : undefined,
    hasUnknownId: hasUnknownId(key, resources),
    change,
    name,
    // A stack without the option can delete the organization.
    isProtected: organizations.length === 0 ? undefined : organizations.every(([, { isProtected }]) => isProtected),
    owner,
    general: parseSettings(organizationRow.settings.properties, settings("Organization") ?? {}, key),
    people: computePeople(mentions, side, {
      isObserved,
      earlier: earlier?.people ?? new Map<string, Person>(),
      owner,
      isConnect,
      isAdopted: change === "adopted",
    }),
    hasRoster: declaresEveryone(list("OrganizationMembers").map(([, state]) => state)),
    isConnect,
    hasUnreportedOwners: isConnect && owner === undefined,
    ...hidden,
    security: security && parseSettings(securityPolicy.settings.properties, security, key),
    billing: billing && parseSettings(billingSettings.settings.properties, billing, key),
    objects: readObjects(key, { things, inviting }, side),
    // A deletion uses an endpoint too. A preview contains only the new endpoint of a default provider, so no earlier one is known.
    endpoints: side === "before" ? [] : listEndpoints(involved),
  };
  return { organization, unknowns };
}

/** Returns the owner of the newest state. But a hidden owner can contradict the known owner of another stack. */
function findDeclaredOwner(
  states: readonly (readonly [Declaration, State])[],
  side: Side,
): string | Hidden | undefined {
  const owners = states.map(([{ values }]) => readValues(organizationOwner.inputs, values[side]).email);
  return owners.find(isHidden) ?? owners[0];
}

/** Leaves out imports if another stack has the resource. An import shows only the new values. */
function omitImports<T extends readonly [Declaration, State]>(states: readonly T[]): readonly T[] {
  const known = states.filter(([{ isImported }]) => !isImported);
  return known.length === 0 ? states : known;
}

function findChange(organizations: readonly Declaration[]): Organization["change"] {
  if (organizations.some(({ isAdopted }) => isAdopted)) return "adopted";
  return organizations.some(({ isCreated, isReplaced }) => isCreated || isReplaced) ? "created" : undefined;
}

/** Returns the name that an Organization resource declares or has read. */
export function readName(itself: State | undefined): string | undefined {
  return [itself?.inputs.name, itself?.outputs?.name].find((name) => typeof name === "string");
}

/**
 * Reports if an organization may exist already, although no preview shows its PRN. A preview does not show the ids of all imports and
 * adoptions.
 */
function hasUnknownId(key: string, declarations: readonly Declaration[]): boolean {
  const itself = filterByKind(declarations, "Organization");
  return !key.startsWith("prn:") && itself.every(({ isAdopted, isImported }) => isAdopted || isImported);
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
function listEndpoints(resources: readonly Resource[]): readonly (string | Hidden)[] {
  const all = resources
    .flatMap(({ endpoint, deletionEndpoint }) => [endpoint, deletionEndpoint])
    .filter((endpoint) => endpoint !== undefined);
  return [...new Map(all.map((endpoint) => [JSON.stringify(endpoint), endpoint])).values()];
}
