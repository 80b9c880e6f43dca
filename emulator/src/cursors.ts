import { createHash } from "node:crypto";

/** A row's place in the order of creation. */
export interface Sequenced {
  readonly sequence: number;
}

/** The index of the first row whose sequence is above `sequence`, by bisection. Rows are in the order of their sequences. */
export function firstAbove(rows: readonly Sequenced[], sequence: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.sequence ?? Infinity) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Cursors that say at which row to go on, and fit one list only. */
export interface Cursors {
  write(sequence: number): string;
  /** The sequence of a cursor, or undefined if it is of another list, or none. */
  read(cursor: string): number | undefined;
}

/** The cursors of a list. `facts` tell it apart from every other: its name, and what of the query must be sent again unchanged. */
export function cursorsOf(...facts: readonly unknown[]): Cursors {
  const list = JSON.stringify(facts);
  const write = (sequence: number): string => {
    const seal = createHash("sha256").update(`${sequence} ${list}`).digest("base64url").slice(0, 12);
    return Buffer.from(`${sequence}.${seal}`).toString("base64url");
  };
  return {
    write,
    read(cursor) {
      const sequence = Number.parseInt(Buffer.from(cursor, "base64url").toString(), 10);
      return write(sequence) === cursor ? sequence : undefined;
    },
  };
}
