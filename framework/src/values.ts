/** Property values: plain JSON, with one mark for values that a preview cannot know. */

/** A value that is unknown until another resource has been created or changed. */
export const unknownValue: unique symbol = Symbol("a value not known before the update");

/** The properties of an object by name. A value that is not known before the update is a symbol: `hasUnknowns` finds it. */
export type Values = Readonly<Record<string, unknown>>;

/** Returns true for an object with properties: neither null nor a list. */
export function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns true if the value, or any part of it, is unknown. */
export function hasUnknowns(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknowns);
  return isRecord(value) && Object.values(value).some(hasUnknowns);
}

/** Removes the properties that are null or undefined. For Pulumi, absent and null are the same. */
export function omitAbsent(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** Compares JSON deeply. An absent property and a null one are equal; an unknown equals nothing, not even itself. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return a !== unknownValue;
  if (a === undefined || a === null) return b === undefined || b === null;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameValue(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSameValue(a[key], b[key]));
}

/** Returns a value as messages show it: a text as it is, and an object as JSON. */
export function toText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Returns the texts in a value, without the keys of objects. */
export function listTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(listTexts);
  return isRecord(value) ? Object.values(value).flatMap(listTexts) : [];
}
