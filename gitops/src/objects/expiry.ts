import * as z from "zod";
import { isNever } from "#provider";
import { unknown, type Hidden } from "../hidden";
import type { Risk } from "../risks";
import { createProperty, type Property } from "./property";
import { readText } from "./reading";

/** The expiry of a token: a moment in UTC, or null for a token that does not expire. */
export const expiry = createExpiry((value) => readMoment(value) ?? null);

/** The expiry of a claim token without a declared one. The state of an existing token contains the moment. */
export const dayAfterCreation = "24 hours after creation";

/** The expiry of a claim token: a moment in UTC, null for a token that does not expire, or `dayAfterCreation`. */
export const claimTokenExpiry = createExpiry((value, { isObserved }) => {
  if (value === "never") return null;
  const moment = readMoment(value) ?? (isObserved ? null : dayAfterCreation);
  return typeof moment === "string" && moment !== dayAfterCreation && isNever(moment) ? null : moment;
});

function createExpiry(read: Property<string | null>["read"]): Property<string | null> {
  return createProperty<string | null>({
    label: "Expiry",
    schema: z.string(),
    isNeverRemoved: true,
    read,
    format: (moment) => moment ?? "never",
    findRisks(before, after) {
      // The moment of a creation is not known before the update.
      const isIncomparable = before === dayAfterCreation || (before !== null && after === dayAfterCreation);
      return isIncomparable ? ["extendsToken"] : findExtension(before, after);
    },
  });
}

function readMoment(value: unknown): string | Hidden | undefined {
  const moment = readText(value);
  return typeof moment === "string" ? (toUtc(moment) ?? unknown) : moment;
}

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
