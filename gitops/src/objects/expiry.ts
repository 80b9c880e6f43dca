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
    return Number.isNaN(Date.parse(moment)) ? unknown : toUtc(moment);
  },
  format: (moment) => moment ?? "never",
  findRisks: findExtension,
});

/** Returns a moment in UTC, in whole seconds. */
function toUtc(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}

/** Returns the risk of a higher limit. Null is no limit. */
export function findExtension<T extends string | number>(before: T | null, after: T | null): readonly Risk[] {
  return before !== null && (after === null || after > before) ? ["extendsToken"] : [];
}
