import type * as z from "zod";
import { isRecord } from "#framework";
import { type Hidden, isHidden, unknown } from "../hidden";

// Reads values of previews, of which any part may be hidden.

export function readText(value: unknown): string | Hidden | undefined {
  return typeof value === "string" || isHidden(value) ? value : undefined;
}

export function readSwitch(value: unknown): boolean | Hidden | undefined {
  return typeof value === "boolean" || isHidden(value) ? value : undefined;
}

export function listTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
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
  return [value].flat().filter(isHidden).length;
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
