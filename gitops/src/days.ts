import * as z from "zod";
import { getEndTime } from "#provider";
import { formatCount } from "./wording";

// Days in UTC, such as `2027-01-31`.

const dayLength = 86_400_000;

/** Counts the whole days since a moment. */
export function countDaysSince(moment: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(moment)) / dayLength);
}

/** Returns the day of a moment, UTC. */
export function getDate(moment: string): string {
  return moment.slice(0, 10);
}

/** Returns the day of a moment and its age: `2027-01-31, 93 days ago`. */
export function describeDate(moment: string, now: Date): string {
  return `${getDate(moment)}, ${formatCount(countDaysSince(moment, now), "day")} ago`;
}

/** Returns the day, UTC, that many days after a moment, such as `2027-01-31`. */
export function addDays(moment: Date, count: number): string {
  const date = new Date(moment);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** The period in which reports name ends of access. */
export interface Forecast {
  readonly now: Date;
  readonly days: number;
}

/** Reports if an end of access is in the period. A hidden end is not. */
export function isEndWithin(end: string, { now, days }: Forecast): boolean {
  const time = getEndTime(end);
  return time > now.getTime() && time <= now.getTime() + days * dayLength;
}

/** Counts the days from one day to another. */
export function countDays(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayLength;
}

/** A number of days from the day of the review. */
export const days = z
  .int("must be a whole number of days")
  .min(1, "must be at least 1 day")
  .max(3650, "must be at most 3650 days");
