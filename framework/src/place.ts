import { inOneLine } from "./printable";

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Formats a place as `acme.yaml:3:5`, which editors and pipelines understand. */
export function shown({ file, line, column }: Place): string {
  return inOneLine(`${file}:${line}:${column}`);
}

/** Sorts places by file, line and column. Places without a file come first. */
export function byPlace(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** An input of the user, and its place. */
export interface Said {
  /** Such as `organizations["acme-dev"].security`. */
  readonly what: string;
  /** The object in question, if the input applies to several. */
  readonly whom?: string | undefined;
  /** Absent in the arguments of a program. */
  readonly place?: Place | undefined;
}

/** Formats an input as `layout.yaml:3:5: defaults.security, for acme-dev`. */
export function toldOf({ what, whom, place }: Said): string {
  const said = whom === undefined ? what : `${what}, for ${whom}`;
  return place === undefined ? said : `${shown(place)}: ${said}`;
}
