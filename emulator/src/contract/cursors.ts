import { createHash } from "node:crypto";

/** A row of a list, numbered in the order of creation. */
export interface Sequenced {
  readonly sequence: number;
}

/** Returns the index of the first row whose sequence is above `sequence`, by bisection. `rows` must be in order. */
export function findFirstAbove(rows: readonly Sequenced[], sequence: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.sequence ?? Infinity) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Encodes rows of one list as cursors. */
export interface Cursors {
  encode(sequence: number): string;
  /** Returns undefined for a malformed cursor or a cursor of another list. */
  decode(cursor: string): number | undefined;
}

/** Creates the cursors of a list. `identity` is the list's name and the query parameters that must not change from page to page. */
export function createCursors(...identity: readonly unknown[]): Cursors {
  const list = JSON.stringify(identity);
  const encode = (sequence: number): string => {
    const checksum = createHash("sha256").update(`${sequence} ${list}`).digest("base64url").slice(0, 12);
    return Buffer.from(`${sequence}.${checksum}`).toString("base64url");
  };
  return {
    encode,
    decode(cursor) {
      const sequence = Number.parseInt(Buffer.from(cursor, "base64url").toString(), 10);
      return encode(sequence) === cursor ? sequence : undefined;
    },
  };
}
