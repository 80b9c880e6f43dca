import { version } from "../../../provider/src/core/version";
import { type Layout, layoutOf } from "../../../provider/src/layouts/layout";
import { readSources } from "../../../provider/src/layouts/readSources";
import { key } from "../../../provider/src/resources/people/roster";

/** Until when people are in organizations, as layouts say it: a preview does not hold that. */
export interface LastDays {
  /** The place of a person in an organization of that name; undefined if no layout gives one. */
  placeOf(organization: string, email: string): LastingPlace | undefined;
}

export interface LastingPlace {
  /** The last day, UTC, which may have passed; undefined for a place that does not end. */
  readonly until: string | undefined;
}

/**
 * The last days that layout files say, each a file or a folder of them. `folder` is the one that relative paths start from.
 * @throws InvalidLayout or Refusal if one of them cannot be read.
 */
export function readLastDays(paths: readonly string[], folder: string, today: string): LastDays {
  return lastDaysOf(paths.map((path) => layoutOf(readSources(path, folder), { today, version })));
}

/** Where several layouts know somebody in the same organization, the place that lasts longest counts. */
export function lastDaysOf(layouts: readonly Layout[]): LastDays {
  const forever = "9999-12-31";
  const found = new Map<string, LastingPlace>();
  const place = (organization: string, email: string) => JSON.stringify([organization, key(email)]);
  for (const { name, members, lastDays = {} } of layouts.flatMap(({ organizations }) => organizations)) {
    for (const email of [...Object.keys(members), ...Object.keys(lastDays)]) {
      const until = lastDays[email];
      const before = found.get(place(name, email));
      if (before === undefined || (until ?? forever) > (before.until ?? forever)) {
        found.set(place(name, email), { until });
      }
    }
  }
  return { placeOf: (organization, email) => found.get(place(organization, email)) };
}

/** The day that comes so many days after another one, both such as `2027-01-31`. */
export function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** How many days one day comes after another. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}
