import { type DocumentKind, InvalidDocumentError, type Mistake, formatMistake as toldOf } from "#framework/documents";

export type { Mistake };

/** A layout, in the words of its mistakes. */
export const layoutKind: DocumentKind = {
  one: "the layout",
  many: "layouts",
  ifEmpty: "declare `organizations`, `people`, `groups` or `defaults`, or remove the file",
};

/** All that is wrong with a layout. */
export class InvalidLayoutError extends InvalidDocumentError {
  override readonly name = "InvalidLayout";
  constructor(
    /** By place. */
    mistakes: readonly Mistake[],
  ) {
    super(layoutKind, mistakes);
  }
}

/** The mistake in one line. */
export function formatLayoutMistake(mistake: Mistake): string {
  return toldOf(mistake, layoutKind);
}
