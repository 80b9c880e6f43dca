import * as z from "zod";
import type { Component } from "./component";
import type { AnyFunction } from "./function";
import type { AnyResource, Shape } from "./resource";
import { same } from "./values";
import { version } from "./version";

type Json = Readonly<Record<string, unknown>>;

/** The named types that properties refer to, collected while walking. */
type Types = Record<string, Json>;

const packageName = "peridio";

/** Where releases are published. SDKs fetch the plugin from there, and Go finds its module by this name. */
const repository = "github.com/pulumi-peridio/pulumi-peridio";

/** The Pulumi package schema of these resources, functions and components (pulumi.com/docs, "Pulumi package schema"). */
export function packageSchema(
  resources: readonly AnyResource[],
  functions: readonly AnyFunction[],
  configuration: Shape,
  components: readonly Component[] = [],
): Json {
  const types: Types = {};
  const settings = properties(configuration, types);
  const described = resources.map((resource) => [resource.token, resourceSchema(resource, types)] as const);
  const composed = components.map((component) => [component.token, componentSchema(component, types)] as const);
  const callable = functions.map((one) => [one.token, functionSchema(one, types)] as const);
  return {
    name: packageName,
    displayName: "Peridio",
    version,
    description: "Peridio organizations, their members and their security settings as code.",
    keywords: ["pulumi", "peridio", "category/infrastructure", "kind/native"],
    homepage: `https://${repository}`,
    repository: `https://${repository}`,
    license: "Apache-2.0",
    attribution: "This package is not published by Peridio.",
    pluginDownloadURL: `github://api.${repository}`,
    meta: { moduleFormat: "(.*)" },
    language: {
      nodejs: { packageName: "pulumi-peridio", respectSchemaVersion: true, typescriptVersion: "^5.9.3" },
      python: { packageName: "pulumi_peridio", respectSchemaVersion: true, pyproject: { enabled: true } },
      go: {
        importBasePath: `${repository}/sdk/go/peridio`,
        modulePath: `${repository}/sdk/go`,
        respectSchemaVersion: true,
      },
    },
    config: { variables: settings },
    provider: {
      description: "The provider of Peridio organizations: where the API is, and which key to use.",
      inputProperties: settings,
    },
    types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
    resources: Object.fromEntries([...described, ...composed]),
    functions: Object.fromEntries(callable),
  };
}

function resourceSchema(resource: AnyResource, types: Types): Json {
  const inputs = properties(resource.inputs, types);
  const replacing = Object.entries(resource.changes).filter(([, { on }]) => on === "replace");
  const fixed = new Set(replacing.map(([name]) => name));
  return {
    description: documented(resource),
    properties: properties(resource.outputs, types),
    required: required(resource.outputs),
    inputProperties: Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [
        name,
        fixed.has(name) ? { ...input, willReplaceOnChanges: true } : input,
      ]),
    ),
    requiredInputs: required(resource.inputs),
    listInputs: { type: "object", properties: properties(resource.query, types), required: required(resource.query) },
  };
}

function componentSchema(component: Component, types: Types): Json {
  return {
    isComponent: true,
    description: documented(component),
    properties: properties(component.outputs, types),
    required: required(component.outputs),
    inputProperties: properties(component.inputs, types),
    requiredInputs: required(component.inputs),
  };
}

function functionSchema(one: AnyFunction, types: Types): Json {
  const object = (schema: Shape): Json => ({
    type: "object",
    properties: properties(schema, types),
    required: required(schema),
  });
  return { description: documented(one), inputs: object(one.inputs), outputs: object(one.outputs) };
}

/** The description with its example, as Pulumi's documentation and editors show it. */
function documented({ description, example }: AnyResource | AnyFunction | Component): string {
  return `${description}\n\n## Example Usage\n\n\`\`\`yaml\n${example.trim()}\n\`\`\`\n`;
}

function properties(schema: Shape, types: Types): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, property]) => {
      const { description, secret } = z.globalRegistry.get(property) ?? {};
      if (description === undefined) throw new TypeError(`property ${name} has no description`);
      return [name, { ...typeOf(property, name, types), description, ...(secret === true && { secret }) }];
    }),
  );
}

/** The outputs that are always secret. */
export function secretOutputs({ outputs }: Pick<AnyResource, "outputs">): readonly string[] {
  return Object.entries(outputs.shape).flatMap(([name, schema]) =>
    z.globalRegistry.get(schema)?.secret === true ? [name] : [],
  );
}

/** The properties that are always there. One with a default may be left out. */
function required(schema: Shape): string[] {
  return Object.entries(schema.shape).flatMap(([name, { _zod }]) => (_zod.optin === undefined ? [name] : []));
}

function typeOf(schema: z.core.$ZodType, name: string, types: Types): Json {
  if (schema instanceof z.ZodOptional) return typeOf(schema.unwrap(), name, types);
  if (schema instanceof z.ZodDefault)
    return { ...typeOf(schema.unwrap(), name, types), default: schema.def.defaultValue };
  // A program declares the first form. Check turns it into the second.
  if (schema instanceof z.ZodPipe) return typeOf(schema.in, name, types);
  if (schema instanceof z.ZodArray)
    return { type: "array", items: typeOf(schema.element, `an item of ${name}`, types) };
  if (schema instanceof z.ZodRecord) {
    return { type: "object", additionalProperties: typeOf(schema.valueType, `a value of ${name}`, types) };
  }
  if (schema instanceof z.ZodObject) {
    return named(schema, name, types, () => ({
      type: "object",
      properties: properties(schema, types),
      required: required(schema),
    }));
  }
  if (schema instanceof z.ZodEnum) {
    const values = schema.options.map((value) => ({ name: pascalCase(String(value)), value }));
    return named(schema, name, types, () => ({ type: "string", enum: values }));
  }
  if (schema instanceof z.ZodUnion) {
    return { oneOf: schema.options.map((option) => typeOf(option, `a kind of ${name}`, types)) };
  }
  if (schema instanceof z.ZodNumber) return { type: schema.format?.includes("int") ? "integer" : "number" };
  const { type } = schema._zod.def;
  if (type === "string" || type === "boolean") return { type };
  throw new TypeError(`${name} has a kind of type that the schema cannot say: ${type}`);
}

/** A reference to a type of its own, which takes its name and description from the schema's `meta`. */
function named(schema: z.ZodType, name: string, types: Types, body: () => Json): Json {
  const { id, description } = naming(schema);
  if (id === undefined || description === undefined)
    throw new TypeError(`the type of ${name} needs an id and a description`);
  const token = `${packageName}:index:${id}`;
  const type = { description, ...body() };
  if (types[token] !== undefined && !same(types[token], type)) throw new TypeError(`two types are named ${id}`);
  types[token] = type;
  return { $ref: `#/types/${token}` };
}

/** The `meta` that names a type, also where a property of that type is described anew. */
function naming(schema: z.core.$ZodType): { id?: string | undefined; description?: string | undefined } {
  const own = z.globalRegistry.get(schema) ?? {};
  const { parent } = schema._zod;
  return own.id !== undefined || parent === undefined ? own : naming(parent);
}

/** `credit_card` is `CreditCard`: what SDKs call a value, which they would otherwise name after its spelling. */
function pascalCase(value: string): string {
  return value.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
