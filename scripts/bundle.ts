/**
 * Bundles a program into one executable file for Node.js. Writes the licenses of its packages to NAME.notices.txt, and its SBOM to
 * NAME.cdx.json. Usage: `ts-node scripts/bundle.ts NAME FOLDER`.
 */
import { chmodSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { bundle, programs } from "./programs";
import { writeThirdParty } from "./thirdParty";

async function main([name = "", folder]: readonly string[]): Promise<void> {
  const entry = programs.get(name);
  if (entry === undefined || folder === undefined) {
    throw new Error(`usage: bundle.ts NAME FOLDER, where NAME is one of: ${[...programs.keys()].join(", ")}`);
  }
  const output = join(folder, name);
  const metafile = await bundle(entry, output, { banner: { js: "#!/usr/bin/env node" } });
  writeThirdParty(dirname(output), basename(output), metafile);
  chmodSync(output, 0o755);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
