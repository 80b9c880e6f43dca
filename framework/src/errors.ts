import type { Values } from "./values";

/** What the core refuses, in words for the user. The message names the object, the reason and the remedy. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Create found something that may be somebody else's. */
export class AlreadyExists extends Error {
  override readonly name = "AlreadyExists";
  constructor(
    /** The id under which it can be imported. */
    readonly importId: string,
    /** What exists, as the rest of a sentence: "with role viewer". */
    readonly how: string,
  ) {
    super(`already exists ${how}`);
  }
}

/** A later step failed: what exists by now must reach the state. */
export class PartialFailureError extends Error {
  override readonly name = "PartialFailureError";
  constructor(
    readonly observed: Values & { readonly id: string },
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** One property that Check does not accept. */
export interface Failure {
  /** The property's path, such as `ipAllowlist[0].cidr`. */
  readonly path: string;
  readonly reason: string;
}

/** Somebody or something else than the state knows is there, which whoever is asked to change it may not know. */
export class IdentityMismatchError extends UserError {
  constructor(text: string) {
    super(`${text} Run \`pulumi up --refresh\` if that is right.`);
  }
}
