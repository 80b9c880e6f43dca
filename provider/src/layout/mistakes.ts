import { type DocumentKind, formatMistake, InvalidDocumentError, type Mistake } from "#framework/documents";

/** The nouns and the advice in messages about a layout. */
export const layoutKind: DocumentKind = {
  one: "the layout",
  many: "layouts",
  ifEmpty: "declare `organizations`, `people`, `teams` or `defaults`, or remove the file",
};

/** All mistakes in a layout. */
export class InvalidLayoutError extends InvalidDocumentError {
  override readonly name = "InvalidLayoutError";
  constructor(
    /** Sorted by file, line and column. */
    mistakes: readonly Mistake[],
    /** The warnings about the same layout. */
    readonly warnings: readonly Mistake[],
  ) {
    super(layoutKind, mistakes);
  }
}

/** Formats a mistake in a layout as one line. */
export function formatLayoutMistake(mistake: Mistake): string {
  return formatMistake(mistake, layoutKind);
}
