import * as z from "zod";
import type { BackendName } from "#provider";
import contracts from "./contracts.json";

// The contract of an API: its read requests and their responses, as this project describes them in `api/`. `doctor` compares the responses
// of a live organization with it. `make schema` generates contracts.json.

const schema = z.object({
  /** The name of a shared schema, to which the other members add. */
  ref: z.string().optional(),
  type: z
    .union([z.string(), z.array(z.string())])
    .transform((types) => [types].flat())
    .optional(),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  required: z.array(z.string()).optional(),
  get items() {
    return schema.optional();
  },
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  get allOf() {
    return z.array(schema).optional();
  },
  get oneOf() {
    return z.array(schema).optional();
  },
  /** The sources of this part of the contract. `decision` is a choice of this project that no document of Peridio confirms. */
  sources: z.array(z.string()).optional(),
});

/** A part of a response, as the contract describes it. */
export type Schema = z.output<typeof schema>;

const operation = z.object({
  id: z.string(),
  path: z.string(),
  /** The roles that can send the request. */
  roles: z.array(z.string()),
  sources: z.array(z.string()),
  /** True for a list that can be read page by page. */
  hasPages: z.boolean(),
  response: schema,
});

/** A read request. */
export type ReadOperation = z.output<typeof operation>;

const contract = z.object({
  operations: z.array(operation),
  /** The body of a 404. */
  notFound: schema,
  schemas: z.record(z.string(), schema),
});

/** The read requests of an API. */
export type Contract = z.output<typeof contract>;

/** Returns the contract of an API. */
export function readContract(backend: BackendName): Contract {
  return contract.parse(contracts[backend]);
}

/**
 * Merges a schema with those that it refers to by `ref` and `allOf`. Properties and required properties add up. Anything else comes from
 * the schema itself, or from the last of the others that states it. Leaves the references of properties and items as they are.
 * @throws Error if the contract has no schema of that name.
 */
export function resolveSchema(given: Schema, shared: Contract["schemas"]): Schema {
  const { ref, allOf = [], ...own } = given;
  const bases = [...(ref === undefined ? [] : [getShared(ref, shared)]), ...allOf].map((base) =>
    resolveSchema(base, shared),
  );
  return bases.reduceRight<Schema>(
    (merged, base) => ({
      ...base,
      ...omitUndefined(merged),
      ...((base.properties ?? merged.properties) && { properties: { ...base.properties, ...merged.properties } }),
      ...((base.required ?? merged.required) && { required: [...(base.required ?? []), ...(merged.required ?? [])] }),
    }),
    own,
  );
}

function getShared(name: string, shared: Contract["schemas"]): Schema {
  const schema = shared[name];
  if (schema === undefined) throw new Error(`The contract has no schema ${name}.`);
  return schema;
}

function omitUndefined(given: Schema): Schema {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
