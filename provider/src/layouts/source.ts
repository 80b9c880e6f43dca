/** Where a layout, or a part of one, is written. */
export type Source = Text | Inline;

/** YAML, or JSON, which is YAML too. */
export interface Text {
  /** The name that mistakes carry. */
  readonly file: string;
  readonly text: string;
}

/** The arguments of a program, as a file would say them. Mistakes name property paths. */
export interface Inline {
  readonly value: unknown;
}
