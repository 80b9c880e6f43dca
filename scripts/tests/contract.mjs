import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/**
 * Replaces the emulator's module of OpenAPI documents by the documents themselves, as the bundler does. Jest keeps the result. Otherwise, each
 * test file would parse them again.
 */
export default {
  process(source, path) {
    const documents = listFiles(source, path).map(([name, file]) => [name, parse(readFileSync(file, "utf8"))]);
    if (documents.length === 0) throw new Error(`${path} reads no document.`);
    const json = JSON.stringify(Object.fromEntries(documents));
    return { code: `exports.documents = JSON.parse(${JSON.stringify(json)});` };
  },
  getCacheKey(source, path, { configString }) {
    const hash = createHash("sha256").update(source).update(configString);
    for (const [, file] of listFiles(source, path)) hash.update(readFileSync(file));
    return hash.digest("hex");
  },
};

/** Returns the names and the files of the documents that the module reads. */
function listFiles(source, path) {
  const calls = source.matchAll(/(\w+): read\("(.+?)"\)/g);
  return [...calls].map(([, name, file]) => [name, join(dirname(path), "../../../api", file)]);
}
