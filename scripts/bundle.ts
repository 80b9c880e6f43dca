/**
 * Bundles a program into a folder, so that it needs only Node.js. The folder gets NAME.js with the files that it reads, the licenses in
 * NAME.notices.txt, and two launchers: NAME for Unix and NAME.cmd for Windows. For a program that starts often, NAME.js loads
 * NAME.bundle.js and keeps Node.js's compiled code beside it. Usage: `ts-node scripts/bundle.ts NAME [FOLDER]`, by default bin/.
 */
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { build, formatMessages } from "esbuild";
import { collectNotices } from "./notices";
import { getProgramOptions, programs, type Program } from "./programs";

const root = join(__dirname, "..");

async function bundle(name: string, program: Program, folder: string): Promise<void> {
  const { assets, isKept } = program;
  const output = join(folder, name);
  const { warnings, metafile } = await build({ ...getProgramOptions(program), outfile: `${output}.js` });
  // esbuild warns about imports that it cannot resolve. They would be missing at run time.
  if (warnings.length > 0) throw new Error((await formatMessages(warnings, { kind: "warning" })).join(""));
  if (isKept) putLoader(output);
  writeFileSync(`${output}.notices.txt`, collectNotices(metafile));
  for (const asset of assets) copyFileSync(join(root, asset), join(folder, basename(asset)));
  copyFileSync(join(__dirname, "launcher.cmd"), `${output}.cmd`);
  // The launcher comes last, because make compares its time with the sources.
  copyFileSync(join(__dirname, "launcher.sh"), output);
  chmodSync(output, 0o755);
}

/** Replaces the bundle with the loader. The last line of the moved bundle is its hash. */
function putLoader(output: string): void {
  const folder = dirname(output);
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${basename(output)}.`) && file.endsWith(".cache"))
      rmSync(join(folder, file), { recursive: true });
  }
  const text = readFileSync(`${output}.js`);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  writeFileSync(`${output}.bundle.js`, `${text.toString("latin1")}\n//${hash}\n`, "latin1");
  copyFileSync(join(__dirname, "loader.cjs"), `${output}.js`);
}

const [name = "", folder = join(root, "bin")] = process.argv.slice(2);
const program = programs.get(name);
if (program === undefined) {
  console.error(`usage: bundle.ts NAME [FOLDER], where NAME is one of: ${[...programs.keys()].join(", ")}`);
  process.exitCode = 2;
} else {
  bundle(name, program, resolve(folder)).catch((error: unknown) => {
    console.error(`cannot bundle ${program.entry}:`, error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
