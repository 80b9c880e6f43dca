import type { z } from "zod";
import type { FunctionReference } from "./reference";
import type { Context, Shape } from "./resource";

/** A function of the provider (a data source) as it is written: data, and one call against the API port. */
export interface ProviderFunction<Inputs extends Shape, Outputs extends Shape> {
  /** The Pulumi token, such as `peridio:index:getMembers`. */
  readonly token: string;
  readonly description: string;
  /** The `variables` (and `resources`) of a Pulumi YAML program that shows its use. */
  readonly example: string;
  readonly reference: FunctionReference;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  call(context: Context, inputs: z.output<Inputs>): Promise<z.output<Outputs>>;
}

/** Any function, called with what its own schema has parsed. */
export type AnyFunction = ProviderFunction<Shape, Shape>;
