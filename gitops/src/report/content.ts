import { type Review, review as schema, type Violation, type PersonReview } from "../review/review";
import { asJson } from "../terminal/text";

/** Control and format characters, such as those that turn the direction of writing, and blanks that are no space: they let a text look like another. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** A text that looks like nothing but what it is: what cannot be seen is told by its number, as `[U+202E]`. */
export function visible(text: string): string {
  return text.replace(invisible, codePoint);
}

/** A character by its number, as `[U+202E]`. */
export function codePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/**
 * The review as JSON, as `gitops/review.schema.json` describes it, with its keys in that order.
 * @throws ZodError if it is not what the schema says, which is a mistake in the program.
 */
export function json(review: Review): string {
  return asJson(schema.parse(review));
}

/** The violations, each rule explained only where it is broken first. */
export function explainedOnce(violations: readonly Violation[]): readonly Violation[] {
  const explained = new Set<string>();
  return violations.map(({ explanation, ...violation }) => {
    const isNew = explanation !== undefined && !explained.has(violation.rule);
    explained.add(violation.rule);
    return isNew ? { ...violation, explanation } : violation;
  });
}

/** What every report says in the place of a verdict, where nothing was there to give one. */
export const noRules = "No access rules were given";

/** Notes on people, said once for all people with the same notes. */
interface Note {
  readonly sentences: readonly string[];
  /** The people by the key of their organization. */
  readonly people: ReadonlyMap<PersonReview["organization"], readonly PersonReview[]>;
}

/** The notes on these people, in the order of the first person of each. */
export function notesOn(people: readonly PersonReview[]): readonly Note[] {
  const found = new Map<string, { sentences: readonly string[]; people: Map<string, PersonReview[]> }>();
  for (const person of people) {
    if (person.notes.length === 0) continue;
    const signature = JSON.stringify(person.notes);
    const note = found.get(signature) ?? { sentences: person.notes, people: new Map<string, PersonReview[]>() };
    found.set(signature, note);
    const there = note.people.get(person.organization);
    if (there === undefined) note.people.set(person.organization, [person]);
    else there.push(person);
  }
  return [...found.values()];
}
