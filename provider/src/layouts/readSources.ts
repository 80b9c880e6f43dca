import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal } from "../core/errors";
import type { Text } from "./source";

/**
 * Reads a layout file, or every *.yaml, *.yml and *.json file in a folder and the folders in it, but hidden ones. Sorted by name.
 * Files are named as `path` is; `base` is the folder that a relative path starts from.
 * @throws Refusal if there is nothing to read.
 */
export function readSources(path: string, base = "."): readonly Text[] {
  const start = resolve(base, path);
  const kind = statSync(start, { throwIfNoEntry: false });
  if (kind === undefined) {
    throw new Refusal(`there is no file or folder ${start}: \`path\` has to name a layout file, or a folder of them`);
  }
  if (!kind.isDirectory()) return [{ file: path, text: readFileSync(start, "utf8") }];
  const names = readdirSync(start, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ya?ml|json)$/i.test(name) && !/(^|[\\/])\./.test(name))
    .filter((name) => statSync(join(start, name)).isFile())
    .sort();
  if (names.length === 0) throw new Refusal(`the folder ${start} holds no layout: no *.yaml, *.yml or *.json file`);
  return names.map((name) => ({ file: join(path, name), text: readFileSync(join(start, name), "utf8") }));
}
