import { type PersonReview, type Review, review as schema, type Violation } from "../review/review";
import { getLevel, levels, type Risk } from "../risks";
import { formatJson } from "../terminal/text";
import { formatCount, formatNumber } from "../wording";

/** Control and format characters, such as those that turn the direction of writing, and blanks that are no space. They make a text look like another. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Replaces invisible characters by their numbers, such as `[U+202E]`. */
export function showInvisible(text: string): string {
  return text.replace(invisible, showCodePoint);
}

/** Returns the number of a character, such as `[U+202E]`. */
export function showCodePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/**
 * Returns the review as JSON, with its keys in the order of `gitops/review.schema.json`.
 * @throws ZodError if the review does not fit the schema, which is a bug.
 */
export function formatReviewJson(review: Review): string {
  return formatJson(schema.parse(review));
}

/** The commit that a report is about, and the time of the review. */
export interface Reviewed {
  readonly commit: string;
  readonly at: Date;
}

/** The first characters of a commit, as forges show them. */
export function shortenCommit({ commit }: Reviewed): string {
  return commit.slice(0, 10);
}

/** The time of a review to the minute, such as `2027-01-15 09:30 UTC`. */
export function formatTime({ at }: Reviewed): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The verdict in a few words. */
export function describeVerdict({ kind, verdict, rules, violations, conflicts = [] }: Review): string {
  if (conflicts.length > 0) return `Blocked by ${formatCount(conflicts.length, "conflict")} between stacks`;
  if (verdict === "needs approval") return "Needs approval";
  if (verdict === "pass") {
    if (rules === null) return noRules;
    // Broken rules with the severity `note` do not change the verdict.
    const notedRules = new Set(violations.map(({ rule }) => rule)).size;
    return `Passes ${notedRules === 0 ? "" : `${formatNumber(rules - notedRules)} of `}${formatCount(rules, "access rule")}`;
  }
  const broken = new Set(violations.filter(({ severity }) => severity === "refuse").map(({ rule }) => rule)).size;
  return kind === "drift"
    ? formatCount(broken, "access rule is broken", "access rules are broken")
    : `Blocked by ${formatCount(broken, "access rule")}`;
}

/** The heading of the unknown facts. Drift has happened already, so nothing is applied later. */
export const unknownTitles: Readonly<Record<Review["kind"], string>> = {
  change: "Unknown until applied",
  drift: "Unknown",
};

/** The effect of a broken rule, in words. */
export const severityWords: Readonly<Record<Review["kind"], Readonly<Record<Violation["severity"], string>>>> = {
  change: { refuse: "Blocks", approve: "Needs approval", note: "Note" },
  drift: { refuse: "Broken", approve: "Needs approval", note: "Note" },
};

/** Tells since when a rule is broken; undefined for a rule that this change breaks. */
export function describeSince({ before }: Violation, kind: Review["kind"]): string | undefined {
  if (kind === "change") return before ? "The rule was also broken before this change." : undefined;
  return before
    ? "The rule was also broken when Pulumi last read Peridio."
    : "A change outside Pulumi broke the rule. If the program declares the former value, `pulumi up --refresh` restores it.";
}

/** Returns the violations with the explanation of each rule at its first violation only. */
export function explainOnce(violations: readonly Violation[]): readonly Violation[] {
  const explained = new Set<string>();
  return violations.map(({ explanation, ...violation }) => {
    const isNew = explanation !== undefined && !explained.has(violation.rule);
    explained.add(violation.rule);
    return isNew ? { ...violation, explanation } : violation;
  });
}

/** Stands for the verdict if there are no rules. */
export const noRules = "No access rules were given";

/** Notes that some people share. */
export interface Note {
  readonly sentences: readonly string[];
  /** The people by the key of their organization. */
  readonly people: ReadonlyMap<PersonReview["organization"], readonly PersonReview[]>;
}

/** Groups people by their notes, in the order of the first person of each note. */
export function groupNotes(people: readonly PersonReview[]): readonly Note[] {
  const groups = new Map<string, { sentences: readonly string[]; people: Map<string, PersonReview[]> }>();
  for (const person of people) {
    if (person.notes.length === 0) continue;
    const signature = JSON.stringify(person.notes);
    const note = groups.get(signature) ?? { sentences: person.notes, people: new Map<string, PersonReview[]>() };
    groups.set(signature, note);
    const others = note.people.get(person.organization);
    if (others === undefined) note.people.set(person.organization, [person]);
    else others.push(person);
  }
  return [...groups.values()];
}

/** Groups changes by person. People come by the highest risk of a change, then by address; their changes by risk. */
export function groupByPerson(changes: readonly PersonReview[]): readonly (readonly PersonReview[])[] {
  const byAddress = new Map<string, PersonReview[]>();
  for (const change of changes) {
    const key = change.email.toLowerCase();
    const others = byAddress.get(key);
    if (others === undefined) byAddress.set(key, [change]);
    else others.push(change);
  }
  return sortByRisk(
    [...byAddress]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, all]) => ({ changes: sortByRisk(all), risks: all.flatMap(({ risks }) => risks) })),
  ).map((person) => person.changes);
}

/** Sorts by the highest risk. Things with equal risks keep their order. */
export function sortByRisk<Item extends { readonly risks: readonly Risk[] }>(items: readonly Item[]): readonly Item[] {
  const rank = ({ risks }: Item) => {
    const level = getLevel(risks);
    return level === undefined ? levels.length : levels.indexOf(level);
  };
  return items.toSorted((a, b) => rank(a) - rank(b));
}
