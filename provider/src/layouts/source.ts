import type { SourceFile } from "#framework/documents";

/** Where a layout, or a part of one, is written. */
export type LayoutSource = SourceFile | Inline;

/** The arguments of a program, as a file would say them. Mistakes name property paths. */
export interface Inline {
  readonly value: unknown;
}
