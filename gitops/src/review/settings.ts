import { type Declaration, filterByKind, isAbout } from "../model/declaration";
import type { MergedDeclaration } from "../model/merging";
import { splitReplacement } from "../model/replacement";
import type { Model } from "../model/model";
import { describeResource } from "../model/resource";
import { findGuarded, readGuards } from "../model/settings";
import { getSettingDefaults } from "../model/values";
import { kinds, type ResourceKind, rows } from "../objects/rows";
import type { ConflictingDeclarations } from "./declared";
import { compareProperties, createPropertyReview } from "./properties";
import { type OwnerChange, reviewOwner } from "./owner";
import { findPropertyConflicts } from "./propertyConflicts";
import { isOnlyReleased, reviewOptions, reviewReleases } from "./releases";
import type { SettingRow } from "./shown";

// Rows about the settings of an organization, which Peridio enforces, about guardrails, which only the provider enforces, and about the
// options that protect resources.

interface OrganizationChange extends OwnerChange {
  /** The declarations, with those of several stacks about one thing merged. */
  readonly things: readonly MergedDeclaration[];
  readonly isNew: boolean;
}

/** Lists the settings, the guardrails and the protection that change. For a new organization, lists values that differ from the defaults. */
export function reviewSettings({ before, after, declarations: all, things: everything }: Model): readonly SettingRow[] {
  return [...after.organizations].flatMap(([key, current]) => {
    const own = all.filter((declaration) => isAbout(declaration, key));
    const isNew = own.some(
      (resource) =>
        resource.kind === "Organization" &&
        (resource.isCreated || resource.isReplaced) &&
        resource.organization.after === key,
    );
    const declarations = {
      before: own.filter((declaration) => declaration.organization.before === key),
      after: own.filter((declaration) => declaration.organization.after === key),
    };
    // Also the old half of a replacement: a new resource of the same object continues its options.
    const released = own.flatMap(splitReplacement).filter(isOnlyReleased);
    const things = everything.filter((thing) => isAbout(thing, key));
    const change = { prior: before.organizations.get(key), current, declarations, things, isNew };
    return [
      ...declarations.after.flatMap((resource) => reviewOptions(key, resource, released)),
      ...reviewOwner(change),
      ...reviewReleases(current, declarations),
      ...allSettings.flatMap((settings) => compareSettings(settings, change)),
      ...kinds.flatMap((kind) => compareGuards(kind, change)),
    ];
  });
}

/** The settings, in the order of reviews. */
const allSettings = kinds.flatMap((kind) => {
  const { settings } = rows[kind];
  return settings === undefined ? [] : [{ kind, ...settings }];
});

/** Lists the settings that differ. Peridio enforces them, so their values are those of the organization. */
function compareSettings(
  { kind, section, properties, risks: common = [] }: (typeof allSettings)[number],
  { prior, current, declarations, things, isNew }: OrganizationChange,
): readonly SettingRow[] {
  const defaults = getSettingDefaults(kind, current.name);
  const own = { before: filterByKind(declarations.before, kind), after: filterByKind(declarations.after, kind) };
  // The preview rejects an adoption that changes the organization itself.
  if (own.after.length > 0 && own.after.every(({ isAdopted }) => isAdopted)) return [];
  return compareProperties({
    properties,
    before: isNew ? undefined : (prior?.[section] ?? {}),
    after: current[section] ?? {},
    resources: own.after,
    formerResources: own.before,
    defaults,
    // The properties that the program stops declaring.
    dropped: new Set(things.flatMap((thing) => (thing.kind === kind ? [...thing.dropped] : []))),
  }).map(({ risks, ...change }) =>
    createPropertyReview(
      current.key,
      section,
      { ...change, risks: isNew ? risks : [...risks, ...common] },
      { shown: [...own.before, ...own.after] },
    ),
  );
}

/**
 * Lists the guardrails that differ. The provider alone enforces them, so their values are those of each resource. A new resource, or one
 * without guardrails, has the defaults.
 */
function compareGuards(
  kind: ResourceKind,
  { prior, current, declarations, isNew }: OrganizationChange,
): readonly SettingRow[] {
  const { guards } = rows[kind];
  if (guards === undefined) return [];
  // With an identity, an organization has several such resources, such as a Membership for each person. Each is compared for itself.
  const { properties, identity } = guards;
  return filterByKind(declarations.after, kind).flatMap((resource) =>
    compareProperties({
      properties,
      before:
        (isNew || resource.isAdopted) && identity === undefined
          ? undefined
          : readGuards(properties, findGuarded(resource, declarations.before)?.before),
      after: readGuards(properties, resource.after),
      resources: [resource],
      // New people raise the number that a share allows.
      organizationSize: Math.max(prior?.people.size ?? 0, current.people.size),
    }).map((change) =>
      createPropertyReview(current.key, "guards", change, {
        shown: [resource],
        resource: identity === undefined ? undefined : describeResource(resource),
      }),
    ),
  );
}

/** Finds the settings that stacks declare differently. `present` are the resources about the organization. */
export function findSettingConflicts(present: readonly Declaration[]): readonly ConflictingDeclarations[] {
  return allSettings.flatMap(({ kind, properties }) =>
    findPropertyConflicts(properties, filterByKind(present, kind), ({ label }) => label),
  );
}
