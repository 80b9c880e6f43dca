import * as z from "zod";
import {
  type AnyFunction,
  type AnyResource,
  defineResourceFor,
  type Observed,
  type ProviderFunction,
  type Shape,
  type Values,
  type WithSecrets,
} from "pulumi-provider-kit";

/** The client of a test provider, which has no API. */
export interface NoApi {
  readonly name: string;
  /** The settings of the provider. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const defineResource = defineResourceFor<NoApi>();

/** Options of a resource without an API. */
interface Options<Inputs extends Shape> {
  /** Returns the id. By default, `id`. */
  readonly toId?: (desired: z.output<Inputs>) => string;
  /** The object that a read without a state finds. By default, a read returns the state. */
  readonly found?: z.output<Inputs>;
  /** Returns true if no object with these inputs exists. By default, each exists. */
  readonly isGone?: (inputs: Values) => boolean;
  /** A creation waits for this. By default, for nothing. */
  readonly beforeCreation?: () => Promise<void>;
}

/** Defines a resource whose object has exactly the declared properties. */
export function echo<Inputs extends Shape>(
  token: string,
  inputs: Inputs,
  options: Options<Inputs> = {},
): AnyResource<NoApi> {
  return compute(token, inputs, inputs, (desired) => desired, options);
}

/** Defines a resource whose object follows from the declared properties. */
export function compute<Inputs extends Shape, Outputs extends Shape>(
  token: string,
  inputs: Inputs,
  outputs: Outputs,
  toOutputs: (desired: z.output<Inputs>) => z.output<Outputs>,
  { toId = () => "id", found, isGone, beforeCreation }: Options<Inputs> = {},
): AnyResource<NoApi> {
  const observe = (desired: z.output<Inputs>, id: string): Observed<Outputs> => ({ ...toOutputs(desired), id });
  return defineResource({
    token,
    description: "A resource of a test.",
    inputs,
    outputs,
    identity: "id",
    create: async (_, desired) => {
      await beforeCreation?.();
      return observe(desired, toId(desired));
    },
    read: (_, id, { state, inputs }) => {
      if (isGone?.(inputs) === true) return Promise.resolve(undefined);
      const isKnown = found === undefined || Object.keys(state).length > 0;
      return Promise.resolve(isKnown ? { ...outputs.parse(state), id } : observe(found, id));
    },
    update: (_, desired, { id }) => Promise.resolve(observe(desired, id)),
    delete: () => Promise.resolve(),
    // No object exists, so a read after a deletion finds the state again.
    mayOutliveDeletion: true,
  });
}

/** Defines a function. */
export function defineFunction<Inputs extends Shape, Outputs extends Shape>(
  token: string,
  inputs: Inputs,
  outputs: Outputs,
  call: (inputs: z.output<Inputs>) => WithSecrets<z.output<Outputs>>,
): AnyFunction<NoApi> {
  const definition: ProviderFunction<Inputs, Outputs, NoApi> = {
    token,
    description: "A function of a test.",
    inputs,
    outputs,
    call: async (_, values) => Promise.resolve(call(values)),
  };
  return definition;
}

/** Returns an object. Adds the description that each property needs. */
export function properties<Properties extends z.core.$ZodShape>(all: Properties): z.ZodObject<Properties> {
  for (const schema of Object.values(all)) {
    const known = z.globalRegistry.get(schema);
    if (known?.description === undefined) z.globalRegistry.add(schema, { ...known, description: "A value." });
  }
  return z.object(all);
}

/** Returns a separate type. */
export function type<Properties extends z.core.$ZodShape>(id: string, all: Properties): z.ZodObject<Properties> {
  return properties(all).meta({ id, description: "A type of a test." });
}
