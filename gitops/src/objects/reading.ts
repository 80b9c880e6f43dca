import type * as z from "zod";
import { isRecord, type Values } from "#framework";
import { canonicalizeEmail } from "#provider";
import { type Hidden, isHidden, unknown } from "../hidden";
import type { Properties, Property, ReadingContext, Readings, TypedInputs } from "./property";

// Reads values of previews. A part of a value is hidden if the preview does not show it, because it is a secret or not known yet.

/** Returns a text or a hidden value; undefined for any other value. */
export function readText(value: unknown): string | Hidden | undefined {
  return typeof value === "string" || isHidden(value) ? value : undefined;
}

/** Returns a boolean or a hidden value; undefined for any other value. */
export function readSwitch(value: unknown): boolean | Hidden | undefined {
  return typeof value === "boolean" || isHidden(value) ? value : undefined;
}

/** Returns the texts of a list. A list of texts is returned as it is. */
export function listTexts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const isText = (item: unknown): item is string => typeof item === "string";
  return value.every(isText) ? value : value.filter(isText);
}

/** Returns the texts and the hidden items of a list. */
export function readItems(value: unknown): readonly (string | Hidden)[] | Hidden | undefined {
  if (value === undefined || isHidden(value)) return value;
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string | Hidden => typeof item === "string" || isHidden(item));
}

/** Returns the texts of a map, by key. Another value is unknown. */
export function readMap(
  value: unknown,
): readonly (readonly [key: string, text: string | Hidden])[] | Hidden | undefined {
  if (isHidden(value)) return value;
  return isRecord(value) ? Object.entries(value).map(([key, text]) => [key, readText(text) ?? unknown]) : undefined;
}

/** Counts the hidden items of a list. A hidden list counts as one. */
export function countHidden(value: unknown): number {
  if (!Array.isArray(value)) return isHidden(value) ? 1 : 0;
  return value.filter(isHidden).length;
}

/** Returns the first hidden part of a value. */
export function findHidden(value: unknown): Hidden | undefined {
  if (isHidden(value)) return value;
  const parts: readonly unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return parts.map(findHidden).find((hidden) => hidden !== undefined);
}

/** Returns a function that reads a value that is hidden if any of its parts is. */
export function readAs<T>(schema: z.ZodType<T>): (value: unknown) => T | Hidden | undefined {
  return (value) => findHidden(value) ?? schema.safeParse(value).data;
}

/** Returns the name of a property with a value that this version does not understand. */
export function findUnreadable(properties: Properties, values: Values): string | undefined {
  return Object.keys(properties).find(
    (name) => values[name] !== undefined && properties[name]?.read(values[name], noContext) === undefined,
  );
}

/** Reads all inputs. */
export function readValues<T extends object>(
  inputs: TypedInputs<T>,
  values: Values,
  context: ReadingContext = noContext,
): Readings<T> {
  const readings: { -readonly [K in keyof T]?: Readings<T>[K] } = {};
  for (const name in inputs) readings[name] = inputs[name].read(values[name], context);
  return readings;
}

/** Returns the value that a program declares, or the default. Undefined if the value is not understood. */
export function readDeclared<T>(property: Property<T>, value: unknown): T | Hidden | undefined {
  return value === undefined ? property.defaultValue : property.read(value, noContext);
}

/** Returns the value of an object without the property. Undefined if every object has it. */
export function readAbsent(property: Property<unknown>): unknown {
  return property.read(undefined, noContext);
}

/**
 * Reads a value without its object. `isObserved` matters only for values that no program declares, and that Peridio sets at the
 * creation.
 */
const noContext: ReadingContext = {
  isObserved: true,
  findCohort: (id) => (isHidden(id) ? id : { key: id, name: id }),
};

/** Returns a text that is the same for lists in another order, and for addresses in another spelling. */
export function foldValue(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(foldValue).sort());
  if (isRecord(value) && !isHidden(value)) return JSON.stringify(foldEntries(value));
  return JSON.stringify(typeof value === "string" && value.includes("@") ? canonicalizeEmail(value) : value);
}

function foldEntries(values: Values): readonly (readonly [string, string])[] {
  return Object.entries(values)
    .map(([key, value]) => [key.includes("@") ? canonicalizeEmail(key) : key, foldValue(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
