import { type Declaration, isAbout } from "../model/declaration";
import type { Model } from "../model/model";
import type { Organization } from "../model/organization";
import { type DeclarationSides, findResets, getSettingDefaults, readDeclaredSettings } from "../model/settings";
import { kinds, type ResourceKind, rows } from "../objects/rows";
import { isWithheld } from "../withheld";
import { mayDiffer } from "../model/resource";
import { type ConflictingDeclarations, listStacks } from "./declared";
import { pickMemberships, reviewGuardrails, reviewInitialGuardrails, reviewMembership } from "./guards";
import { compareProperties, createPropertyReview, describeProperties } from "./properties";
import { reviewProtection, reviewReleases, reviewRetention } from "./releases";
import type { SettingReview } from "./review";

/** Lists the settings and the protection that change. For a new organization, lists settings that differ from the defaults. */
export function reviewSettings({ before, after, declarations: all }: Model): readonly SettingReview[] {
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
    // An adopted organization does not change: the preview rejects an adoption with changes.
    if (own.some(({ isAdopted }) => isAdopted)) return [];
    const prior = before.organizations.get(key);
    const formerMemberships = pickMemberships(declarations.before);
    const changes = isNew
      ? [...reviewInitialSettings(current), ...reviewInitialGuardrails(current, declarations)]
      : [
          ...reviewChangedSettings(prior, current, declarations),
          ...reviewGuardrails(current, declarations, prior?.people.size ?? 0),
        ];
    return [
      ...declarations.after.flatMap((resource) => [
        ...reviewProtection(key, resource),
        ...reviewRetention(key, resource),
        ...reviewMembership(key, resource, formerMemberships),
      ]),
      ...reviewUndeclaredOwner(current, declarations),
      ...reviewReleases(current, declarations),
      ...changes,
    ];
  });
}

/** The settings, in the order of reviews. */
const allSettings = kinds.flatMap((kind) => {
  const { settings } = rows[kind];
  return settings === undefined ? [] : [{ kind, ...settings }];
});

function reviewChangedSettings(
  prior: Organization | undefined,
  current: Organization,
  declarations: DeclarationSides,
): readonly SettingReview[] {
  return allSettings.flatMap(({ kind, section, properties, risks: common = [] }) => {
    const own = filterDeclarations(kind, declarations);
    const resets = findResets(getSettingDefaults(kind, current.name), own);
    const changes = compareProperties(properties, prior?.[section] ?? {}, current[section] ?? {}, (property) => ({
      isDropped: property in resets,
      mayDiffer: own.after.some((resource) => mayDiffer(resource, property)),
    }));
    return changes.map((change) =>
      createPropertyReview(current.key, section, { ...change, risks: [...change.risks, ...common] }),
    );
  });
}

function filterDeclarations(expected: ResourceKind, { before, after }: DeclarationSides): DeclarationSides {
  const own = (resources: readonly Declaration[]) => resources.filter(({ kind }) => kind === expected);
  return { before: own(before), after: own(after) };
}

function reviewInitialSettings(current: Organization): readonly SettingReview[] {
  return allSettings.flatMap(({ kind, section, properties }) =>
    describeProperties(properties, current[section] ?? {}, getSettingDefaults(kind, current.name)).map((setting) =>
      createPropertyReview(current.key, section, { ...setting, risks: [] }),
    ),
  );
}

/** Reports an owner that no stack declares after the change. */
function reviewUndeclaredOwner(
  { key, owner }: Organization,
  { before, after }: DeclarationSides,
): readonly SettingReview[] {
  const isOwner = ({ kind }: Declaration) => kind === "OrganizationOwner";
  if (!before.some(isOwner) || after.some(isOwner)) return [];
  const outcome = typeof owner === "string" ? `stays ${owner}` : "stays unchanged";
  const words = `Owner: ${outcome} (no longer declared).`;
  return [{ organization: key, section: "general", setting: "owner", words, risks: ["dropsPolicy"] }];
}

/** Finds the settings that stacks declare differently. `present` are the resources about the organization. */
export function findSettingConflicts(present: readonly Declaration[]): readonly ConflictingDeclarations[] {
  return allSettings.flatMap(({ kind, properties }) => {
    const byStack = listStacks(present).map((stack) => ({
      stack,
      values: readDeclaredSettings(
        properties,
        present.filter((resource) => resource.stack === stack && resource.kind === kind),
      ),
    }));
    return Object.entries(properties).flatMap(([name, property]) => {
      const declared = byStack.flatMap(({ stack, values: { [name]: value } }) =>
        value === undefined || isWithheld(value) ? [] : [{ stack, value, words: property.format(value) }],
      );
      const hasOneMeaning = declared.every(({ value }) =>
        declared.every((other) => property.isSame(value, other.value)),
      );
      if (hasOneMeaning) return [];
      return [{ subject: property.label, declared: declared.map(({ stack, words }) => ({ stack, words })) }];
    });
  });
}
