import { isUtf8 } from "node:buffer";
import type { Position } from "./lines";

/** A file in YAML or JSON, which is YAML too. */
export interface SourceFile {
  /** The name that mistakes carry. */
  readonly file: string;
  readonly text: string;
  /** The place of the first bytes that are not UTF-8; absent if all are. */
  readonly undecodable?: Position | undefined;
}

/** Decodes a file in UTF-8 or, as some shells of Windows write it, in UTF-16. A byte order mark in front is left out. */
export function decodeFile(file: string, bytes: Uint8Array): SourceFile {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
  return isUtf16 || isUtf8(bytes) ? { file, text } : { file, text, undecodable: firstUndecodable(bytes) };
}

const lineFeed = 0x0a;

/** Decodes line by line: in UTF-8, only a line feed contains the byte of a line feed. */
function firstUndecodable(bytes: Uint8Array): Position {
  let [start, line] = [0, 1];
  for (;;) {
    const end = bytes.indexOf(lineFeed, start);
    const part = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1 || !isUtf8(part)) {
      return { line, column: new TextDecoder().decode(part).indexOf("\uFFFD") + 1 };
    }
    [start, line] = [end + 1, line + 1];
  }
}
