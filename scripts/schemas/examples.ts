import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { getShortName, type Package, parsePackage } from "#framework/build";

const written = z.record(z.string(), z.object({ typescript: z.string(), python: z.string(), go: z.string() }));

/** An example program in each language, in the order of the documentation. */
interface Example extends Readonly<Record<string, string>> {
  readonly typescript: string;
  readonly python: string;
  readonly go: string;
  readonly yaml: string;
}

/**
 * Translates Pulumi YAML programs into all languages, by token, with Pulumi's generators (tools/codegen/examplegen). Needs Go. Throws if a
 * program does not fit the schema, after the generator has printed the reason.
 */
export function translateExamples(
  yaml: Readonly<Record<string, string>>,
  schemaFile: string,
): Readonly<Record<string, Example>> {
  const pcl = Object.fromEntries(Object.entries(yaml).map(([name, program]) => [name, translateToPcl(program)]));
  const output = execFileSync("go", ["-C", "tools/codegen", "run", "-buildvcs=false", "./examplegen", schemaFile], {
    input: JSON.stringify(pcl),
    stdio: ["pipe", "pipe", "inherit"],
    encoding: "utf8",
  });
  const names = Object.keys(yaml).map(getShortName);
  const { types } = parsePackage(JSON.parse(readFileSync(schemaFile, "utf8")));
  return Object.fromEntries(
    Object.entries(written.parse(JSON.parse(output))).map(([name, { typescript, python, go }]) => [
      name,
      {
        typescript: tidyTypeScript(typescript),
        python: tidyPython(python),
        go: nameGoObjects(tidyGo(go, names), types),
        yaml: yaml[name] ?? "",
      },
    ]),
  );
}

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
export function translateToPcl(yaml: string): string {
  const { resources, variables, outputs } = program.parse(parse(yaml));
  return [
    ...Object.entries(resources).map(([name, { type, properties, options }]) => {
      const block = Object.keys(options).length > 0 ? `options {\n${renderAttributes(options)}\n}\n` : "";
      return `resource ${JSON.stringify(name)} ${JSON.stringify(completeToken(type))} {\n${renderAttributes(properties)}\n${block}}`;
    }),
    ...Object.entries(variables).map(([name, { "fn::invoke": call }]) => {
      const part = call.return === undefined ? "" : `.${call.return}`;
      return `${name} = invoke(${JSON.stringify(completeToken(call.function))}, ${renderExpression(call.arguments)})${part}`;
    }),
    ...Object.entries(outputs).map(
      ([name, value]) => `output ${JSON.stringify(name)} {\nvalue = ${renderExpression(value)}\n}`,
    ),
    "",
  ].join("\n");
}

/** Adds the module, which is optional in YAML. */
function completeToken(type: string): string {
  return type.replace(/^(\w+):(\w+)$/, "$1:index:$2");
}

function renderAttributes(of: Readonly<Record<string, unknown>>): string {
  return Object.entries(of)
    .map(([name, value]) => `${name} = ${renderExpression(value)}`)
    .join("\n");
}

function renderExpression(value: unknown): string {
  if (typeof value === "string") return renderString(value);
  if (Array.isArray(value)) return `[${value.map(renderExpression).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => `${renderKey(key)} = ${renderExpression(one)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

/** Quotes a name only if necessary, because generators ignore arguments with quoted names. */
function renderKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

/** Returns a reference such as `${a.b}` as a value of any type, and any other text as a string. */
function renderString(value: string): string {
  const [, reference] = /^\$\{([^}]+)\}$/.exec(value) ?? [];
  return reference ?? JSON.stringify(value).replaceAll("%{", "%%{");
}

/** Corrections of the programs that Pulumi's generators write. */

export function tidyTypeScript(program: string): string {
  const unused = /\bpulumi\./.test(program) ? "" : 'import * as pulumi from "@pulumi/pulumi";\n';
  return program.replace(unused, "").replace(/\{\n\s*(\w+: [\w[\], ]+),\n\s*\}/g, "{ $1 }");
}

/** The generator does not indent options. */
export function tidyPython(program: string): string {
  const unused = /\bpulumi\./.test(program) ? "" : "import pulumi\n";
  return program.replace(unused, "").replace(/^ *opts = /gm, "    opts=");
}

/**
 * The generator calls a function with the name of a resource `Get…`, but the SDK calls the function `Lookup…`. The generator also
 * asserts a wrong type for a list of objects, for which the output has a method.
 */
export function tidyGo(program: string, resources: readonly string[]): string {
  const lookup = new RegExp(`\\bperidio\\.Get(?=(?:${resources.join("|")})(?:\\(|Args|Output|Result))`, "g");
  return program
    .replace(lookup, "peridio.Lookup")
    .replace(
      /\.ApplyT\(func\(\w+ [\w.]+\) \(\[\][\w.]+, error\) \{\s*return \w+\.(\w+)\.\(\[\][\w.]+\), nil\s*\}\)\.\(pulumi\.ArrayOutput\)/g,
      ".$1()",
    );
}

/**
 * Names the type of each object where the schema permits several types. The generator writes `pulumi.Any{…}` there, which does not
 * compile. Throws if no type, or more than one, has all fields of an object.
 */
export function nameGoObjects(program: string, types: Package["types"]): string {
  const named = program.replace(/\bpulumi\.Any(\{[^{}]*\})/g, (_, body: string) => {
    const fields = [...body.matchAll(/^\s*(\w)(\w*):/gm)].map(
      ([, first = "", rest = ""]) => first.toLowerCase() + rest,
    );
    const fitting = Object.keys(types).filter((token) =>
      fields.every((field) => Object.hasOwn(types[token]?.properties ?? {}, field)),
    );
    const [token, another] = fitting;
    if (token === undefined || another !== undefined) {
      throw new Error(`${fitting.length} types have the fields ${fields.join(", ")}: there must be exactly one`);
    }
    return `&peridio.${getShortName(token)}Args${body}`;
  });
  if (named.includes("pulumi.Any{")) throw new Error(`an object with objects in it has no type:\n${named}`);
  return named;
}
