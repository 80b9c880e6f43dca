import type { PersonReview } from "../review/review";

/** Notes on people, said once for all people with the same notes. */
export interface Note {
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
