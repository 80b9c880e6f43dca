/**
 * Compiles a program into an executable that contains its runtime: NAME, or NAME.exe for Windows. Writes the licenses of its packages
 * to NAME.notices.txt, and its SBOM to NAME.cdx.json. Usage: `ts-node scripts/compile.ts NAME [FOLDER] [PLATFORM]`, by default bin/ and
 * this machine's platform.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, programs } from "./programs";
import { compiler, fetchRuntime, isPlatform, platforms, runtime, thisPlatform, type Platform } from "./compile/runtime";
import { writeThirdParty } from "./thirdParty";

const root = join(__dirname, "..");

async function compile(name: string, entry: string, folder: string, platform: Platform): Promise<void> {
  const runtimePath = await fetchRuntime(platform);
  mkdirSync(join(root, "dist"), { recursive: true });
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(root, "dist/compile-"));
  try {
    // Bun would insert the path of this folder, and equal sources would not make equal files.
    const define = { __dirname: '"/"', __filename: '"/program.js"' };
    const metafile = await bundle(entry, join(scratch, "program.js"), { define });
    writeThirdParty(folder, name, metafile, { runtime });
    const executable = join(folder, platform.startsWith("windows") ? `${name}.exe` : name);
    const options = [
      "--compile",
      // Without bytecode, half of the time of a start is the compilation of JavaScript.
      "--bytecode",
      // A program runs in its user's folder, whose files must not change its behaviour.
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
      `--target=bun-${platform}`,
      `--compile-executable-path=${runtimePath}`,
      `--outfile=${executable}`,
    ];
    execFileSync(compiler, ["build", "program.js", ...options], { cwd: scratch, stdio: ["ignore", "pipe", "pipe"] });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const [name = "", folder = join(root, "bin"), platform = thisPlatform] = process.argv.slice(2);
const entry = programs.get(name);
if (entry === undefined || !isPlatform(platform)) {
  console.error(
    `usage: compile.ts NAME [FOLDER] [PLATFORM]. NAME is one of: ${[...programs.keys()].join(", ")}. ` +
      `PLATFORM is one of: ${platforms.join(", ")}.`,
  );
  process.exitCode = 2;
} else {
  compile(name, entry, resolve(folder), platform).catch((error: unknown) => {
    console.error(`cannot compile ${entry}:`, error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
