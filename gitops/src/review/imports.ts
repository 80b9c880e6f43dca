import type { MergedDeclaration } from "../model/merging";
import type { Model } from "../model/model";
import type { Organization } from "../model/organization";
import { describeResource } from "../model/resource";
import { getSettingDefaults } from "../model/values";
import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/reading";
import { rows } from "../objects/rows";
import { sortRisks } from "../risks";
import { describeHidden, isHidden } from "../hidden";
import { imported } from "./objects";
import { compareProperties } from "./properties";
import { showEverything, type SettingRow } from "./shown";

/** Lists imported settings and owners that were in no stack. The update does not change them, but nobody reviewed them. */
export function reviewImports({ after, things }: Pick<Model, "after" | "things">): readonly SettingRow[] {
  return things.flatMap((thing) => {
    const organization = after.organizations.get(thing.organization.after ?? "");
    if (!thing.isImported || organization === undefined) return [];
    return thing.kind === "OrganizationOwner"
      ? [createOwnerReview(organization, thing)]
      : listSettings(organization, thing);
  });
}

function createOwnerReview({ key }: Organization, declaration: MergedDeclaration): SettingRow {
  const { email } = readValues(organizationOwner.inputs, declaration.values.after);
  const owner = isHidden(email) ? describeHidden(email) : (email ?? "not known");
  return {
    organization: key,
    section: "general",
    setting: describeResource(declaration),
    words: `${describeResource(declaration)}: ${imported.words}. Owner: ${owner}.`,
    ...(typeof email === "string" && { people: [email] }),
    risks: sortRisks([...imported.risks, ...(isHidden(email) ? (["hidden"] as const) : [])]),
    shows: showEverything(declaration.resources),
  };
}

function listSettings(organization: Organization, declaration: MergedDeclaration): readonly SettingRow[] {
  const { settings } = rows[declaration.kind];
  if (settings === undefined) return [];
  const { section, properties } = settings;
  const details = compareProperties({
    properties,
    before: undefined,
    after: organization[section] ?? {},
    resources: [declaration],
    defaults: getSettingDefaults(declaration.kind, organization.name),
  });
  const sentences = [imported.words, ...details.map(({ label, words }) => `${label}: ${words}`)];
  return [
    {
      organization: organization.key,
      section,
      setting: describeResource(declaration),
      words: `${describeResource(declaration)}: ${sentences.map((sentence) => `${sentence}.`).join(" ")}`,
      risks: sortRisks([imported, ...details].flatMap(({ risks }) => risks)),
      shows: showEverything(declaration.resources),
    },
  ];
}
