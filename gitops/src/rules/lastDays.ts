import { canonicalizeEmail } from "#provider";
import type { Layout } from "#layout";

/** The last days of people in organizations. Layouts have them, previews do not. */
export interface LastDays {
  /** Returns the access of a person in an organization of that name; undefined if no layout declares it. */
  find(organization: string, email: string): AccessEnd | undefined;
}

export interface AccessEnd {
  /** The last day, UTC, possibly in the past; undefined for access without an end. */
  readonly until: string | undefined;
}

/** Collects the last days of layouts. If several layouts declare a person in the same organization, the last of the days counts. */
export function collectLastDays(layouts: readonly Pick<Layout, "organizations">[]): LastDays {
  const forever = "9999-12-31";
  const byPerson = new Map<string, AccessEnd>();
  const createKey = (organization: string, email: string) => JSON.stringify([organization, canonicalizeEmail(email)]);
  for (const { name, members, lastDays = {} } of layouts.flatMap(({ organizations }) => organizations)) {
    for (const email of [...Object.keys(members), ...Object.keys(lastDays)]) {
      const until = lastDays[email];
      const before = byPerson.get(createKey(name, email));
      if (before === undefined || (until ?? forever) > (before.until ?? forever)) {
        byPerson.set(createKey(name, email), { until });
      }
    }
  }
  return { find: (organization, email) => byPerson.get(createKey(organization, email)) };
}

/** Returns the day that many days after another one, such as `2027-01-31`. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Counts the days from one day to another. */
export function countDays(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}
