/** A part of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The texts of one length, by hash. */
interface TextsOfLength {
  readonly byHash: Map<number, string[]>;
  /** `base` to the power of the length: the weight of the UTF-16 unit that the search leaves behind with each step. */
  readonly weight: number;
}

/** The base of the hash, which reads the units of a text as the digits of one number. */
const base = 0x01000193;
const { imul } = Math;

/**
 * Searches for any of many texts at once (Rabin–Karp). The work grows with the length of the searched text and with the number
 * of different lengths of the texts, but not with the number of texts.
 */
export class TextSearch {
  readonly #groups = new Map<number, TextsOfLength>();

  add(text: string): void {
    const group = this.#groups.get(text.length) ?? {
      byHash: new Map<number, string[]>(),
      weight: raiseBase(text.length),
    };
    this.#groups.set(text.length, group);
    const hash = computeHash(text, text.length);
    const alike = group.byHash.get(hash) ?? [];
    group.byHash.set(hash, alike);
    if (!alike.includes(text)) alike.push(text);
  }

  /** Returns all occurrences in order. They may overlap. */
  findSpans(searched: string): readonly Span[] {
    const spans: Span[] = [];
    for (const [length, { byHash, weight }] of this.#groups) {
      let hash = computeHash(searched, length);
      for (let end = length; end <= searched.length; end += 1) {
        const start = end - length;
        if (byHash.get(hash)?.includes(searched.slice(start, end))) spans.push({ start, end });
        // In the last round, `end` is behind the text, so this reads NaN. The resulting hash is not used.
        const longer = imul(hash, base) + searched.charCodeAt(end);
        hash = (longer - imul(searched.charCodeAt(start), weight)) | 0;
      }
    }
    return spans.sort((one, other) => one.start - other.start);
  }
}

/** Returns the hash of the first `length` units. */
function computeHash(text: string, length: number): number {
  const end = Math.min(length, text.length);
  let hash = 0;
  for (let index = 0; index < end; index += 1) {
    hash = (imul(hash, base) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

function raiseBase(exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count += 1) result = imul(result, base);
  return result;
}
