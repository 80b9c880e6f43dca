import * as z from "zod";
import type { Component } from "./component";
import type { AnyFunction } from "./function";
import type { AnyProvider } from "./provider";
import { getObjectShape, unwrap } from "./parts";
import { getBehaviour, getBehaviours, isSecretAsWhole } from "./property";
import type { AnyResource, Shape } from "./resource";
import { isSameValue } from "./values";

type Json = Readonly<Record<string, unknown>>;

/** Pulumi's SDK for Python requires this version. */
const oldestPython = ">=3.10";

class NamedTypes {
  readonly #types = new Map<string, Json>();

  constructor(private readonly packageName: string) {}

  /** Returns the token of the type. @throws TypeError if another type has the same id */
  add(id: string, type: Json): string {
    const token = `${this.packageName}:index:${id}`;
    const known = this.#types.get(token);
    if (known !== undefined && !isSameValue(known, type)) throw new TypeError(`two types are named ${id}`);
    this.#types.set(token, type);
    return token;
  }

  sorted(): Json {
    return Object.fromEntries([...this.#types].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Returns the Pulumi package schema of a provider (pulumi.com/docs, "Pulumi package schema"). */
export function packageSchema(
  provider: Pick<AnyProvider, "package" | "configuration" | "resources" | "functions" | "components">,
): Json {
  const { name, displayName, version, description, providerDescription, keywords } = provider.package;
  const { repository, publisher, license, attribution, logoUrl } = provider.package;
  const { pluginDownloadURL = repository && `github://api.${repository}` } = provider.package;
  const types = new NamedTypes(name);
  const settings = describeProperties(provider.configuration, types);
  const described = provider.resources.map((resource) => [resource.token, describeResource(resource, types)] as const);
  const composed = provider.components().map((one) => [one.token, describeComponent(one, types)] as const);
  const callable = provider.functions.map((one) => [one.token, describeFunction(one, types)] as const);
  return {
    name,
    displayName,
    version,
    description,
    keywords,
    ...(repository !== undefined && { homepage: `https://${repository}`, repository: `https://${repository}` }),
    // JSON has no properties that are undefined.
    publisher,
    license,
    attribution,
    logoUrl,
    pluginDownloadURL,
    meta: { moduleFormat: "(.*)" },
    language: {
      nodejs: { packageName: `pulumi-${name}`, respectSchemaVersion: true, typescriptVersion: "^5.9.3" },
      python: {
        packageName: `pulumi_${name}`,
        respectSchemaVersion: true,
        pyproject: { enabled: true },
        pythonRequires: oldestPython,
      },
      // Programs in C# and Java generate their SDK with `pulumi package add`.
      csharp: { namespaces: { [name]: displayName }, respectSchemaVersion: true },
      java: { buildFiles: "gradle", ...(repository !== undefined && { basePackage: getJavaPackage(repository) }) },
      ...(repository !== undefined && {
        go: {
          importBasePath: `${repository}/sdk/go/${name}`,
          modulePath: `${repository}/sdk/go`,
          respectSchemaVersion: true,
        },
      }),
    },
    config: { variables: settings },
    provider: { description: providerDescription, inputProperties: settings },
    types: types.sorted(),
    resources: Object.fromEntries([...described, ...composed]),
    functions: Object.fromEntries(callable),
  };
}

/** Returns the Java package of a repository: `io.github.acme` for `github.com/acme/pulumi-notes`. */
function getJavaPackage(repository: string): string {
  const [host = "", owner = ""] = repository.split("/");
  return [...(host === "github.com" ? ["io", "github"] : host.split(".").reverse()), owner.replace(/\W/g, "_")].join(
    ".",
  );
}

function describeResource(resource: AnyResource, types: NamedTypes): Json {
  const inputs = describeProperties(resource.inputs, types);
  const behaviour = getBehaviours(resource.inputs);
  return {
    description: addExample(resource),
    properties: describeProperties(resource.outputs, types),
    required: listRequired(resource.outputs),
    inputProperties: Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [
        name,
        behaviour[name]?.replaceOnChange ? { ...input, willReplaceOnChanges: true } : input,
      ]),
    ),
    requiredInputs: listRequired(resource.inputs),
    ...(resource.list && { listInputs: describeObject(resource.query ?? z.object({}), types) }),
    ...(resource.formerTokens && { aliases: resource.formerTokens.map((type) => ({ type })) }),
    deprecationMessage: resource.deprecation,
  };
}

function describeComponent(component: Component, types: NamedTypes): Json {
  return {
    isComponent: true,
    description: addExample(component),
    properties: describeProperties(component.outputs, types),
    required: listRequired(component.outputs),
    inputProperties: describeProperties(component.inputs, types),
    requiredInputs: listRequired(component.inputs),
  };
}

function describeFunction(one: AnyFunction, types: NamedTypes): Json {
  const [result, ...others] = one.returnsOnlyOutput === true ? Object.values(one.outputs.shape) : [];
  if (one.returnsOnlyOutput === true && (result === undefined || others.length > 0))
    throw new TypeError(`${one.token} has \`returnsOnlyOutput\`, which requires exactly one output`);
  return {
    description: addExample(one),
    inputs: describeObject(one.inputs, types),
    ...(result === undefined
      ? { outputs: describeObject(one.outputs, types) }
      : { returnType: describeType(result, `the result of ${one.token}`, types) }),
    deprecationMessage: one.deprecation,
  };
}

function describeObject(schema: Shape, types: NamedTypes): Json {
  return { type: "object", properties: describeProperties(schema, types), required: listRequired(schema) };
}

function addExample({ description, example }: AnyResource | AnyFunction | Component): string {
  if (example === undefined) return description;
  return `${description}\n\n## Example Usage\n\n\`\`\`yaml\n${example.trim()}\n\`\`\`\n`;
}

function describeProperties(schema: Shape, types: NamedTypes): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, property]) => {
      const { description } = z.globalRegistry.get(property) ?? {};
      const secret = isSecretAsWhole(property) || undefined;
      if (description === undefined)
        throw new TypeError(`property ${name} has no description. Write \`.meta({ description })\` as its last call`);
      const deprecationMessage = getBehaviour(property).deprecation;
      const type = describeConstant(property) ?? describeType(property, name, types);
      return [name, { ...type, description, secret, deprecationMessage }];
    }),
  );
}

