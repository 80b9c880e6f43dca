/** A kind of document, in the words of its mistakes. */
export interface DocumentKind {
  /** One of them, such as `the layout`. */
  readonly one: string;
  /** Such as `layouts`. */
  readonly many: string;
  /** What to do about one that is empty, as the rest of a sentence. */
  readonly ifEmpty: string;
}
