import type { Declaration } from "../model/declaration";
import { readDeclaredSettings } from "../model/settings";
import type { Properties, Property } from "../objects/property";
import { isHidden } from "../hidden";
import { type ConflictingDeclarations, listStacks } from "./declared";
import { showProperties } from "./shown";

/** Finds the properties for which stacks declare different values of one thing. Hidden values are no conflict. */
export function findPropertyConflicts(
  properties: Properties,
  present: readonly Declaration[],
  describe: (property: Property<unknown>) => string,
): readonly ConflictingDeclarations[] {
  const byStack = listStacks(present).map((stack) => ({
    stack,
    values: readDeclaredSettings(
      properties,
      present.filter((resource) => resource.stack === stack),
    ),
  }));
  return Object.entries(properties).flatMap(([name, property]) => {
    const declared = byStack.flatMap(({ stack, values: { [name]: value } }) =>
      value === undefined || isHidden(value) ? [] : [{ stack, value }],
    );
    const [first] = declared;
    if (first === undefined || declared.every(({ value }) => property.isSame(first.value, value))) return [];
    const words = declared.map(({ stack, value }) => ({
      stack,
      words: value === first.value ? property.format(value) : describeOther(property, first.value, value),
    }));
    return [{ subject: describe(property), declared: words, shows: showProperties(present, [name]) }];
  });
}

/** Describes a value beside a different one that can look the same, such as a URL of which only the host is visible. */
function describeOther(property: Property<unknown>, first: unknown, value: unknown): string {
  const words = property.format(value);
  return words === property.format(first) ? (property.describeChange?.(first, value) ?? words) : words;
}
