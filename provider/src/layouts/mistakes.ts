import { type Kind, InvalidDocument, type Mistake, told as toldOf } from "#framework/documents";

export type { Mistake };

/** A layout, in the words of its mistakes. */
export const layoutKind: Kind = {
  one: "the layout",
  many: "layouts",
  ifEmpty: "declare `organizations`, `people`, `groups` or `defaults`, or remove the file",
};

/** All that is wrong with a layout. */
export class InvalidLayout extends InvalidDocument {
  override readonly name = "InvalidLayout";
  constructor(
    /** By place. */
    mistakes: readonly Mistake[],
  ) {
    super(layoutKind, mistakes);
  }
}

/** The mistake in one line. */
export function told(mistake: Mistake): string {
  return toldOf(mistake, layoutKind);
}
