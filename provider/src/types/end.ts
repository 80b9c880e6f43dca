import * as z from "zod";
import { isMoment } from "#framework/definitions";
import { day } from "./day";

const form = "must be a date, such as 2027-01-31, or a moment with a time zone, such as 2027-01-31T08:00Z";

/**
 * An end of access: the last day, UTC, such as `2027-01-31`, or the moment at which access ends, such as `2027-01-31T08:00Z`. The canonical
 * form of a moment is in UTC, in whole seconds. A moment at midnight is the end of the day before.
 */
export const end = z
  .string(form)
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/, { error: form, abort: true })
  .refine((text) => isMoment(text) || day.safeParse(text).success, {
    error: ({ input }) =>
      `is ${String(input)}, a ${String(input).includes("T") ? "moment" : "day"} that does not exist: correct the date`,
    abort: true,
  })
  .refine((text) => /^\d{4}-/.test(canonicalizeEnd(text)), "must be in the years 0000 to 9999 in UTC")
  .meta({ canonical: (value: unknown) => (typeof value === "string" ? canonicalizeEnd(value) : value) });

/** Returns the canonical form of an end. Two ends at one moment have the same form. Returns another text, such as `unknown`, unchanged. */
export function canonicalizeEnd(end: string): string {
  if (!isMoment(end)) return end;
  const moment = new Date(end);
  const text = moment.toISOString();
  if (text.includes("T00:00:00")) return new Date(moment.getTime() - dayLength).toISOString().replace(/T.*/, "");
  return text.replace(/(:00)?\.\d{3}Z$/, "Z");
}

/** Returns the moment from which there is no access, in milliseconds since 1970: for a day, the next midnight, UTC. */
export function getEndTime(end: string): number {
  return isMoment(end) ? Date.parse(end) : Date.parse(`${end}T00:00:00Z`) + dayLength;
}

/** Reports if access with this end is over. */
export function hasEnded(end: string, now: Date): boolean {
  return getEndTime(end) <= now.getTime();
}

const dayLength = 86_400_000;
