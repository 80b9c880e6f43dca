import * as z from "zod";
import {
  type AnyFunction,
  type AnyResource,
  defineResourceFor,
  type Observed,
  type ProviderFunction,
  type Shape,
} from "#framework";

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
  /** The object that an import finds. By default, none. */
  readonly found?: z.output<Inputs>;
}

/** Defines a resource whose object has exactly the declared properties. */
export function echo<Inputs extends Shape>(
  token: string,
  inputs: Inputs,
  { toId = () => "id", found }: Options<Inputs> = {},
): AnyResource<NoApi> {
  return compute(token, inputs, inputs, (desired) => desired, { toId, ...(found && { found }) });
}

/** Defines a resource whose object follows from the declared properties. */
export function compute<Inputs extends Shape, Outputs extends Shape>(
  token: string,
  inputs: Inputs,
  outputs: Outputs,
  toOutputs: (desired: z.output<Inputs>) => z.output<Outputs>,
  { toId = () => "id", found }: Options<Inputs> = {},
): AnyResource<NoApi> {
  const observe = (desired: z.output<Inputs>, id: string): Observed<Outputs> => ({ ...toOutputs(desired), id });
  return defineResource({
    token,
    description: "A resource of a test.",
    inputs,
    outputs,
    identity: "id",
    create: (_, desired) => Promise.resolve(observe(desired, toId(desired))),
    read: (_, id, { state }) => {
      if (Object.keys(state).length > 0) return Promise.resolve({ ...outputs.parse(state), id });
      return Promise.resolve(found && observe(found, id));
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
  call: (inputs: z.output<Inputs>) => z.output<Outputs>,
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
