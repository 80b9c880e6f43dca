import type { z } from "zod";
import { type AnyClient, type FeatureOf, formatUnsupported } from "./client";
import { requireValid } from "./validation";
import { UserError } from "./errors";
import { findUnmet } from "./requirements";
import type { Context, Shape } from "./resource";
import type { WithSecrets } from "./secret";
import type { Values } from "./values";

/** The definition of a function (a data source): metadata, and one call against the API client. */
export interface ProviderFunction<Inputs extends Shape, Outputs extends Shape, C extends AnyClient = AnyClient> {
  /** The Pulumi token, such as `acme:index:getUsers`. */
  readonly token: string;
  readonly description: string;
  /** The `variables` (and `resources`) of a Pulumi YAML program that shows its use. */
  readonly example?: string;
  /** The feature that the function requires. By default, none. */
  readonly requires?: FeatureOf<C>;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  /** True if programs receive the only output itself, in place of an object with it. */
  readonly returnsOnlyOutput?: true;
  /** The text for programs that use it, if it is deprecated: an instruction to use something else. */
  readonly deprecation?: string;
  /** Returns the outputs. `secret(value)` marks a part that is secret in this result only. */
  call(context: Context<C>, inputs: z.output<Inputs>): Promise<WithSecrets<z.output<Outputs>>>;
}

/** Any function. Its own schema parses its arguments. */
export type AnyFunction<C extends AnyClient = AnyClient> = ProviderFunction<Shape, Shape, C>;

/**
 * Calls a function. The result may contain a `Secret`.
 * @throws UserError if the arguments are invalid or this API does not support them. An empty result would be wrong.
 */
export async function callFunction(callable: AnyFunction, context: Context, args: Values): Promise<Values> {
  const validArgs = requireValid(callable.inputs, args, `${callable.token}'s arguments`);
  const [unmet] = findUnmet(context.api, callable, validArgs);
  if (unmet !== undefined) throw new UserError(formatUnsupported(unmet.unsupported));
  return callable.call(context, validArgs);
}
