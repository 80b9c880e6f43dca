import type { AnyResource } from "./resource";
import { isSameValue, type Values } from "./values";

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

/** An object in the state. */
export interface StoredObject {
  readonly urn: string;
  readonly id: string;
  /** The inputs when the object was last written or read. */
  readonly priorInputs: Values;
  /** The outputs that the state holds. */
  readonly state: Values;
}

/** An object to read, and its declaration. An import has an id only. */
export interface Refresh extends Declaration, Pick<StoredObject, "id" | "state"> {}

/** An object in the state, and its new declaration. */
export interface Update extends Declaration, StoredObject {
  /** Property paths whose changes the program ignores. */
  readonly ignore: readonly string[];
}

/**
 * Returns stored inputs or outputs in their current form, and the names of their secret properties. A property with another value than the
 * stored one is secret if any stored property is, because it may contain the secret.
 */
export function migrate(
  resource: Pick<AnyResource, "migrate">,
  stored: Values,
  secret: ReadonlySet<string>,
): { readonly values: Values; readonly secret: ReadonlySet<string> } {
  const values = Object.keys(stored).length === 0 ? stored : (resource.migrate?.(stored) ?? stored);
  const added = secret.size === 0 ? [] : Object.keys(values).filter((name) => !isSameValue(values[name], stored[name]));
  return { values, secret: new Set([...secret, ...added]) };
}
