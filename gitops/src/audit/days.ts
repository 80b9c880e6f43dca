import { formatCount } from "../wording";

const day = 86_400_000;

/** Counts the whole days since a moment. */
export function countDaysSince(moment: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(moment)) / day);
}

/** Returns the day of a moment, UTC. */
export function getDate(moment: string): string {
  return moment.slice(0, 10);
}

/** Returns the day of a moment and its age: `2027-01-31, 93 days ago`. */
export function describeDate(moment: string, now: Date): string {
  return `${getDate(moment)}, ${formatCount(countDaysSince(moment, now), "day")} ago`;
}
