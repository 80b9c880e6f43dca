/**
 * Bundles a program into one executable file for Node.js. Writes the licenses of its packages to NAME.notices.txt, and its SBOM to
 * NAME.cdx.json. Usage: `ts-node scripts/bundle.ts NAME FOLDER`.
 */
import { basename, dirname, join, resolve } from "node:path";
import { bundleProgram, writeThirdParty } from "#framework/build";
import { version } from "../package.json";
import { getProgramOptions, programs } from "./programs";

async function main([name = "", folder]: readonly string[]): Promise<void> {
  const entry = programs.get(name);
  if (entry === undefined || folder === undefined) {
    throw new Error(`usage: bundle.ts NAME FOLDER, where NAME is one of: ${[...programs.keys()].join(", ")}`);
  }
  const outfile = resolve(join(folder, name));
  const metafile = await bundleProgram({ ...getProgramOptions(entry), outfile });
  writeThirdParty(dirname(outfile), { file: basename(outfile), version }, metafile);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
