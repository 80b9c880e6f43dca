/**
 * Replaces docs/_index.md, docs/resources, docs/functions and the generated pages of docs/reference, from the schema, provider/reference and
 * the source of `peridio-gitops`. Usage: `ts-node scripts/reference.ts SCHEMA DOCS`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { functions, resources } from "#provider";
import { renderReference } from "./reference/pages";
import { readSources } from "./reference/sources";

async function write(schemaFile: string, docs: string): Promise<void> {
  const schema: unknown = JSON.parse(readFileSync(schemaFile, "utf8"));
  const pages = renderReference(schema, resources, functions, readSources("provider/reference"));
  for (const folder of ["resources", "functions"]) {
    rmSync(join(docs, folder), { recursive: true, force: true });
    mkdirSync(join(docs, folder), { recursive: true });
  }
  mkdirSync(join(docs, "reference"), { recursive: true });
  for (const [path, text] of pages) {
    writeFileSync(join(docs, path), await format(text, { parser: "markdown", printWidth: 120, trailingComma: "all" }));
  }
}

const [, , schemaFile, docs] = process.argv;
if (schemaFile === undefined || docs === undefined) throw new Error("usage: reference.ts SCHEMA DOCS");
void write(schemaFile, docs);
