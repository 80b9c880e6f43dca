import type { Values } from "./values";

/** The object after an operation, as the engine stores it. */
export interface State {
  readonly id: string;
  readonly outputs: Values;
  /** True if the object changes without Pulumi, so that each preview reads it first. */
  readonly refreshBeforeUpdate: boolean;
}

/** The inputs of one resource of the program. */
export interface Declaration {
  readonly urn: string;
  readonly declared: Values;
  /** Top-level properties whose values must not appear in messages. */
  readonly secret?: ReadonlySet<string>;
}

/** An object in the state, and its declaration. */
export interface Update extends Declaration {
  readonly id: string;
  /** The inputs when the object was last written or read. */
  readonly priorInputs: Values;
  /** The outputs that the state holds. */
  readonly state: Values;
  /** Property paths whose changes the program ignores. */
  readonly ignore: readonly string[];
}
