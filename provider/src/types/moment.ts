import * as z from "zod";

const schema = z.iso.datetime({ offset: true });

/** A moment: ISO 8601 with a time zone. Two spellings of one moment are equal. */
export const moment = z
  .string()
  .refine(isMoment, {
    error: "must be a moment in ISO 8601 with a time zone, such as 2027-02-01T00:00:00Z",
    abort: true,
  })
  // Other years have more digits, so that their order as texts is another one.
  .refine((text) => /^\d{4}-/.test(toUtc(text)), "must be in the years 0000 to 9999 in UTC")
  .meta({ canonical: (value: unknown) => (typeof value === "string" && isMoment(value) ? toUtc(value) : value) });

function isMoment(text: string): boolean {
  return schema.safeParse(text).success;
}

/** Returns a moment in UTC, in whole seconds. */
function toUtc(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}
