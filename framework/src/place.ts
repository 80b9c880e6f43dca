import { inOneLine } from "./printable";

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** `acme.yaml:3:5`, as editors and pipelines understand it. */
export function shown({ file, line, column }: Place): string {
  return inOneLine(`${file}:${line}:${column}`);
}

/** Sorts as somebody reads the files, from top to bottom; first what is in no file. */
export function byPlace(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** Something that the user says, and where. */
export interface Said {
  /** Such as `organizations["acme-dev"].security`. */
  readonly what: string;
  /** For which of several it matters here, if what is said holds for several. */
  readonly whom?: string | undefined;
  /** Absent in the arguments of a program. */
  readonly place?: Place | undefined;
}

/** `layout.yaml:3:5: defaults.security, for acme-dev`. */
export function toldOf({ what, whom, place }: Said): string {
  const said = whom === undefined ? what : `${what}, for ${whom}`;
  return place === undefined ? said : `${shown(place)}: ${said}`;
}
