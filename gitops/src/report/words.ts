import type { OrganizationReview, Review, Violation } from "../review/review";
import { getLevel, type Level, levels, type Risk, riskNames, risks, sortRisks } from "../risks";
import { formatCount } from "../wording";

/** A text in parts. Every renderer escapes each part in its own way. */
export type Text = readonly TextPart[];

export type TextPart =
  /** Sentences, which may have code between backticks. */
  | string
  /** The name of an organization, a stack or a rule. */
  | { readonly name: string }
  | { readonly email: string }
  | { readonly code: string }
  | { readonly strong: string }
  | { readonly emphasis: string }
  /** Sentences like a string, on several lines. */
  | { readonly lines: string };

/** Joins texts with a separator. */
export function joinTexts(texts: readonly Text[], separator: string): Text {
  return texts.flatMap((text, index) => (index === 0 ? text : [separator, ...text]));
}

/** Returns up to `most` names and the number of the others, such as `3 more`. */
export function listNames(names: readonly TextPart[], most: number, singular = "more", plural = singular): Text {
  const listed = names.slice(0, most).flatMap((name, index) => (index === 0 ? [name] : [", ", name]));
  const others = names.length - most;
  return others > 0 ? [...listed, ` and ${formatCount(others, singular, plural)}`] : listed;
}

/** The risks of a change in words. */
export interface DescribedRisks {
  /** The highest level; undefined without a risk. */
  readonly level: Level | undefined;
  /** The worst first. */
  readonly risks: readonly RiskWords[];
}

/** A risk in words. */
export interface RiskWords {
  readonly name: Risk;
  readonly level: Level;
  readonly words: string;
}

/** Words the risks of a change. */
export function describeRisks(names: readonly Risk[]): DescribedRisks {
  return {
    level: getLevel(names),
    risks: sortRisks(names).map(wordRisk),
  };
}

function wordRisk(name: Risk): RiskWords {
  return { name, level: risks[name].level, words: risks[name].words };
}

/** Returns the risks of several changes, each once. */
export function joinRisks(changes: readonly DescribedRisks[]): DescribedRisks {
  const found = new Set(changes.flatMap((change) => change.risks.map(({ name }) => name)));
  return {
    level: levels.find((level) => changes.some((change) => change.level === level)),
    risks: riskNames.filter((name) => found.has(name)).map(wordRisk),
  };
}

/** A sort key: the highest level first, no risk last. */
export function getRiskKey({ level }: Pick<DescribedRisks, "level">): string {
  return String(level === undefined ? levels.length : levels.indexOf(level));
}

/** The words that differ for a change, which is still to come, and for drift, which has happened. */
export interface Wording {
  readonly heading: string;
  readonly nothing: string;
  /** The beginning of the summary's numbers. */
  readonly prefix: string;
  /** The title of the column with a person's access, such as `before → after`. */
  readonly course: string;
  readonly allAccess: string;
  readonly unknowns: string;
  /** The effect of a broken rule. */
  readonly effects: Readonly<Record<Violation["severity"], string>>;
  /** Explains new violations, in sentences. */
  readonly recent?: string;
  /** Introduces the violations that are not new. */
  readonly earlier: string;
  /** The change of an organization with so many people, as the rest of a sentence. */
  readonly predicates: Readonly<Record<OrganizationReview["change"], (people: string) => string>>;
}

export const wordings: Readonly<Record<Review["kind"], Wording>> = {
  change: {
    heading: "Access review",
    nothing: "No access changes",
    prefix: "",
    course: "before → after",
    allAccess: "All access after the change",
    unknowns: "Unknown until applied",
    effects: { refuse: "Refused", approve: "Needs approval", note: "Note" },
    earlier: "Also broken before this change",
    predicates: {
      created: (people) => ` is created, with ${people}`,
      adopted: (people) => ` exists and is adopted without changes; the program declares ${people}`,
      deleted: (people) => ` is deleted, with ${people} in it`,
      replaced: (people) => ` is deleted, with ${people} in it, and replaced by a new organization`,
      released: () => " is released: Pulumi removes it from the state, and Peridio keeps it",
      kept: () => " has people that the preview does not name, and their access may change",
    },
  },
  drift: {
    heading: "Access changed outside Pulumi",
    nothing: "No access changed outside Pulumi",
    prefix: "Changed outside Pulumi: ",
    course: "before → now",
    allAccess: "All access now",
    unknowns: "Unknown",
    effects: { refuse: "Broken", approve: "Needs approval", note: "Note" },
    recent:
      "A change outside Pulumi broke the rule. If the program declares the former value, `pulumi up --refresh` restores it.",
    earlier: "Also broken when Pulumi last read Peridio",
    predicates: {
      created: (people) => ` was created, with ${people}`,
      adopted: (people) => ` was adopted without changes; the program declares ${people}`,
      deleted: (people) => ` was deleted, with ${people} in it`,
      replaced: (people) => ` was deleted, with ${people} in it, and replaced by a new organization`,
      released: () => " was released: Pulumi removed it from the state",
      kept: () => " has people that the preview does not name, and their access may have changed",
    },
  },
};
