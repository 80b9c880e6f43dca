import { z } from "zod";

/** A type in a package schema. */
export interface Type {
  readonly type?: string | undefined;
  readonly $ref?: string | undefined;
  readonly items?: Type | undefined;
  readonly additionalProperties?: Type | undefined;
  readonly oneOf?: readonly Type[] | undefined;
}

const type: z.ZodType<Type> = z.object({
  type: z.string().optional(),
  $ref: z.string().optional(),
  items: z.lazy(() => type).optional(),
  additionalProperties: z.lazy(() => type).optional(),
  oneOf: z.lazy(() => z.array(type)).optional(),
});

const property = z.intersection(
  type,
  z.object({
    description: z.string(),
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
    willReplaceOnChanges: z.boolean().optional(),
    secret: z.boolean().optional(),
  }),
);

const properties = z.record(z.string(), property).default({});
const names = z.array(z.string()).default([]);
const object = z.object({ properties, required: names });

const packageSchema = z.object({
  types: z.record(
    z.string(),
    object.extend({ description: z.string(), enum: z.array(z.object({ value: z.string() })).optional() }),
  ),
  resources: z.record(
    z.string(),
    object.extend({
      description: z.string(),
      isComponent: z.boolean().default(false),
      inputProperties: properties,
      requiredInputs: names,
      listInputs: object.optional(),
    }),
  ),
  functions: z.record(
    z.string(),
    z.object({ description: z.string(), inputs: object.prefault({}), outputs: object.prefault({}) }),
  ),
});

/** The part of a Pulumi package schema that the reference and the generated classes show. */
export type Package = z.output<typeof packageSchema>;
/** Properties by name. */
export type Properties = z.output<typeof properties>;
/** The properties of an object, and the names of the required ones. */
export type ObjectType = z.output<typeof object>;

/** Parses a package schema. Throws a `ZodError` if it is invalid. */
export function parsePackage(schema: unknown): Package {
  return packageSchema.parse(schema);
}

/** Returns the name in a token, such as `User` for `acme:index:User`. */
export function getShortName(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

/** Returns the value. Throws an error that names it if it is missing. */
export function demand<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}
