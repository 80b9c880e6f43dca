/**
 * Writes the registries: files that list the objects of a folder, one for each file that exports an object with the name of the file.
 * Usage: `ts-node scripts/registries.ts FOLDER`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { registries } from "./registries/registries";

const [, , folder] = process.argv;
if (folder === undefined) throw new Error("usage: registries.ts FOLDER");
for (const [path, text] of registries) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
