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
import { identifyThing } from "./objects";
import { isOnlyReleased } from "./releases";
import { listPlaces, type SettingRow } from "./shown";

/**
 * Lists the properties that a released resource declared and that no resource declares after the change, although another one declares the
 * same object. Peridio keeps their values. If a resource that stays stops declaring a property, its own rows show this.
 */
export function reviewReleasedProperties({
  separated,
  declarations,
  objects,
  after: { organizations },
}: Pick<Model, "separated" | "declarations" | "objects" | "after">): readonly SettingRow[] {
  return [...groupBy(separated, identifyThing).values()].flatMap((same) => {
    const released = same.filter(isOnlyReleased);
    const remaining = same.filter(({ after }) => after !== undefined);
    const [present] = remaining;
    const organization = present?.organization.after;
    if (present === undefined || organization === undefined || !organizations.has(organization)) return [];
    const declared = new Set(remaining.flatMap(({ after }) => listDeclared(after)));
    const ended = groupBy(
      released.flatMap((resource) =>
        listDeclared(resource.before)
          .filter((name) => !declared.has(name) && !remaining.some((one) => showsEnd(one, name)))
          .filter(needsOwnRow(resource))
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

/** Returns a function that reports if no other row shows the end of a declaration: those of people, of guardrails, and of default values. */
function needsOwnRow({ kind, before }: Declaration): (name: string) => boolean {
  const { guards, object, readPeople } = rows[kind];
  if (readPeople !== undefined) return () => false;
  const properties = object?.properties ?? {};
  const values = readValues(properties, before?.inputs ?? {});
  // An object has its default also without a declaration.
  const isDefault = (name: string) => {
    const [property, value] = [properties[name], values[name]];
    const absent = property && readAbsent(property);
    return (
      absent !== undefined && value !== undefined && !isWithheld(value) && property?.isSame(value, absent) === true
    );
  };
  return (name) => guards?.properties[name] === undefined && !isDefault(name);
}
