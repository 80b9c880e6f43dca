import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { packageSchema } from "#framework/definitions";
import { getTypeName } from "#framework/messages";
import { devDependencies } from "../../package.json";
import { readSources } from "../../scripts/reference/sources";
import { functions } from "../src/functions";
import { provider } from "../src/provider";
import { resources } from "../src/resources";

const program = z.strictObject({
  resources: z.record(z.string(), z.object({ type: z.string(), options: z.looseObject({}).optional() })).optional(),
  variables: z.record(z.string(), z.object({ "fn::invoke": z.object({ function: z.string() }) })).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

/** The name that a YAML program uses: `peridio:index:Membership` is `peridio:Membership`. */
const inPrograms = (token: string) => token.replace(":index:", ":");

const documented = [...resources, ...functions, ...provider.components()].map((one) => [one.token, one] as const);

test.each(documented)("%s is described in whole sentences", (_, { description }) => {
  expect(description).toMatch(/^[A-Z].{40,}\.$/);
});

test.each([...resources, ...provider.components()].map((one) => [one.token, one] as const))(
  "%s has an example that declares it",
  (token, one) => {
    const { resources: declared = {} } = program.parse(parse(one.example));
    expect(Object.values(declared).map(({ type }) => type)).toContain(inPrograms(token));
  },
);

test.each(functions.map((one) => [one.token, one] as const))("%s has an example that calls it", (token, one) => {
  const { variables = {}, outputs = {} } = program.parse(parse(one.example));
  expect(Object.values(variables).map((variable) => variable["fn::invoke"].function)).toContain(inPrograms(token));
  expect(Object.keys(outputs)).not.toEqual([]);
});

test.each(documented)("the example of %s protects its organizations", (_, { example }) => {
  const { resources: declared = {} } = program.parse(parse(example));
  for (const { options } of Object.values(declared).filter(({ type }) => type === "peridio:Organization")) {
    expect(options).toEqual({ protect: true });
  }
});

/** The types that Pulumi's command line has flags for. */
const flags = ["boolean", "integer", "number", "string"];

const questions = z.record(
  z.string(),
  z.object({
    inputs: z.object({ properties: z.record(z.string(), z.looseObject({ type: z.string().optional() })) }).optional(),
  }),
);

test.each(Object.entries(questions.parse(packageSchema(provider).functions)))(
  "whatever %s can be asked has a flag in `pulumi do`",
  (_, { inputs }) => {
    const others = Object.entries(inputs?.properties ?? {}).filter(([, { type = "" }]) => !flags.includes(type));
    expect(others.map(([name]) => name)).toEqual([]);
  },
);

/** Everything that the provider can say, on one line: strings that are joined in the source are one. */
const source = ["framework/src", "provider/src"]
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n")
  .replaceAll("\\`", "`")
  // The HTTP client of the framework knows the service by its name.
  .replaceAll("${service}", "Peridio")
  .replace(/["`] \+\s+["`]/g, "");

const folder = "provider/reference";
const sources = readSources(folder);

test("the logo that the schema names is a picture of this repository", () => {
  const { repository = "", logoUrl = "" } = provider.package;
  const published = `https://${repository.replace("github.com", "raw.githubusercontent.com")}/main/`;
  expect(logoUrl).toContain(published);
  expect(readFileSync(logoUrl.replace(published, ""), "utf8")).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /);
});

test("each source page belongs to a resource, a component or a function", () => {
  const names = documented.map(([, one]) => getTypeName(one));
  expect([...sources.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

test("the source pages of all resources, and no others, show import ids", () => {
  const importable = [...sources].filter(([, { imports }]) => imports !== undefined).map(([name]) => name);
  expect(importable.sort()).toEqual(resources.map(getTypeName).sort());
});

const errors = [...sources].flatMap(([name, source]) =>
  source.errors.map(({ message, remedy }) => [name, message, remedy] as const),
);

test("several pages list each shared error", () => {
  const shared = z.record(z.string(), z.object({ message: z.string() }));
  for (const { message } of Object.values(shared.parse(parse(readFileSync(`${folder}/shared-errors.yaml`, "utf8"))))) {
    expect(errors.filter(([, listed]) => listed === message).length).toBeGreaterThan(1);
  }
});

test.each(errors)("%s can report: %s", (_, message) => {
  for (const words of message.split(/ ?… ?|(?<=^already exists) /))
    expect(source).toContain(words.replace(/[(),]+$/, ""));
});

test.each(errors)("%s has a remedy for: %s", (_, _message, remedy) => {
  expect(remedy).toMatch(/^[A-Z].{15,}\.$/);
});

/** The cells of the columns titled `message` on the page about troubleshooting. */
const shownMessages = [
  ...readFileSync("docs/troubleshooting.md", "utf8").matchAll(/^\| message .*\n\| -.*\n((?:\|.*\n)*)/gm),
]
  .flatMap(([, rows = ""]) => rows.trimEnd().split("\n"))
  .map((row) => row.split("|")[1]?.trim() ?? "");

test("troubleshooting lists messages", () => {
  expect(shownMessages.length).toBeGreaterThan(20);
});

test.each(shownMessages)("the provider prints the message in troubleshooting: %s", (message) => {
  for (const words of message.split(/ ?… ?/)) expect(source).toContain(words);
});

test.each(["docs/concepts.md", "docs/destroying.md", "docs/importing.md", "CHANGELOG.md"])(
  "%s names each resource",
  (page) => {
    const text = readFileSync(page, "utf8");
    const names = resources.map(getTypeName);
    expect(names.filter((name) => !new RegExp(`\\b${name}s?\\b`).test(text))).toEqual([]);
  },
);

test("the page on configuration has a row for each setting", () => {
  const page = readFileSync("docs/reference/configuration.md", "utf8");
  const names = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(provider.configuration.shape)));
});

const toolchain = readFileSync("tools/pulumi/go.mod", "utf8");

test("the README names the oldest Go that can build the pinned CLI", () => {
  const [, go = ""] = /^go (\S+)$/m.exec(toolchain) ?? [];
  expect(readFileSync("README.md", "utf8")).toContain(`Go ${go},`);
});

test("the page on installation names the tested versions", () => {
  const page = readFileSync("docs/installation-configuration.md", "utf8");
  const manifest = z.object({ dependencies: z.object({ "@pulumi/pulumi": z.string() }) });
  const newest = manifest.parse(JSON.parse(readFileSync("tools/versions/package.json", "utf8"))).dependencies;
  const [, cli = ""] = /pulumi\/pkg\/v3 v(\S+)/.exec(toolchain) ?? [];
  const [, oldest = ""] = /pulumi: (\d[^,]+),/.exec(readFileSync(".github/workflows/nightly.yml", "utf8")) ?? [];
  expect(page).toMatch(new RegExp(`^\\| Pulumi CLI .*\\| ${oldest}, ${cli} +\\|$`, "m"));
  expect(page).toContain(
    `${devDependencies["@pulumi/pulumi"]} with Node.js 20, ${newest["@pulumi/pulumi"]} with 22, 24`,
  );
});
