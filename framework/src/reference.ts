/** An error that users meet. */
export interface TypicalError {
  /** Its message, with `…` for the variable parts. */
  readonly says: string;
  /** The remedy, in whole sentences. */
  readonly remedy: string;
}

/** The parts of a resource's page that are not in its schema. */
export interface Reference {
  /** The ids that import takes, as examples; the first is the shortest to type. */
  readonly imports: readonly [string, ...string[]];
  readonly errors: readonly TypicalError[];
}

/** The parts of a function's page that are not in its schema. */
export interface FunctionReference {
  readonly errors: readonly TypicalError[];
}
