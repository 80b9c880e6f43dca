/** The classes of provider/src/dynamic, written from the package schema so that they are what the resources are. */
import { z } from "zod";

interface Type {
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

const properties = z.record(
  z.string(),
  z.intersection(
    type,
    z.object({ description: z.string(), default: z.unknown().optional(), secret: z.boolean().optional() }),
  ),
);

const object = z.object({ properties: properties.default({}), required: z.array(z.string()).default([]) });

const packageSchema = z.object({
  types: z.record(
    z.string(),
    z.object({
      description: z.string(),
      enum: z.array(z.object({ value: z.string() })).optional(),
      properties: properties.default({}),
      required: z.array(z.string()).default([]),
    }),
  ),
  resources: z.record(
    z.string(),
    z.object({
      description: z.string(),
      properties,
      required: z.array(z.string()),
      inputProperties: properties,
      requiredInputs: z.array(z.string()),
    }),
  ),
  functions: z.record(
    z.string(),
    z.object({
      description: z.string(),
      inputs: object,
      outputs: object,
    }),
  ),
});

type Package = z.infer<typeof packageSchema>;
type Properties = z.infer<typeof properties>;

/** By token: the outputs that repeat an input, and are secret where it is. */
export type Repeats = ReadonlyMap<string, Readonly<Record<string, string>> | undefined>;

/**
 * TypeScript, yet to be formatted, with a class for each resource of a package schema, and a function for each of its
 * functions. Throws a `ZodError` if it is none.
 */
export function dynamicClasses(schema: unknown, repeats: Repeats = new Map()): string {
  const { types, resources, functions } = packageSchema.parse(schema);
  const named = new NamedTypes(types);
  const classes = Object.entries(resources).map(([token, resource]) =>
    classOf(token, resource, named, repeats.get(token)),
  );
  const callable = Object.entries(functions).map(([token, one]) => functionOf(token, one, named));
  return [
    "// Written by scripts/dynamicClasses.ts from what provider/src/resources says.",
    'import type * as pulumi from "@pulumi/pulumi"; import { invoke } from "./invoke"; import { PeridioResource } from "./resource";',
    ...classes,
    ...callable,
    ...named.declarations(),
  ].join("\n\n");
}

function classOf(
  token: string,
  resource: Package["resources"][string],
  named: NamedTypes,
  repeats: ReturnType<Repeats["get"]>,
): string {
  const name = nameOf(token);
  const { properties, required, inputProperties, requiredInputs } = resource;
  const fields = Object.entries(properties).map(([property, type]) => {
    const value = named.output(type) + (required.includes(property) ? "" : " | undefined");
    return `${comment(type.description)} declare readonly ${property}: pulumi.Output<${value}>;`;
  });
  const names = JSON.stringify(Object.keys(properties));
  const always = Object.entries(properties).flatMap(([property, { secret }]) => (secret === true ? [property] : []));
  const secrets = JSON.stringify({ repeats, always: always.length > 0 ? always : undefined });
  return `${comment(withoutExample(resource.description))}export class ${name} extends PeridioResource {
      ${fields.join("\n\n")}

      constructor(name: string, args: ${name}Args, opts?: pulumi.CustomResourceOptions) {
        super(${JSON.stringify(token)}, name, args, ${names}, opts${secrets === "{}" ? "" : `, ${secrets}`});
      }
    }

    ${comment(`What a program declares with \`new ${name}\`.`)}export interface ${name}Args { ${named.inputFields(inputProperties, requiredInputs)} }`;
}

function functionOf(token: string, one: Package["functions"][string], named: NamedTypes): string {
  const name = nameOf(token);
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { inputs, outputs } = one;
  const [asks, needs] = [Object.keys(inputs.properties).length > 0, inputs.required.length > 0];
  const [parameter, argument] = asks ? [`args: ${type}Args${needs ? "" : " = {}"}`, ", args"] : ["", ""];
  const declared = `${comment(withoutExample(one.description))}export function ${name}(${parameter}): pulumi.Output<${type}Result> {
      return invoke(${JSON.stringify(token)}${argument});
    }`;
  const args = `${comment(`What \`${name}\` is asked.`)}export interface ${type}Args { ${named.inputFields(inputs.properties, inputs.required)} }`;
  const result = `${comment(`What \`${name}\` answers.`)}export interface ${type}Result { ${named.outputFields(outputs.properties, outputs.required)} }`;
  return [declared, ...(asks ? [args] : []), result].join("\n\n");
}

/** The example is one of the plugin. */
function withoutExample(description: string): string {
  return description.split("\n\n## ")[0] ?? "";
}

/** The types that properties refer to. Each is declared once, in the forms that are used. */
class NamedTypes {
  readonly #declarations = new Map<string, string>();

  constructor(private readonly types: Package["types"]) {}

  declarations(): string[] {
    return [...this.#declarations.values()];
  }

  output(type: Type): string {
    return this.#write(type, "", (inner) => this.output(inner));
  }

  /** Anything in an input may be the output of another resource. */
  input(type: Type, required = true): string {
    const value = this.#write(type, "Args", (inner) => this.input(inner));
    return `pulumi.Input<${required ? value : `${value} | undefined`}>`;
  }

  inputFields(properties: Properties, required: readonly string[]): string {
    const fields = Object.entries(properties).map(([name, property]) => {
      const needed = required.includes(name) && property.default === undefined;
      return `${comment(property.description)} ${name}${needed ? "" : "?"}: ${this.input(property, needed)};`;
    });
    return fields.join("\n");
  }

  outputFields(properties: Properties, required: readonly string[]): string {
    const fields = Object.entries(properties).map(
      ([name, property]) =>
        `${comment(property.description)} ${name}${required.includes(name) ? "" : "?"}: ${this.output(property)};`,
    );
    return fields.join("\n");
  }

  #write(
    { type, $ref, items, additionalProperties, oneOf }: Type,
    suffix: "" | "Args",
    inner: (type: Type) => string,
  ): string {
    if ($ref !== undefined) return this.#refer($ref.replace("#/types/", ""), suffix);
    if (oneOf !== undefined) return oneOf.map((one) => this.#write(one, suffix, inner)).join(" | ");
    if (items !== undefined) return `${inner(items)}[]`;
    if (additionalProperties !== undefined) return `Record<string, ${inner(additionalProperties)}>`;
    if (type === "integer" || type === "number") return "number";
    if (type === "string" || type === "boolean") return type;
    throw new TypeError(`the schema has a kind of type that TypeScript is not told of: ${String(type)}`);
  }

  #refer(token: string, suffix: "" | "Args"): string {
    const declared = this.types[token];
    if (declared === undefined) throw new TypeError(`the schema refers to a type that it does not have: ${token}`);
    const { description, enum: values, properties, required } = declared;
    const name = values === undefined ? `${nameOf(token)}${suffix}` : nameOf(token);
    if (values !== undefined) {
      const union = values.map(({ value }) => JSON.stringify(value)).join(" | ");
      this.#declarations.set(name, `${comment(description)} export type ${name} = ${union};`);
    } else {
      const fields = suffix === "" ? this.outputFields(properties, required) : this.inputFields(properties, required);
      this.#declarations.set(name, `${comment(description)} export interface ${name} { ${fields} }`);
    }
    return name;
  }
}

function nameOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

/** A TSDoc comment, in lines that fit beside an indentation. */
function comment(text: string): string {
  const line = `/** ${text} */`;
  if (line.length <= 118) return `\n${line}\n`;
  const lines = text.match(/\S.{0,109}\S(?=\s|$)|\S+/g) ?? [];
  return `\n/**\n${lines.map((part) => ` * ${part}`).join("\n")}\n */\n`;
}
