import { groupBy } from "../grouping";
import type { Declaration, DeclaredState } from "../model/declaration";
import { keptLists } from "../model/keptLists";
import type { Model } from "../model/model";
import { describePath } from "../model/properties";
import { describeResource } from "../model/resource";
import { readAbsent, readValues } from "../objects/reading";
import { rows } from "../objects/rows";
import { isWithheld } from "../withheld";
import { capitalize, joinAnd } from "../wording";
import { getIdentity } from "./objects";
import { isForgotten } from "./releases";
import { listPlaces, type SettingRow } from "./shown";

/**
 * Lists the properties that a released resource declared and that no resource declares after the change, although another one declares the
 * same object. Peridio keeps their values. If a resource that stays stops declaring a property, its own rows show this.
 */
export function reviewUndeclaredProperties({
  separated,
  declarations,
  objects,
  after: { organizations },
}: Pick<Model, "separated" | "declarations" | "objects" | "after">): readonly SettingRow[] {
  return [...groupBy(separated, getIdentity).values()].flatMap((same) => {
    const released = same.filter(isForgotten);
    const remaining = same.filter(({ after }) => after !== undefined);
    const [present] = remaining;
    const organization = present?.organization.after;
    if (present === undefined || organization === undefined || !organizations.has(organization)) return [];
    const declared = new Set(remaining.flatMap(({ after }) => listDeclared(after)));
    const ended = groupBy(
      released.flatMap((resource) =>
        listDeclared(resource.before)
          .filter((name) => !declared.has(name) && !remaining.some((one) => showsEnd(one, name)))
          .filter(isStored(resource))
          .map((name) => ({ name, resource: describeResource(resource) })),
      ),
      ({ name }) => name,
    );
    const object =
      objects.find(({ declaration }) => declaration.urn === present.urn)?.words ??
      (rows[present.kind].type === undefined ? describeResource(present) : describePath(present, declarations));
    const others = `${joinAnd(remaining.map(describeResource))} ${remaining.length === 1 ? "does" : "do"} not`;
    return [...ended].map(([name, former]): SettingRow => ({
      organization,
      section: "released",
      setting: `${name} of ${object}`,
      words:
        `${capitalize(object)}: \`${name}\` is no longer declared. ${joinAnd(former.map(({ resource }) => resource))} declared it, and ${others}. ` +
        "Peridio keeps the value, and later reviews do not show it.",
      risks: ["dropsPolicy"],
      shows: listPlaces(remaining, [name]),
    }));
  });
}

function listDeclared(state: DeclaredState | undefined): readonly string[] {
  return Object.entries(state?.inputs ?? {}).flatMap(([name, value]) => (value === undefined ? [] : name));
}

/** Reports if a row of a resource shows that it stops declaring a property. An import had no declaration, so only an update of the value has a row. */
function showsEnd({ kind, dropped, isImported }: Declaration, name: string): boolean {
  return dropped.has(name) && !(isImported && keptLists[kind] === name);
}

/**
 * Returns a function that reports if Peridio stores a declared property. The access of people and the guardrails have their own rows. A
 * default of an object is the same without a declaration.
 */
function isStored({ kind, before }: Declaration): (name: string) => boolean {
  const { guards, object, readPeople } = rows[kind];
  const properties = object?.properties ?? {};
  const values = readValues(properties, before?.inputs ?? {});
  return (name) => {
    const [property, value] = [properties[name], values[name]];
    const absent = property && readAbsent(property);
    const isDefault =
      absent !== undefined && value !== undefined && !isWithheld(value) && property?.isSame(value, absent) === true;
    return readPeople === undefined && guards?.properties[name] === undefined && !isDefault;
  };
}
