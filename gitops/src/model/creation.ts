import type { Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { CommandError } from "../exit";
import { billingSettings } from "../objects/billingSettings";
import { organization as organizationRow } from "../objects/organization";
import { findUnreadable, type Properties, type Readings, readValues, type TypedInputs } from "../objects/property";
import { securityPolicy } from "../objects/securityPolicy";
import { type Withheld, isWithheld } from "../withheld";
import type { Resource, State } from "../preview/resource";
import type { DeclaredObjects } from "./objects";
import type { Organization, Person } from "./organization";
import type { People } from "./people";

/** An organization, and the facts that the previews hide, in whole sentences. */
export interface ComputedOrganization {
  readonly organization: Organization;
  readonly unknowns: readonly string[];
}

/** The parts of an organization. */
interface OrganizationParts {
  readonly key: string;
  /** The Organization resource, if a stack has one. */
  readonly itself: State | undefined;
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
export function createOrganization(parts: OrganizationParts): Organization {
  const { key, itself, earlier, owner, people, undeclared = [], hasRoster, isConnect } = parts;
  const everyone = new Map(
    undeclared.map((person) => [canonicalizeEmail(person.email), removeDeclaration(person, isConnect)]),
  );
  for (const [address, person] of people.byAddress) everyone.set(address, person);
  return {
    key,
    id: key.startsWith("prn:") ? key : undefined,
    name: readName(itself) ?? earlier?.name,
    isProtected: itself?.isProtected,
    owner,
    general: parseSettings(organizationRow.settings.properties, parts.general ?? {}, key),
    people: addOwner(everyone, owner),
    hasRoster,
    hasUnreportedOwners: isConnect && owner === undefined,
    hiddenPeople: people.hidden,
    hasHiddenRoster: people.hasHiddenRoster,
    security: parts.security && parseSettings(securityPolicy.settings.properties, parts.security, key),
    billing: parts.billing && parseSettings(billingSettings.settings.properties, parts.billing, key),
    objects: parts.objects,
    endpoints: parts.endpoints,
  };
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

/** An owner is always an admin and a member, even without a declaration. */
function addOwner(people: Map<string, Person>, owner: string | Withheld | undefined): ReadonlyMap<string, Person> {
  if (owner === undefined || isWithheld(owner)) return people;
  const member = people.get(canonicalizeEmail(owner));
  const addition = {
    email: owner,
    role: "admin",
    status: "active",
    lastDay: undefined,
    userId: undefined,
    declaredBy: [],
  } as const;
  return people.set(canonicalizeEmail(owner), { ...(member ?? addition), status: "active", isOwner: true });
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
    `\`${unreadable}\` of ${key} has a value that this version of peridio-gitops does not know. Use the version that matches the provider.`,
  );
}

/** Returns the endpoints of resources, without duplicates. */
export function listEndpoints(resources: readonly Resource[]): readonly (string | Withheld)[] {
  const all = resources.flatMap(({ endpoint }) => endpoint ?? []);
  return [...new Map(all.map((endpoint) => [JSON.stringify(endpoint), endpoint])).values()];
}
