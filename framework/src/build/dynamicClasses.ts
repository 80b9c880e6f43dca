/** Generates the classes of a dynamic provider from its package schema. */
import { type Behaviour, getBehaviours } from "../property";
import type { AnyProvider } from "../provider";
import { packageSchema } from "../schema";
import { getShortName, type Package, parsePackage, type Properties, type Type } from "./packageSchema";

/** For each token of a resource, the input that each output repeats, by output. The output is secret if the input is. */
export type SecretWith = ReadonlyMap<string, Readonly<Record<string, string>> | undefined>;

/** The lines before the classes. They define `DynamicResource`, `invoke`, `loadHost` and `packageName`. */
export type Preamble = readonly string[];

/** Returns the unformatted classes of a provider's resources and functions. Components need the plugin, so they have none. */
export function renderProviderClasses(provider: AnyProvider, preamble: Preamble): string {
  const secretWith = new Map(
    provider.resources.map(({ token, outputs }) => [token, inputsThatMakeSecret(getBehaviours(outputs))]),
  );
  return renderDynamicClasses(packageSchema({ ...provider, components: () => [] }), secretWith, preamble);
}

function inputsThatMakeSecret(
  behaviours: Readonly<Record<string, Behaviour>>,
): Readonly<Record<string, string>> | undefined {
  const pairs = Object.entries(behaviours).flatMap(([output, { secretWith }]) =>
    secretWith === undefined ? [] : [[output, secretWith] as const],
  );
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/**
 * Returns unformatted TypeScript: a class for each resource of a package schema, and a function for each of its functions. Throws a
 * `ZodError` if the schema is invalid.
 */
export function renderDynamicClasses(
  schema: unknown,
  secretWith: SecretWith = new Map(),
  preamble: Preamble = [],
): string {
  const { types, resources, functions } = parsePackage(schema);
  const named = new NamedTypes(types);
  const classes = Object.entries(resources).map(([token, resource]) =>
    renderClass(token, resource, named, secretWith.get(token)),
  );
  const callable = Object.entries(functions).map(([token, one]) => renderFunction(token, one, named));
  // The classes and functions come first, because `declarations` contains only the types that they refer to.
  return [preamble.join("\n"), ...classes, ...callable, ...named.declarations()].join("\n\n");
}

function renderClass(
  token: string,
  resource: Package["resources"][string],
  named: NamedTypes,
  secretWith: ReturnType<SecretWith["get"]>,
): string {
  const name = getShortName(token);
  const { properties, required, inputProperties, requiredInputs } = resource;
  const fields = Object.entries(properties).map(([property, type]) => {
    const value = named.output(type) + (required.includes(property) ? "" : " | undefined");
    return `${renderComment(type.description)} declare readonly ${property}: pulumi.Output<${value}>;`;
  });
  const names = JSON.stringify(Object.keys(properties));
  const always = Object.entries(properties).flatMap(([property, { secret }]) => (secret === true ? [property] : []));
  const secrets = JSON.stringify({ secretWith, always: always.length > 0 ? always : undefined });
  return `${renderComment(removeExample(resource.description))}export class ${name} extends DynamicResource {
      ${fields.join("\n\n")}

      constructor(name: string, args: ${name}Args, opts?: pulumi.CustomResourceOptions) {
        super(packageName, ${JSON.stringify(token)}, name, args, ${names}, opts${secrets === "{}" ? "" : `, ${secrets}`});
      }
    }

    ${renderComment(`The inputs of \`new ${name}\`.`)}export interface ${name}Args { ${named.fields(inputProperties, requiredInputs, "Args")} }`;
}

function renderFunction(token: string, one: Package["functions"][string], named: NamedTypes): string {
  const name = getShortName(token);
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { inputs, outputs } = one;
  const [asks, needs] = [Object.keys(inputs.properties).length > 0, inputs.required.length > 0];
  const [parameter, argument] = asks ? [`args: ${type}Args${needs ? "" : " = {}"}`, ", args"] : ["", ""];
  const declared = `${renderComment(removeExample(one.description))}export function ${name}(${parameter}): pulumi.Output<${type}Result> {
      return invoke(loadHost, ${JSON.stringify(token)}${argument});
    }`;
  const args = `${renderComment(`The inputs of \`${name}\`.`)}export interface ${type}Args { ${named.fields(inputs.properties, inputs.required, "Args")} }`;
  const result = `${renderComment(`The outputs of \`${name}\`.`)}export interface ${type}Result { ${named.fields(outputs.properties, outputs.required, "")} }`;
  return [declared, ...(asks ? [args] : []), result].join("\n\n");
}

/** Removes the example, which is a program for the plugin. */
function removeExample(description: string): string {
  return description.split("\n\n## ")[0] ?? "";
}

/** The types that properties use. Each is declared once, in each form that is used. */
class NamedTypes {
  readonly #declarations = new Map<string, string>();
  /** The names of declared types, and of those whose fields are not written yet: a type can refer to itself. */
  readonly #started = new Set<string>();

  constructor(private readonly types: Package["types"]) {}

  declarations(): string[] {
    return [...this.#declarations.values()];
  }

  output(type: Type): string {
    return this.#write(type, "", (inner) => this.output(inner));
  }

  /** Every value within an input may be the output of another resource. */
  input(type: Type, required = true): string {
    const value = this.#write(type, "Args", (inner) => this.input(inner));
    return `pulumi.Input<${required ? value : `${value} | undefined`}>`;
  }

  fields(properties: Properties, required: readonly string[], suffix: "" | "Args"): string {
    const fields = Object.entries(properties).map(([name, property]) => {
      const isNeeded = required.includes(name) && (suffix === "" || property.default === undefined);
      const type = suffix === "" ? this.output(property) : this.input(property, isNeeded);
      return `${renderComment(property.description)} ${name}${isNeeded ? "" : "?"}: ${type};`;
    });
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
    throw new TypeError(`this type of the schema has no equivalent in TypeScript: ${String(type)}`);
  }

  #refer(token: string, suffix: "" | "Args"): string {
    const declared = this.types[token];
    if (declared === undefined) throw new TypeError(`the schema has no type ${token}`);
    const { description, enum: values, properties, required } = declared;
    const name = values === undefined ? `${getShortName(token)}${suffix}` : getShortName(token);
    if (this.#started.has(name)) return name;
    this.#started.add(name);
    if (values !== undefined) {
      const union = values.map(({ value }) => JSON.stringify(value)).join(" | ");
      this.#declarations.set(name, `${renderComment(description)} export type ${name} = ${union};`);
    } else {
      const fields = this.fields(properties, required, suffix);
      this.#declarations.set(name, `${renderComment(description)} export interface ${name} { ${fields} }`);
    }
    return name;
  }
}

/** Returns a TSDoc comment with short lines. */
function renderComment(text: string): string {
  const line = `/** ${text} */`;
  if (line.length <= 118) return `\n${line}\n`;
  const lines = text.match(/\S.{0,109}\S(?=\s|$)|\S+/g) ?? [];
  return `\n/**\n${lines.map((part) => ` * ${part}`).join("\n")}\n */\n`;
}
