/** A position in a text, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds lines by offset. The YAML library's own counter misses lines in an unclosed quotation. */
export class Lines {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  at(offset: number): Position {
    let [first, after] = [0, this.#starts.length];
    while (after - first > 1) {
      const middle = (first + after) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= offset) first = middle;
      else after = middle;
    }
    return { line: first + 1, column: offset - (this.#starts[first] ?? 0) + 1 };
  }
}
