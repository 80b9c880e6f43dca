import { findHidden, listTexts, readText } from "../../objects/reading";
import { type Hidden, isHidden } from "../../preview/resource";
import { quoteName } from "../../wording";
import type { Risk } from "../../risks";
import { createTextSetting, type Setting } from "../settings/setting";
import { createProperty, type ObjectProperty, type Reading } from "./objectKind";

/** Properties that several kinds of objects share. */

/** Reads a property that returns to a default if a program stops declaring it. `parse` returns undefined for other types. */
export function readResettable<T>(
  name: string,
  defaultValue: T,
  parse: (value: unknown) => T | Hidden | undefined,
): Reading<T>["read"] {
  return ({ dropped, values }, side) =>
    side === "after" && dropped.has(name) ? defaultValue : (parse(values[side][name]) ?? defaultValue);
}

/** Returns a list of texts, which is hidden if one of them is. */
export function readTexts(value: unknown): readonly string[] | Hidden | undefined {
  return findHidden(value) ?? (value === undefined ? undefined : listTexts(value));
}

/** The name. The words of an object contain its name, so only a change needs other words. */
export const nameProperty: ObjectProperty = createNameProperty();

function createNameProperty(): ObjectProperty {
  const read: Reading<string | null>["read"] = ({ values }, side) => readText(values[side].name) ?? null;
  const property = createProperty("name", createTextSetting("Name"), { read });
  return {
    ...property,
    describe: (resource, side) => (isHidden(read(resource, side)) ? property.describe(resource, side) : undefined),
  };
}

/** The words and the risks of a list of texts, whose order does not matter. */
interface ListWords {
  readonly label: string;
  /** The words for an empty list. */
  readonly empty: string;
  readonly findRisks?: (before: readonly string[], after: readonly string[]) => readonly Risk[];
}

export function createListSetting({ label, empty, findRisks = () => [] }: ListWords): Setting<readonly string[]> {
  const format = (list: readonly string[]) => (list.length === 0 ? empty : list.map(quoteName).join(", "));
  return {
    label,
    isSame: (before, after) => [...before].sort().join("\n") === [...after].sort().join("\n"),
    format,
    describeChange(before, after) {
      if (before.length === 0 || after.length === 0) return undefined;
      const [added, removed] = [omit(after, before), omit(before, after)];
      return [
        ...(added.length > 0 ? [`adds ${format(added)}`] : []),
        ...(removed.length > 0 ? [`removes ${format(removed)}`] : []),
      ].join("; ");
    },
    findRisks,
  };
}

function omit(list: readonly string[], others: readonly string[]): readonly string[] {
  return list.filter((item) => !others.includes(item));
}
