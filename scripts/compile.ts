/**
 * Compiles a program into an executable that contains its runtime. Usage: `ts-node scripts/compile.ts NAME [FOLDER] [PLATFORM]`, by
 * default bin/ and this machine's platform.
 */
import { join } from "node:path";
import { compileProgram, isPlatform, platforms, thisPlatform } from "#framework/build";
import { version } from "../package.json";
import { getProgramOptions, programs } from "./programs";

const [name = "", folder = join(__dirname, "../bin"), platform = thisPlatform] = process.argv.slice(2);
const entry = programs.get(name);
if (entry === undefined || !isPlatform(platform)) {
  console.error(
    `usage: compile.ts NAME [FOLDER] [PLATFORM]. NAME is one of: ${[...programs.keys()].join(", ")}. ` +
      `PLATFORM is one of: ${platforms.join(", ")}.`,
  );
  process.exitCode = 2;
} else {
  compileProgram(getProgramOptions(entry), { file: name, version }, folder, platform).catch((error: unknown) => {
    console.error(`cannot compile ${entry}:`, error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
