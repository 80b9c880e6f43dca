import { inOneLine } from "./printable";

/** A place in a file. */
export interface SourceLocation {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Formats a place as `acme.yaml:3:5`, which editors and pipelines understand. */
export function formatLocation({ file, line, column }: SourceLocation): string {
  return inOneLine(`${file}:${line}:${column}`);
}

/** Sorts places by file, line and column. Places without a file come first. */
export function compareLocations(a: SourceLocation | undefined, b: SourceLocation | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** An input of the user, and its place. */
export interface Source {
  /** Such as `organizations["acme-dev"].security`. */
  readonly input: string;
  /** The object in question, if the input applies to several. */
  readonly subject?: string | undefined;
  /** Absent in the arguments of a program. */
  readonly location?: SourceLocation | undefined;
}

/** Formats an input as `layout.yaml:3:5: defaults.security, for acme-dev`. */
export function formatSource({ input, subject, location }: Source): string {
  const text = subject === undefined ? input : `${input}, for ${subject}`;
  return location === undefined ? text : `${formatLocation(location)}: ${text}`;
}
