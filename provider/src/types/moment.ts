import * as z from "zod";

const schema = z.iso.datetime({ offset: true });

/** A moment: ISO 8601 with a time zone. Two spellings of one moment are equal. */
export const moment = z
  .string()
  .refine(isMoment, "must be a moment in ISO 8601 with a time zone, such as 2027-02-01T00:00:00Z")
  .meta({ canonical: toUtc });

function isMoment(text: string): boolean {
  return schema.safeParse(text).success;
}

/** Returns a moment in UTC, in whole seconds. Other values pass unchanged. */
function toUtc(value: unknown): unknown {
  return typeof value === "string" && isMoment(value) ? `${new Date(value).toISOString().slice(0, 19)}Z` : value;
}
