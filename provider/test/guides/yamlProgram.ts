import { z } from "zod";
import { parsePackage, type Properties, type Type } from "#framework/build";
import schema from "../../../schema.json";

const { resources, functions, types } = parsePackage(schema);

const values = z.record(z.string(), z.unknown());

const program = z.strictObject({
  name: z.string().optional(),
  runtime: z.literal("yaml").optional(),
  description: z.string().optional(),
  plugins: z.unknown().optional(),
  config: values.default({}),
  resources: z
    .record(
      z.string(),
      z.strictObject({ type: z.string(), properties: values.default({}), options: values.default({}) }),
    )
    .default({}),
  variables: z.record(z.string(), z.unknown()).default({}),
  outputs: values.default({}),
});

const variable = z.strictObject({
  "fn::invoke": z.strictObject({
    function: z.string(),
    arguments: values.default({}),
    return: z.string().optional(),
    options: values.optional(),
  }),
});

/** Compares a Pulumi YAML program with the package schema. Returns its mistakes. */
export function mistakes(text: unknown): readonly string[] {
  const parsed = program.safeParse(text);
  if (!parsed.success) return [z.prettifyError(parsed.error)];
  const { name = "", resources: declared, variables, outputs, config } = parsed.data;
  const known = new Set([...Object.keys({ ...declared, ...variables, ...config }), "pulumi"]);
  return [
    ...Object.entries(config).flatMap(([key, value]) => settingMistakes(name, key, value)),
    ...Object.entries(declared).flatMap(([name, { type, properties, options }]) => {
      if (type === "pulumi:providers:peridio") return [];
      const resource = resources[token(type)];
      if (resource === undefined) return [`${name}: there is no resource ${type}`];
      return [
        ...object(properties, resource.inputProperties, resource.requiredInputs, name),
        ...unknownReferences({ properties, options }, known, name),
      ];
    }),
    ...Object.entries(variables).flatMap(([name, value]) => {
      const call = variable.safeParse(value);
      if (!call.success) return unknownReferences(value, known, name);
      const { function: called, arguments: given } = call.data["fn::invoke"];
      const one = functions[token(called)];
      if (one === undefined) return [`${name}: there is no function ${called}`];
      return [
        ...object(given, one.inputs.properties, one.inputs.required, name),
        ...unknownReferences(given, known, name),
      ];
    }),
    ...unknownReferences(outputs, known, "outputs"),
  ];
}

/** Pulumi refuses to load a project that gives a type to a setting of something else. */
function settingMistakes(project: string, key: string, value: unknown): readonly string[] {
  const foreign = key.includes(":") && !key.startsWith(`${project}:`);
  const typed = values.safeParse(value).data?.type !== undefined;
  return foreign && typed ? [`config ${key}: is of another namespace than ${project}, and may not have a type`] : [];
}

function token(type: string): string {
  return type.replace(/^(\w+):(\w+)$/, "$1:index:$2");
}

function object(
  value: Readonly<Record<string, unknown>>,
  properties: Properties,
  required: readonly string[],
  at: string,
): readonly string[] {
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, one]) => {
      const property = properties[name];
      return property === undefined ? [`${at}.${name} is unknown`] : typed(one, property, `${at}.${name}`);
    }),
  ];
}

function typed(value: unknown, type: Type, at: string): readonly string[] {
  // A reference may be of any type, and what YAML functions give too.
  if (typeof value === "string" && value.includes("${")) return [];
  const wrong = [`${at} should be another type than that of ${JSON.stringify(value)}`];
  if (type.$ref !== undefined) {
    const named = types[type.$ref.replace("#/types/", "")];
    if (named === undefined) return [`${at} has a type that the schema does not have`];
    if (named.enum !== undefined) return named.enum.some((one) => one.value === value) ? [] : wrong;
    const fields = values.safeParse(value);
    return fields.success ? object(fields.data, named.properties, named.required, at) : wrong;
  }
  if (type.items !== undefined) {
    const { items } = type;
    return Array.isArray(value) ? value.flatMap((item, index) => typed(item, items, `${at}[${index}]`)) : wrong;
  }
  if (type.additionalProperties !== undefined) {
    const { additionalProperties } = type;
    const entries = values.safeParse(value);
    if (!entries.success) return wrong;
    return Object.entries(entries.data).flatMap(([key, one]) => typed(one, additionalProperties, `${at}[${key}]`));
  }
  if (type.oneOf !== undefined) return type.oneOf.some((one) => typed(value, one, at).length === 0) ? [] : wrong;
  if (type.type === "integer") return Number.isInteger(value) ? [] : wrong;
  return typeof value === type.type ? [] : wrong;
}

function unknownReferences(value: unknown, known: ReadonlySet<string>, at: string): readonly string[] {
  const used = [...JSON.stringify(value ?? null).matchAll(/(?<!\$)\$\{([\w-]+)/g)].map(([, name = ""]) => name);
  return used.filter((name) => !known.has(name)).map((name) => `${at} refers to ${name}, which is nowhere`);
}
