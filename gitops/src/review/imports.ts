import type { Declaration } from "../model/declaration";
import type { Model } from "../model/model";
import type { Organization } from "../model/organization";
import { describeResource } from "../model/resource";
import { getSettingDefaults } from "../model/values";
import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/reading";
import { rows } from "../objects/rows";
import { sortRisks } from "../risks";
import { describeWithheld, isWithheld } from "../withheld";
import { imported } from "./objects";
import { compareProperties } from "./properties";
import { listPlaces, type SettingRow } from "./shown";

/** Lists imported settings and owners that were in no stack. The update does not change them, but nobody reviewed them. */
export function reviewImports({ after, declarations }: Pick<Model, "after" | "declarations">): readonly SettingRow[] {
  const known = new Set(
    declarations.flatMap(({ isImported, kind, organization }) =>
      isImported ? [] : [getIdentity(kind, organization.before)],
    ),
  );
  return declarations.flatMap((declaration) => {
    const { isImported, kind } = declaration;
    const organization = after.organizations.get(declaration.organization.after ?? "");
    const identity = getIdentity(kind, organization?.key);
    if (!isImported || organization === undefined || known.has(identity)) return [];
    known.add(identity);
    return kind === "OrganizationOwner"
      ? [createOwnerReview(organization, declaration)]
      : listSettings(organization, declaration);
  });
}

/** The same for all declarations of the settings or the owner of one organization. */
function getIdentity(kind: Declaration["kind"], organization: string | undefined): string {
  return `${kind} ${organization}`;
}

function createOwnerReview({ key }: Organization, declaration: Declaration): SettingRow {
  const { email } = readValues(organizationOwner.inputs, declaration.values.after);
  const owner = isWithheld(email) ? describeWithheld(email) : (email ?? "not known");
  return {
    organization: key,
    section: "general",
    setting: describeResource(declaration),
    words: `${describeResource(declaration)}: ${imported.words}. Owner: ${owner}.`,
    ...(typeof email === "string" && { people: [email] }),
    risks: sortRisks([...imported.risks, ...(isWithheld(email) ? (["hidden"] as const) : [])]),
    shows: listPlaces([declaration]),
  };
}

function listSettings(organization: Organization, declaration: Declaration): readonly SettingRow[] {
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
      shows: listPlaces([declaration]),
    },
  ];
}
