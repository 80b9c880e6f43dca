import * as z from "zod";
import { isWithheld, unknown } from "../withheld";
import type { Risk } from "../risks";
import { createProperty, type Property } from "./property";
import { readText } from "./reading";

/** The expiry of a token: a moment in UTC, or null for a token that does not expire. */
export const expiry: Property<string | null> = createProperty<string | null>({
  label: "Expiry",
  schema: z.string(),
  isPermanent: true,
  read(value) {
    const moment = readText(value);
    if (moment === undefined) return null;
    if (isWithheld(moment)) return moment;
    return toUtc(moment) ?? unknown;
  },
  format: (moment) => moment ?? "never",
  findRisks: findExtension,
});

/** Returns a moment in UTC, in whole seconds; undefined for one whose order as a text is not that of its time. */
function toUtc(moment: string): string | undefined {
  if (Number.isNaN(Date.parse(moment))) return undefined;
  const text = new Date(moment).toISOString();
  return /^\d{4}-/.test(text) ? `${text.slice(0, 19)}Z` : undefined;
}

/** Returns the risk of a higher limit. Null is no limit. */
export function findExtension<T extends string | number>(before: T | null, after: T | null): readonly Risk[] {
  return before !== null && (after === null || after > before) ? ["extendsToken"] : [];
}
