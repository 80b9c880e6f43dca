/** A replacement of the only occurrence of a text. */
export type Edit = readonly [before: string, after: string];

/** A mistake of a user, its message, and the edit that the remedy in the message asks for. */
export interface Remedied {
  readonly mistake: string;
  /** Makes the mistake in correct input. */
  readonly slip: Edit;
  /** The parts of the message, in order: the object, the reason and the remedy. */
  readonly says: readonly [object: string, reason: string, remedy: string];
  /** Follows the remedy. */
  readonly edit: Edit;
}

/** Applies an edit. @throws Error unless the text contains the place of the edit once */
export function applyEdit(text: string, [before, after]: Edit): string {
  const [start, end, ...more] = text.split(before);
  if (start === undefined || end === undefined || more.length > 0)
    throw new Error(`${JSON.stringify(before)} must occur once in:\n${text}`);
  return start + after + end;
}

/** Returns the first part of the message that is missing after the parts before it; undefined if the message has all parts. */
export function findMissingPart(message: string, parts: readonly string[]): string | undefined {
  let rest = message;
  for (const part of parts) {
    const at = rest.indexOf(part);
    if (at === -1) return part;
    rest = rest.slice(at + part.length);
  }
  return undefined;
}
