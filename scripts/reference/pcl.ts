/** Translates Pulumi YAML programs into PCL, the input of Pulumi's generators for all other languages. */
import { parse } from "yaml";
import { z } from "zod";

const values = z.record(z.string(), z.unknown());

const program = z.strictObject({
  resources: z
    .record(
      z.string(),
      z.strictObject({ type: z.string(), properties: values.default({}), options: values.default({}) }),
    )
    .default({}),
  variables: z
    .record(
      z.string(),
      z.strictObject({
        "fn::invoke": z.strictObject({
          function: z.string(),
          arguments: values.default({}),
          return: z.string().optional(),
        }),
      }),
    )
    .default({}),
  outputs: values.default({}),
});

/** Throws a `ZodError` for features that examples do not need: configuration, packages and other functions of YAML. */
export function toPcl(yaml: string): string {
  const { resources, variables, outputs } = program.parse(parse(yaml));
  return [
    ...Object.entries(resources).map(([name, { type, properties, options }]) => {
      const block = Object.keys(options).length > 0 ? `options {\n${attributes(options)}\n}\n` : "";
      return `resource ${JSON.stringify(name)} ${JSON.stringify(token(type))} {\n${attributes(properties)}\n${block}}`;
    }),
    ...Object.entries(variables).map(([name, { "fn::invoke": call }]) => {
      const part = call.return === undefined ? "" : `.${call.return}`;
      return `${name} = invoke(${JSON.stringify(token(call.function))}, ${expression(call.arguments)})${part}`;
    }),
    ...Object.entries(outputs).map(
      ([name, value]) => `output ${JSON.stringify(name)} {\nvalue = ${expression(value)}\n}`,
    ),
    "",
  ].join("\n");
}

/** Adds the module, which is optional in YAML. */
function token(type: string): string {
  return type.replace(/^(\w+):(\w+)$/, "$1:index:$2");
}

function attributes(of: Readonly<Record<string, unknown>>): string {
  return Object.entries(of)
    .map(([name, value]) => `${name} = ${expression(value)}`)
    .join("\n");
}

function expression(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => `${bare(key)} = ${expression(one)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

/** Quotes a name only if necessary, because generators ignore arguments with quoted names. */
function bare(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

/** Returns a reference such as `${a.b}` as a value of any type, and any other text as a string. */
function text(value: string): string {
  const [, reference] = /^\$\{([^}]+)\}$/.exec(value) ?? [];
  return reference ?? JSON.stringify(value).replaceAll("%{", "%%{");
}
