/**
 * The least role of the API key's user for an operation: none, any member of the organization, a developer, a manager, an
 * admin, the owner. `account` is any user whose key is bound to no organization.
 */
export type Right = "anybody" | "viewer" | "developer" | "manager" | "admin" | "owner" | "account";

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
