import type { OrganizationReview, Review, PersonAccess } from "../../review/review";
import { type Level, getLevel, levels, type Risk, riskNames, risks } from "../../risks";
import { getRoleName, formatCount } from "../../wording";
import { formatCode } from "./escape";

/** The words that differ for a change, which is still to come, and for drift, which has happened. */
export interface Wording {
  readonly nothing: string;
  /** The beginning of the summary's numbers. */
  readonly prefix: string;
  /** The head of the column of access changes. */
  readonly course: string;
  /** The change of an organization with so many people, as the rest of a sentence. */
  readonly changes: Readonly<Record<OrganizationReview["change"], (people: string) => string>>;
  readonly allAccess: string;
}

export const wordings: Readonly<Record<Review["kind"], Wording>> = {
  change: {
    nothing: "No access changes",
    prefix: "",
    course: "before → after",
    changes: {
      created: (people) => ` is created, with ${people}`,
      adopted: (people) => ` exists and is adopted without changes; the program declares ${people}`,
      deleted: (people) => ` is deleted, with ${people} in it`,
      replaced: (people) => ` is deleted, with ${people} in it, and replaced by a new organization`,
      released: () => " is released: Pulumi removes it from the state, and Peridio keeps it",
      kept: () => "",
    },
    allAccess: "All access after the change",
  },
  drift: {
    nothing: "No access changed outside Pulumi",
    prefix: "Changed outside Pulumi: ",
    course: "before → now",
    changes: {
      created: (people) => ` was created, with ${people}`,
      adopted: (people) => ` was adopted without changes; the program declares ${people}`,
      deleted: (people) => ` was deleted, with ${people} in it`,
      replaced: (people) => ` was deleted, with ${people} in it, and replaced by a new organization`,
      released: () => " was released: Pulumi removed it from the state",
      kept: () => "",
    },
    allAccess: "All access now",
  },
};

/** The symbols of the levels. Each stands beside its word, so that colours are not needed. */
export const marks = { high: "🔴", medium: "🟠", low: "⚪" } as const satisfies Record<Level, string>;

/** Returns risks in words, the worst first; with a level, only those of that level. */
export function listRisks(names: readonly Risk[], level?: Level): readonly string[] {
  return riskNames
    .filter((name) => names.includes(name) && (level === undefined || risks[name].level === level))
    .map((name) => risks[name].words);
}

/** Returns the highest level with its risks, such as `🔴 high: grants admin`; undefined without a risk. */
export function describeRisks(names: readonly Risk[]): string | undefined {
  const level = getLevel(names);
  return level && `${marks[level]} ${level}: ${listRisks(names, level).join(", ")}`;
}

/** A sort key: the highest level first, no risk last. */
export function getRiskOrder(names: readonly Risk[]): string {
  const level = getLevel(names);
  return String(level === undefined ? levels.length : levels.indexOf(level));
}

const statusWords = {
  active: "",
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Record<PersonAccess["status"], string>;

/** Returns access in few words, such as `admin (owner)`, `viewer (invited)` or `none`. */
export function describeAccess(access: PersonAccess | null): string {
  return access === null ? "none" : `${getRoleName(access.role)}${describeStatus(access)}`;
}

/** Returns the ownership and the status of an invitation, such as ` (owner)`; empty for other members. */
export function describeStatus({ owner, status }: PersonAccess): string {
  const words = [owner ? "owner" : "", statusWords[status]].filter((word) => word !== "");
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

/** Counts the people of an organization, as the parts of an enumeration. The review names `named` of these people. */
export function countPeople(named: number, { hiddenPeople, hiddenRoster }: OrganizationReview): readonly string[] {
  const hidden =
    hiddenPeople === 0
      ? []
      : [formatCount(hiddenPeople, "person with a hidden address", "people with hidden addresses")];
  if (hiddenRoster !== true) return [formatCount(named, "person", "people"), ...hidden];
  const counts = [...(named === 0 ? [] : [formatCount(named, "person", "people")]), ...hidden];
  return [...counts, `${counts.length === 0 ? "people" : "others"} that the preview hides`];
}

/** Returns up to ten names and the number of the others, as `singular` or `plural`. */
export function listNames(names: readonly string[], singular: string, plural = `${singular}s`): string {
  const more = names.length - 10;
  const named = names.slice(0, 10).map(formatCode).join(", ");
  return more > 0 ? `${named} and ${formatCount(more, `more ${singular}`, `more ${plural}`)}` : named;
}

/** Counts equal words, in the order of their first occurrence. */
export function countWords(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Returns the name of the organization with a key. */
export type Names = (key: string) => string;

export function createNameLookup({ organizations }: Review): Names {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  return (key) => names.get(key) ?? key;
}

/** Compares by several texts, in code units: every machine has the same order, and an updated comment changes only with its review. */
export function compareBy<Item>(...keys: readonly ((item: Item) => string)[]): (a: Item, b: Item) => number {
  return (a, b) => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}
