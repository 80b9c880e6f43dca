/** A file in YAML or JSON, which is YAML too. */
export interface Text {
  /** The name that mistakes carry. */
  readonly file: string;
  readonly text: string;
}
