import { formatPath, type Path } from "../path";
import type { Place } from "../place";
import type { Mistake } from "./mistakes";

/** What one source says, and where. */
export interface ParsedDocument {
  /** Undefined if the source could not be understood at all. */
  readonly value: unknown;
  /** Where the thing at this path stands, or the last of its ancestors that is there: its key, or its value. */
  readonly locate: (path: Path, which: "key" | "value") => Place | undefined;
  /** The text that a single value is written as; undefined where there is none, as in a program's arguments. */
  readonly sourceOf: (path: Path) => string | undefined;
  /** What is wrong with the source as such. */
  readonly mistakes: readonly Mistake[];
}

/** A mistake of this part about a value or, as `key`, about the last step of the path itself. */
export function createMistake(
  part: ParsedDocument,
  path: Path,
  reason: string,
  which: "key" | "value" = "value",
): Mistake {
  return { path: formatPath(path), reason, place: part.locate(path, which) };
}

/** What a program's arguments say. */
export function wrapValue(value: unknown): ParsedDocument {
  return { value, locate: () => undefined, sourceOf: () => undefined, mistakes: [] };
}
