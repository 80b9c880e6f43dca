import type { State } from "./state";
import { isRecord, toText, type Values } from "./values";

/** Returns the message of a caught error, or of another caught value. */
export function getErrorMessage(error: unknown): string {
  if (error instanceof Error) return error.message;
  return isRecord(error) && typeof error.message === "string" ? error.message : toText(error);
}

/** A refusal with a message for the user, which names the object, the reason and the remedy. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Create found an object that another owner may manage. */
export class AlreadyExistsError extends Error {
  override readonly name = "AlreadyExistsError";
  constructor(
    /** The id under which it can be imported. */
    readonly importId: string,
    /** The existing object, as the rest of a sentence: "with role viewer". */
    readonly how: string,
  ) {
    super(`already exists ${how}`);
  }
}

/** A later step failed. The state must record the object as observed. */
export class PartialFailureError extends Error {
  override readonly name = "PartialFailureError";
  constructor(
    readonly observed: Values & { readonly id: string },
    override readonly cause: unknown,
  ) {
    super(getErrorMessage(cause));
  }
}

/** One property that Check does not accept. */
export interface PropertyFailure {
  /** The property's path, such as `ipAllowlist[0].cidr`. */
  readonly path: string;
  readonly reason: string;
}

/** The remote object is not the one in state. */
export class IdentityMismatchError extends UserError {
  constructor(text: string) {
    super(
      `${text} If you expected this change, run \`pulumi up --refresh\` to accept it. Otherwise, correct this resource in the program.`,
    );
  }
}

/** An operation that failed, with a message for the user. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  constructor(
    message: string,
    override readonly cause: unknown,
    /** The object that exists in spite of the failure. The engine must store it. */
    readonly state?: State,
  ) {
    super(message);
  }
}
