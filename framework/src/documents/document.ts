import { formatPath, type Path } from "../path";
import { compareLocations, type SourceLocation, formatLocation } from "../source";
import { countOthers, inOneLine, mostPrinted } from "../printable";

/** A kind of document, in the words of its messages. */
export interface DocumentKind {
  /** The singular, such as `the layout`. */
  readonly one: string;
  /** The plural, such as `layouts`. */
  readonly many: string;
  /** The remedy for an empty document, as the rest of a sentence. */
  readonly ifEmpty: string;
}

/** A file or a value of a program, with the place of each part. */
export interface ParsedDocument {
  /** Undefined if the source cannot be parsed. */
  readonly value: unknown;
  /** Returns the place of the key or value at this path, or of its closest existing ancestor; undefined without a file. */
  readonly locate: (path: Path, which: "key" | "value") => SourceLocation | undefined;
  /** Returns the spelling of a scalar in the file; undefined without a file. */
  readonly sourceOf: (path: Path) => string | undefined;
  /** The mistakes that prevent the source from being parsed, or change its meaning. */
  readonly mistakes: readonly Mistake[];
}

/** Wraps a value of a program as a document without places. */
export function wrapValue(value: unknown): ParsedDocument {
  return { value, locate: () => undefined, sourceOf: () => undefined, mistakes: [] };
}

/** An error in a document. */
export interface Mistake {
  /** The path of the wrong part, such as `people["ada@acme.example"]["acme-dev"]`; empty for the whole document. */
  readonly path: string;
  /** The reason and the remedy, as the rest of a sentence that begins with the path. */
  readonly reason: string;
  /** Undefined without a file. */
  readonly location?: SourceLocation | undefined;
}

/** Creates a mistake about a value or, with `key`, about the last step of the path. */
export function createMistake(
  document: ParsedDocument,
  path: Path,
  reason: string,
  which: "key" | "value" = "value",
): Mistake {
  return { path: formatPath(path), reason, location: document.locate(path, which) };
}

/** Formats a mistake as one line. */
export function formatMistake({ path, reason, location }: Mistake, { one }: DocumentKind): string {
  const sentence = path === "" ? `${one} ${reason}` : `${path} ${reason}`;
  return inOneLine(location === undefined ? sentence : `${formatLocation(location)}: ${sentence}`);
}

/** Formats the place of another value, such as `, at acme.yaml:3:5`; empty without a file. */
export function formatElsewhere(location: SourceLocation | undefined): string {
  return location === undefined ? "" : `, at ${formatLocation(location)}`;
}

/** Sorts mistakes by file, line and column. Mistakes without a file come first. */
export function sortMistakes(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...mistakes].sort((a, b) => compareLocations(a.location, b.location));
}

/** All mistakes of a document, or of several documents that are read together. */
export class InvalidDocumentError extends Error {
  override readonly name: string = "InvalidDocumentError";
  constructor(
    readonly kind: DocumentKind,
    /** Sorted by place. */
    readonly mistakes: readonly Mistake[],
  ) {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length.toLocaleString("en")} mistakes`;
    const printed = mistakes.slice(0, mostPrinted).map((mistake) => formatMistake(mistake, kind));
    const lines = [...printed, ...countOthers(mistakes)];
    super(`${kind.one} has ${count}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }
}
