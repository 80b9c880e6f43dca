import { UserError } from "./errors";
import type { AnyClient } from "./client";
import type { AnyResource, Verb } from "./resource";
import type { Values } from "./values";

/** An operation on one object. */
export interface Operation {
  readonly resource: AnyResource;
  readonly verb: Verb;
  /** The known properties of the object. */
  readonly values: Values;
  /** The id of the object; absent for a create. */
  readonly id?: string | undefined;
}

/** The client's user lacks the right to an operation. */
export class MissingRightError extends UserError {}

/** Checks the rights of the client's user against the `rights` of the resources. */
export interface Permissions<C extends AnyClient> {
  /**
   * @throws MissingRightError if the API would refuse the operation because of the user's rights
   * @throws UserError if the client cannot act on the object at all
   */
  authorize(client: C, operation: Operation): Promise<void>;
  /** Explains an error of the API by the user's rights. Returns the same error if they do not explain it. */
  explain(client: C, error: unknown, operation: Operation): Promise<unknown>;
}
