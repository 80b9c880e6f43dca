import {
  type OrganizationReview,
  type Review,
  type Violation,
  type Level,
  levelOf,
  levels,
  type Risk,
  riskNames,
  risks,
  type PersonReview,
} from "../../review/review";
import { roleName, counted, numbered } from "../../wording";
import { code } from "./escape";

/** What is said of a change in other words than of drift: the one is still to come, the other has happened. */
export interface Wording {
  readonly verdicts: Readonly<Record<Exclude<Review["verdict"], "pass">, string>>;
  readonly severities: Readonly<Record<Violation["severity"], string>>;
  /** What is said of a rule that is broken only since then. */
  readonly since: string;
  readonly nothing: string;
  /** What the summary's numbers are of. */
  readonly what: string;
  /** The heads of the columns. */
  readonly course: string;
  /** What becomes of an organization with so many people, as the rest of a sentence. */
  readonly becomes: Readonly<Record<OrganizationReview["change"], (people: string) => string>>;
  readonly everybody: string;
}

export const wordings: Readonly<Record<Review["kind"], Wording>> = {
  change: {
    verdicts: { refused: "Refused by access rules", "needs approval": "Needs approval" },
    severities: { refuse: "Refused", approve: "Needs approval", note: "Note" },
    since: "",
    nothing: "No access changes",
    what: "",
    course: "before → after",
    becomes: {
      created: (people) => ` is created, with ${people}`,
      adopted: (people) => ` is there already and is taken over as it is, with ${people} declared`,
      deleted: (people) => ` is deleted, with ${people} in it`,
      replaced: (people) => ` is deleted, with ${people} in it, and replaced by a new one`,
      released: () => " is released: Pulumi forgets it, and Peridio keeps it as it is",
      kept: () => "",
    },
    everybody: "Everybody's access after the change",
  },
  drift: {
    verdicts: { refused: "Access rules are broken", "needs approval": "Needs approval" },
    severities: { refuse: "Broken", approve: "Needs approval", note: "Note" },
    since: "since it was changed past Pulumi: `pulumi up --refresh` puts back what the program declares",
    nothing: "No access was changed past Pulumi",
    what: "Changed past Pulumi: ",
    course: "before → now",
    becomes: {
      created: (people) => ` was created, with ${people}`,
      adopted: (people) => ` was taken over as it was, with ${people} declared`,
      deleted: (people) => ` was deleted, with ${people} in it`,
      replaced: (people) => ` was deleted, with ${people} in it, and replaced by a new one`,
      released: () => " was released: Pulumi has forgotten it",
      kept: () => "",
    },
    everybody: "Everybody's access now",
  },
};

/** What is found at a glance. The level's word always stands beside it, for those who do not see colours, or anything. */
export const marks = { high: "🔴", medium: "🟠", low: "⚪" } as const satisfies Record<Level, string>;

/** What some risks are in words, the worst class first; with a level, those of that level alone. */
export function riskWords(some: readonly Risk[], level?: Level): readonly string[] {
  return riskNames
    .filter((name) => some.includes(name) && (level === undefined || risks[name].level === level))
    .map((name) => risks[name].words);
}

/** The level with its classes, as `🔴 high: grants admin`; undefined without a risk. What is less is left unsaid: it comes with the worse. */
export function riskTold(some: readonly Risk[]): string | undefined {
  const level = levelOf(some);
  return level && `${marks[level]} ${level}: ${riskWords(some, level).join(", ")}`;
}

/** For sorting: the worst first, and what has no risk last. */
export function severity(some: readonly Risk[]): string {
  const level = levelOf(some);
  return String(level === undefined ? levels.length : levels.indexOf(level));
}

type Place = NonNullable<PersonReview["after"]>;

const standingWords = {
  active: "",
  pending: "invited",
  expired: "invitation expired",
  planned: "to be invited",
} as const satisfies Record<Place["standing"], string>;

/** A place in few words, as `admin (owner)`, `viewer (invited)` or `none`. */
export function placed(place: Place | null): string {
  return place === null ? "none" : `${roleName(place.role)}${besides(place)}`;
}

/** What is to be said of a place besides its role, such as ` (owner)`; mostly nothing. */
export function besides({ owner, standing }: Place): string {
  const said = [owner ? "owner" : "", standingWords[standing]].filter((word) => word !== "");
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}

/** The people in an organization, as the parts of an enumeration. `known` is how many of them the review names. */
export function population(known: number, { hiddenPeople, hiddenRoster }: OrganizationReview): readonly string[] {
  const hidden = hiddenPeople === 0 ? [] : [`${numbered(hiddenPeople)} whose addresses are hidden`];
  if (hiddenRoster !== true) return [counted(known, "person", "people"), ...hidden];
  const told = [...(known === 0 ? [] : [counted(known, "person", "people")]), ...hidden];
  return [...told, `${told.length === 0 ? "people" : "others"} who cannot be told`];
}

/** Up to ten names: a whole company fits in no line. `one` and `many` say what they are names of. */
export function several(names: readonly string[], one: string, many = `${one}s`): string {
  const more = names.length - 10;
  const named = names.slice(0, 10).map(code).join(", ");
  return more > 0 ? `${named} and ${counted(more, `more ${one}`, `more ${many}`)}` : named;
}

/** Counts each of some words, in the order in which they come first. */
export function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** What people call the organization of a key. */
export type Names = (key: string) => string;

export function namesOf({ organizations }: Review): Names {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  return (key) => names.get(key) ?? key;
}

/**
 * Compares by some texts, the first one first, by their code units, so that the order is the same on every machine and a comment that
 * is updated in place changes only where the review does.
 */
export function by<Thing>(...keys: readonly ((thing: Thing) => string)[]): (one: Thing, other: Thing) => number {
  return (one, other) => {
    for (const key of keys) {
      const [left, right] = [key(one), key(other)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}
