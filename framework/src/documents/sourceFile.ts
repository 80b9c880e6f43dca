import { isUtf8 } from "node:buffer";

/** A position in a text. Both numbers start at 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Converts offsets to positions. The YAML library's own counter misses lines in an unclosed quotation. */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** Returns the position of an offset by binary search. */
  positionAt(offset: number): Position {
    let [first, after] = [0, this.#starts.length];
    while (after - first > 1) {
      const middle = (first + after) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= offset) first = middle;
      else after = middle;
    }
    return { line: first + 1, column: offset - (this.#starts[first] ?? 0) + 1 };
  }
}

/** A decoded file in YAML or JSON. Every JSON document is also a YAML document. */
export interface SourceFile {
  /** The name in messages. */
  readonly file: string;
  readonly text: string;
  /** The position of the first bytes that stand for no character; undefined if there are none. */
  readonly undecodable?: Position | undefined;
}

/** Decodes a file in UTF-8, or in UTF-16 as some Windows shells write it. Removes the byte order mark. */
export function decodeFile(file: string, bytes: Uint8Array): SourceFile {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
  const undecodable = isUtf16 ? findBrokenPair(bytes) : isUtf8(bytes) ? undefined : findUndecodable(bytes);
  return { file, text, ...(undecodable && { undecodable }) };
}

/** Finds half a character in UTF-16: one unit of a pair, or one byte of a unit at the end. */
function findBrokenPair(bytes: Uint8Array): Position | undefined {
  const units = Buffer.from(bytes.subarray(2)).toString("utf16le");
  const half = units.search(/\p{Surrogate}/u);
  if (half === -1 && bytes.length % 2 === 0) return undefined;
  return new LineIndex(units).positionAt(half === -1 ? units.length : half);
}

const lineFeed = 0x0a;

/** Finds bytes that are not UTF-8, line by line. In UTF-8, the byte of a line feed is part of no other character. */
function findUndecodable(bytes: Uint8Array): Position {
  let [start, line] = [0, 1];
  for (;;) {
    const end = bytes.indexOf(lineFeed, start);
    const part = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1 || !isUtf8(part)) return { line, column: findColumn(part) };
    [start, line] = [end + 1, line + 1];
  }
}

/** The character that stands for bytes that are not UTF-8. A file can also contain it. */
const replacement = "\uFFFD";

/** Returns the column of the first bytes that are not UTF-8. */
function findColumn(line: Uint8Array): number {
  // Hides the U+FFFD characters that the line really contains, so that the first one after decoding stands for other bytes.
  const realReplacement = Buffer.from(replacement).toString("latin1");
  const withoutReal = Buffer.from(line).toString("latin1").replaceAll(realReplacement, "?");
  return new TextDecoder().decode(Buffer.from(withoutReal, "latin1")).indexOf(replacement) + 1;
}
