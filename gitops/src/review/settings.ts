import { canonicalizeEmail } from "#provider";
import { type Declaration, filterByKind, isAbout } from "../model/declaration";
import type { MergedDeclaration } from "../model/merging";
import { splitReplacement } from "../model/replacement";
import type { Model } from "../model/model";
import type { Organization } from "../model/organization";
import { describeResource, mayDiffer } from "../model/resource";
import { type DeclarationSides, findGuarded, readGuards } from "../model/settings";
import { getSettingDefaults } from "../model/values";
import { readOwnerOutput } from "../objects/organization";
import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/reading";
import { kinds, type ResourceKind, rows } from "../objects/rows";
import { sortRisks } from "../risks";
import { describeHidden, isHidden } from "../hidden";
import type { ConflictingDeclarations } from "./declared";
import { compareProperties, createPropertyReview } from "./properties";
import { findPropertyConflicts } from "./propertyConflicts";
import { isOnlyReleased, reviewProtection, reviewReleases, reviewRetention } from "./releases";
import { showEverything, type SettingRow } from "./shown";

/** An organization on both sides of a change, and its declarations. */
interface Change {
  readonly prior: Organization | undefined;
  readonly current: Organization;
  readonly declarations: DeclarationSides;
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
    const released = own.flatMap(splitReplacement).filter(isOnlyReleased);
    const things = everything.filter((thing) => isAbout(thing, key));
    const change = { prior: before.organizations.get(key), current, declarations, things, isNew };
    return [
      ...declarations.after.flatMap((resource) => [
        ...reviewProtection(key, resource, released),
        ...reviewRetention(key, resource, released),
      ]),
      ...reviewUndeclaredOwner(current, declarations),
      ...reviewHiddenOwner(change),
      ...reviewAcceptedOwner(change),
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
  { prior, current, declarations, things, isNew }: Change,
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
function compareGuards(kind: ResourceKind, { prior, current, declarations, isNew }: Change): readonly SettingRow[] {
  const { guards } = rows[kind];
  if (guards === undefined) return [];
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

/** Reports an owner that no stack declares after the change. */
function reviewUndeclaredOwner(
  { key, owner }: Organization,
  { before, after }: DeclarationSides,
): readonly SettingRow[] {
  const former = filterByKind(before, "OrganizationOwner");
  if (former.length === 0 || filterByKind(after, "OrganizationOwner").length > 0) return [];
  const outcome = typeof owner === "string" ? `stays ${owner}` : "stays unchanged";
  const words = `Owner: ${outcome} (no longer declared).`;
  return [
    {
      organization: key,
      section: "general",
      setting: "owner",
      words,
      risks: ["dropsPolicy"],
      shows: showEverything(former),
    },
  ];
}

/** Reports an owner that the preview hides before or after the change, unless a hidden owner cannot differ. */
function reviewHiddenOwner({ prior, current: { key, owner }, declarations }: Change): readonly SettingRow[] {
  const owners = filterByKind(declarations.after, "OrganizationOwner");
  const former = prior?.owner;
  if (owners.length === 0 || (!isHidden(owner) && !isHidden(former))) return [];
  const canDiffer = owners.some((resource) => mayDiffer(resource, "email"));
  if (isHidden(former) && isHidden(owner) && former.reason === owner.reason && !canDiffer) return [];
  const [before, after] = [former, owner].map((one) => (isHidden(one) ? describeHidden(one) : (one ?? "not known")));
  const words = `Owner: ${before ?? ""} → ${after ?? ""}.`;
  return [
    {
      organization: key,
      section: "general",
      setting: "owner",
      words,
      risks: ["hidden"],
      shows: showEverything(owners),
    },
  ];
}

/**
 * Reports an owner who stays, if a program starts to declare this owner. Also reports an owner who got the ownership outside Pulumi, if a
 * program declares this owner or keeps the change by `ignoreChanges`.
 */
function reviewAcceptedOwner({ prior, current: { key, owner }, declarations }: Change): readonly SettingRow[] {
  if (typeof owner !== "string" || !isSameEmail(prior?.owner, owner)) return [];
  const owners = filterByKind([...declarations.before, ...declarations.after], "OrganizationOwner");
  const known = owners.filter(({ isImported, isCreated }) => !isImported && !isCreated);
  const declared = known.flatMap(({ recorded = {} }) => readValues(organizationOwner.inputs, recorded).email ?? []);
  // Without a declaration at the last update, the owner that Pulumi had read counts.
  const read = filterByKind(declarations.before, "Organization").flatMap(
    ({ recordedOutputs }) => readOwnerOutput(recordedOutputs?.owner).email ?? [],
  );
  const isNew = known.length === 0 && owners.some(({ isCreated }) => isCreated);
  const former = isNew ? read : declared;
  const [first] = former;
  const row = { organization: key, section: "general", setting: "owner", shows: showEverything(owners) } as const;
  if (first === undefined || former.some((email) => isSameEmail(email, owner)))
    return isNew ? [{ ...row, words: `Owner: stays ${owner} (newly declared).`, people: [owner], risks: [] }] : [];
  const words = `Owner: ${isHidden(first) ? describeHidden(first) : first} → ${owner}, which accepts a change made outside Pulumi.`;
  return [{ ...row, words, people: [owner], risks: sortRisks(["acceptsDrift", "changesOwner"]) }];
}

function isSameEmail(one: Organization["owner"], other: string): boolean {
  return typeof one === "string" && canonicalizeEmail(one) === canonicalizeEmail(other);
}

/** Finds the settings that stacks declare differently. `present` are the resources about the organization. */
export function findSettingConflicts(present: readonly Declaration[]): readonly ConflictingDeclarations[] {
  return allSettings.flatMap(({ kind, properties }) =>
    findPropertyConflicts(properties, filterByKind(present, kind), ({ label }) => label),
  );
}
