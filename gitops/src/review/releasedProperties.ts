import type { Declaration } from "../model/declaration";
import type { Model } from "../model/model";
import { describeThing } from "../model/properties";
import { describeResource } from "../model/resource";
import { readAbsent, readDeclared } from "../objects/reading";
import { rows } from "../objects/rows";
import { isHidden } from "../hidden";
import { capitalize, joinAnd } from "../wording";
import { showProperties, type SettingRow } from "./shown";

/**
 * Lists the properties that a released resource declared and that no resource declares after the change, although another one declares the
 * same object. Peridio keeps their values. If a resource that stays stops declaring a property, its own rows show this.
 */
export function reviewReleasedProperties({ things, declarations, objects, after }: Model): readonly SettingRow[] {
  return things.flatMap((thing) => {
    const organization = thing.organization.after ?? "";
    if (thing.released.size === 0 || !after.organizations.has(organization)) return [];
    const former = thing.resources.filter(({ after }) => after === undefined);
    const remaining = thing.resources.filter(({ after }) => after !== undefined);
    const object =
      objects.find(({ declaration }) => declaration.urn === thing.urn)?.words ?? describeThing(thing, declarations);
    const others = `${joinAnd(remaining.map(describeResource))} ${remaining.length === 1 ? "does" : "do"} not`;
    return [...thing.released].flatMap((name): readonly SettingRow[] => {
      const declaring = former.filter(
        (resource) => resource.before?.inputs[name] !== undefined && needsOwnRow(resource, name),
      );
      if (declaring.length === 0) return [];
      return [
        {
          organization,
          section: "released",
          setting: `${name} of ${object}`,
          words:
            `${capitalize(object)}: \`${name}\` is no longer declared. ${joinAnd(declaring.map(describeResource))} declared it, and ${others}. ` +
            "Peridio keeps the value, and later reviews do not show it.",
          risks: ["dropsPolicy"],
          shows: showProperties(remaining, [name]),
        },
      ];
    });
  });
}

/** Reports if no other row shows the end of a declaration: one of people, of a guardrail, or of a default value. */
function needsOwnRow({ kind, before }: Declaration, name: string): boolean {
  const { guards, object, readPeople } = rows[kind];
  if (readPeople !== undefined || guards?.properties[name] !== undefined) return false;
  const property = object?.properties[name];
  // An object has its default also without a declaration.
  const absent = property && readAbsent(property);
  const value = property && readDeclared(property, before?.inputs[name]);
  return absent === undefined || value === undefined || isHidden(value) || property?.isSame(value, absent) !== true;
}
