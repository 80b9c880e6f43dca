/** An error that users meet. */
export interface TypicalError {
  /** Its words, with `…` for what differs. */
  readonly says: string;
  /** What to do, in whole sentences. */
  readonly remedy: string;
}

/** What the page about a resource says besides what its schema does. */
export interface Reference {
  /** The ids that import takes, as examples; the first is the shortest to type. */
  readonly imports: readonly [string, ...string[]];
  readonly errors: readonly TypicalError[];
}

/** What the page about a function says besides what its schema does. */
export interface FunctionReference {
  readonly errors: readonly TypicalError[];
}
