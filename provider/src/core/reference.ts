/**
 * What the user behind an API key has to be for an operation, beginning with the least: anybody, any member of the
 * organization, a manager or an admin, an admin, the owner. `account` is anybody whose key is bound to no organization.
 */
export type Right = "anybody" | "viewer" | "manager" | "admin" | "owner" | "account";

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
  readonly rights: Readonly<Record<"read" | "create" | "update" | "delete", Right>>;
  readonly errors: readonly TypicalError[];
}

/** What the page about a function says besides what its schema does. */
export interface FunctionReference {
  readonly right: Right;
  readonly errors: readonly TypicalError[];
}