/** Describes a property with only one value. Undefined for other properties. */
function describeConstant(schema: z.core.$ZodType): Json | undefined {
  const inner = unwrap(schema);
  if (inner !== schema) return describeConstant(inner);
  if (!(schema instanceof z.ZodLiteral) || schema.values.size !== 1) return undefined;
  const [value]: Iterable<unknown> = schema.values;
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number", const: value };
  return typeof value === "string" || typeof value === "boolean" ? { type: typeof value, const: value } : undefined;
}

/** Returns the required properties. A property with a default is optional. */
function listRequired(schema: Shape): string[] {
  // `optin` marks inputs that a caller may omit.
  return Object.entries(schema.shape).flatMap(([name, { _zod }]) => (_zod.optin === undefined ? [name] : []));
}

function describeType(schema: z.core.$ZodType, name: string, types: NamedTypes): Json {
  const inner = unwrap(schema);
  if (inner !== schema) {
    const type = describeType(inner, name, types);
    return schema instanceof z.ZodDefault ? { ...type, default: schema.def.defaultValue } : type;
  }
  if (schema instanceof z.ZodArray)
    return { type: "array", items: describeType(schema.element, `an item of ${name}`, types) };
  if (schema instanceof z.ZodRecord) {
    return { type: "object", additionalProperties: describeType(schema.valueType, `a value of ${name}`, types) };
  }
  if (schema instanceof z.ZodObject) {
    return referToType(schema, name, types, () => describeObject(schema, types));
  }
  if (schema instanceof z.ZodEnum) {
    return referToType(schema, name, types, () => describeEnum(schema));
  }
  if (schema instanceof z.ZodUnion) {
    const kinds = schema.options.map((option) => ({ option, type: describeType(option, `a kind of ${name}`, types) }));
    const oneOf = kinds.map(({ type }) => type);
    const others = kinds.flatMap(({ option, type }) => (unwrap(option) instanceof z.ZodEnum ? [] : [type]));
    // Pulumi's Go generator would reduce a union that directly contains an enum to the type of the enum's values. A nested `oneOf` hides
    // the enum from this generator. Each `oneOf` must have two types, so both contain the others.
    return others.length === oneOf.length
      ? { oneOf, ...describeDiscriminator(schema, oneOf) }
      : { oneOf: [{ oneOf }, ...others] };
  }
  if (schema instanceof z.ZodNumber) return { type: schema.format?.includes("int") ? "integer" : "number" };
  const { type } = schema._zod.def;
  if (type === "string" || type === "boolean") return { type };
  if (type === "unknown" || type === "any") return { $ref: "pulumi.json#/Any" };
  const instead = alternatives[type] ?? "Use an object, a map, a list, a text, a number, a boolean or `z.unknown()`.";
  throw new TypeError(`${name} has a type that the schema cannot express: ${type}. ${instead}`);
}

