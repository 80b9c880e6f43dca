import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { z } from "zod";
import { packageSchema } from "#framework/definitions";
import { provider } from "#provider";
import { registries } from "./registries/registries";
import { renderClasses } from "./schemas/classes";
import { contracts } from "./schemas/contracts";
import { jsonSchemas } from "./schemas/jsonSchemas";
import { splitDescription } from "./reference/description";

/** If one of these tests fails, run `make sdk`, which needs Go. `make check` also compares the SDKs and the examples in each language. */

const described = z.looseObject({ description: z.string() });
const settings = z.looseObject({}).transform((all) => ({ ...all, readme: undefined }));
const schemaFile = z.looseObject({
  language: z.record(z.string(), settings),
  resources: z.record(z.string(), described),
  functions: z.record(z.string(), described),
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Returns what a program prints. Throws an error with the program's messages if it fails. */
function run(program: string, args: readonly string[], input = ""): string {
  return execFileSync(program, args, { encoding: "utf8", input, stdio: "pipe" });
}

/** Returns the texts of the files in a folder, by the path inside `base`. */
function readFolder(folder: string, base = folder): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [relative(base, path), readFileSync(path, "utf8")]));
}

/** Removes what `make sdk` adds for readers: the example in languages other than YAML, and the README of each SDK. */
function simplify(schema: unknown): unknown {
  const { resources, functions, ...rest } = schemaFile.parse(schema);
  const examples = [resources, functions].map((definitions) =>
    Object.entries(definitions).map(([token, { description, ...definition }]) => {
      const { text, example } = splitDescription(description);
      return [token, text, example.yaml, definition];
    }),
  );
  return { ...rest, examples };
}

test("schema.json fits the resources", () => {
  expect(simplify(readJson("schema.json"))).toEqual(simplify(JSON.parse(JSON.stringify(packageSchema(provider)))));
});

test.each(Object.entries(jsonSchemas))("%s fits its reader or its report", (path, schema) => {
  expect(readJson(path)).toEqual(JSON.parse(JSON.stringify(schema)));
});

test("the contracts of `peridio-gitops doctor` fit api/", () => {
  expect(readJson("gitops/src/doctor/contracts.json")).toEqual(contracts);
});

test.each([...registries])("%s lists the files of its folder", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("the classes of the dynamic provider fit the resources", () => {
  // Jest cannot load Prettier's module.
  const classes = run("node_modules/.bin/prettier", ["--stdin-filepath", "classes.ts"], renderClasses());
  expect(readFileSync("provider/src/dynamic/classes.ts", "utf8")).toBe(classes);
});

test("the reference fits schema.json and provider/reference", () => {
  const fresh = mkdtempSync(join(tmpdir(), "reference-"));
  try {
    run("node_modules/.bin/ts-node", ["scripts/reference.ts", "schema.json", fresh]);
    const pages = readFolder(fresh);
    expect(Object.keys(pages)).toContain("_index.md");
    const committed = { ...readFolder("docs/resources", "docs"), ...readFolder("docs/functions", "docs") };
    const single = ["_index.md", "reference/access-rules.md", "reference/exit-codes.md", "reference/reviews.md"];
    const others = single.map((path) => [path, readFileSync(join("docs", path), "utf8")]);
    expect({ ...Object.fromEntries(others), ...committed }).toEqual(pages);
  } finally {
    rmSync(fresh, { recursive: true });
  }
});

test.each([
  ["api/admin-v2.openapi.yaml", "provider/src/api/adminV2/wire.d.ts"],
  ["api/connect.openapi.yaml", "provider/src/api/connect/wire.d.ts"],
])("the types of %s are up to date", (contract, types) => {
  const fresh = mkdtempSync(join(tmpdir(), "wire-"));
  try {
    const file = join(fresh, "wire.d.ts");
    run("node_modules/.bin/ts-node", ["scripts/wireTypes.ts", contract, file]);
    expect(readFileSync(types, "utf8")).toBe(readFileSync(file, "utf8"));
  } finally {
    rmSync(fresh, { recursive: true });
  }
});
