/**
 * Bundles a program into one executable file for Node.js, with the licenses of its packages in NAME.notices.txt. Usage:
 * `ts-node scripts/bundle.ts NAME FOLDER`.
 */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collectNotices } from "./notices";
import { bundle, programs } from "./programs";

async function main([name = "", folder]: readonly string[]): Promise<void> {
  const entry = programs.get(name);
  if (entry === undefined || folder === undefined) {
    throw new Error(`usage: bundle.ts NAME FOLDER, where NAME is one of: ${[...programs.keys()].join(", ")}`);
  }
  const output = join(folder, name);
  const metafile = await bundle(entry, output, { banner: { js: "#!/usr/bin/env node" } });
  writeFileSync(`${output}.notices.txt`, collectNotices(metafile));
  chmodSync(output, 0o755);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