/** The type to write in place of one that the schema cannot express. */
const alternatives: Readonly<Record<string, string>> = {
  bigint: "Use `z.int()`, or a text for larger numbers.",
  custom:
    "Use a type of zod, such as `z.object()`. For an asset, use a text with its contents, or the path of the file.",
  date: "Use a text in ISO 8601, such as `z.iso.datetime()`.",
  file: "Use a text with the contents or the path of the file.",
  intersection: "Use one object, such as `a.extend(b.shape)`.",
  lazy: "Use `z.unknown()` for values of any type.",
  literal: "Use `z.enum()` for several values. A literal can only be a property.",
  map: "Use `z.record()`.",
  set: "Use `z.array()` with `itemKey`.",
  tuple: "Use `z.object()`.",
};

/** Describes the values of an enum. A key of `z.enum({ Key: value })` that is not the value itself is the name of the value in SDKs. */
function describeEnum({ def: { entries } }: z.ZodEnum): Json {
  const values = Object.entries(entries)
    // TypeScript adds the reverse entries of an enum with numbers.
    .filter(([key]) => typeof entries[entries[key] ?? ""] !== "number")
    .map(([key, value]) => ({ name: key === value ? toPascalCase(key) : key, value }));
  const numbers = values.filter(({ value }) => typeof value === "number");
  if (numbers.length === 0) return { type: "string", enum: values };
  if (numbers.length < values.length) throw new TypeError("an enum has texts and numbers. Use one of both");
  return { type: numbers.every(({ value }) => Number.isInteger(value)) ? "integer" : "number", enum: values };
}

/** Describes the property that tells the options of a union apart. Undefined if the union has none. */
function describeDiscriminator(union: z.ZodUnion, oneOf: readonly Json[]): Json | undefined {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return undefined;
  const { discriminator } = union.def;
  const mapping = union.options.flatMap((option, index) => {
    const { const: value } = describeConstant(getObjectShape(option)[discriminator] ?? z.undefined()) ?? {};
    const reference: unknown = oneOf[index]?.$ref;
    return typeof value === "string" ? [[value, reference] as const] : [];
  });
  return { discriminator: { propertyName: discriminator, mapping: Object.fromEntries<unknown>(mapping) } };
}

/** Returns a reference to a separate type, whose name and description are in the schema's `meta`. */
function referToType(schema: z.ZodType, name: string, types: NamedTypes, body: () => Json): Json {
  const { id, description } = findTypeMeta(schema);
  if (id === undefined || description === undefined)
    throw new TypeError(`the type of ${name} must have an id and a description: \`.meta({ id, description })\``);
  const token = types.add(id, { description, ...body() });
  return { $ref: `#/types/${token}` };
}

/** Returns the `meta` that names a type, even if a property overrides the type's description. */
function findTypeMeta(schema: z.core.$ZodType): { id?: string | undefined; description?: string | undefined } {
  const own = z.globalRegistry.get(schema) ?? {};
  const { parent } = schema._zod;
  return own.id !== undefined || parent === undefined ? own : findTypeMeta(parent);
}

/** Turns `credit_card` and `credit-card` into `CreditCard`, the name of a value in SDKs. Without a name, they derive one from its spelling. */
function toPascalCase(value: string): string {
  return value.replace(/(?:^|[_-])(\w)/g, (_, letter: string) => letter.toUpperCase());
}
