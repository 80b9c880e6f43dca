/**
 * Writes the files that are generated from the resources: the Pulumi package schema, the JSON Schemas and the classes of the
 * dynamic provider. Usage: `ts-node scripts/schemas.ts FOLDER`.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { z } from "zod";
import { provider } from "#provider";
import { packageSchema } from "#framework/definitions";
import { renderClasses } from "./schemas/classes";
import { contracts } from "./schemas/contracts";
import { translateExamples } from "./schemas/examples";
import { jsonSchemas } from "./schemas/jsonSchemas";
import { demand } from "#framework/build";
import { joinDescription, splitDescription } from "./reference/description";

/** The forms of responses that `peridio-gitops doctor` compares with an API. */
const contractsFile = "gitops/src/doctor/contracts.json";

async function writeAll(folder: string): Promise<void> {
  const schemas = { "schema.json": complete(packageSchema(provider)), ...jsonSchemas, [contractsFile]: contracts };
  for (const [path, schema] of Object.entries(schemas)) await write(join(folder, path), JSON.stringify(schema), "json");
  await write(join(folder, "provider/src/dynamic/classes.ts"), renderClasses(), "typescript");
}

const language = z.looseObject({});
const languages = z.looseObject({ nodejs: language, python: language });

/** Adds the texts for readers of the SDKs, which the plugin does not need: examples in all languages, and the README of each SDK. */
function complete(schema: unknown): unknown {
  const { language, ...rest } = withExamples(schemaWithExamples.parse(schema));
  const { nodejs, python, ...others } = languages.parse(language);
  const readme = (name: string) => readFileSync(join("provider/reference/sdk", `${name}.md`), "utf8");
  return {
    ...rest,
    language: {
      ...others,
      nodejs: { ...nodejs, readme: readme("nodejs") },
      python: { ...python, readme: readme("python") },
    },
  };
}

const described = z.record(z.string(), z.looseObject({ description: z.string() }));
const schemaWithExamples = z.looseObject({ resources: described, functions: described });

/** Adds the example programs in the other languages. The provider contains them in YAML. Needs Go. */
function withExamples(schema: z.output<typeof schemaWithExamples>): z.output<typeof schemaWithExamples> {
  const folder = mkdtempSync(join(tmpdir(), "peridio-schema-"));
  try {
    const file = join(folder, "schema.json");
    writeFileSync(file, JSON.stringify(schema));
    const all = Object.entries({ ...schema.resources, ...schema.functions });
    const yaml = new Map(
      all.map(([token, { description }]) => [token, splitDescription(description).example.yaml ?? ""]),
    );
    const examples = translateExamples(Object.fromEntries(yaml), file);
    const translated = (definitions: z.output<typeof described>) =>
      Object.fromEntries(
        Object.entries(definitions).map(([token, definition]) => {
          const { text } = splitDescription(definition.description);
          return [
            token,
            { ...definition, description: joinDescription(text, demand(examples[token], `example of ${token}`)) },
          ];
        }),
      );
    return { ...schema, resources: translated(schema.resources), functions: translated(schema.functions) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Replaces a file in one step, so that an interrupted run leaves no part of it. */
async function write(file: string, text: string, parser: "json" | "typescript"): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, await format(text, { parser, printWidth: 120 }));
  renameSync(`${file}.new`, file);
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("usage: schemas.ts FOLDER");
void writeAll(folder);
