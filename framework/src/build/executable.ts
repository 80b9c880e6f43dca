/** Executables of programs for Node.js, which contain their runtime. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BuildOptions } from "esbuild";
import { bundle } from "./bundle";
import { describeRuntime, fetchRuntime, findCompiler, type Platform } from "./runtime";
import { type Program, writeThirdParty } from "./thirdParty";

/**
 * Compiles a program into an executable for a platform: FILE, or FILE.exe for Windows. Writes the licenses of its packages and its SBOM
 * beside it. Equal sources make equal files. The project must have the package `bun`, whose lock file names the checksums of all platforms.
 */
export async function compileProgram(
  options: BuildOptions,
  program: Program,
  folder: string,
  platform: Platform,
): Promise<void> {
  const runtime = await fetchRuntime(platform);
  mkdirSync("dist", { recursive: true });
  const executable = resolve(folder, platform.startsWith("windows") ? `${program.file}.exe` : program.file);
  mkdirSync(dirname(executable), { recursive: true });
  const scratch = mkdtempSync(resolve("dist/compile-"));
  try {
    // Bun would insert the path of this folder, and equal sources would not make equal files.
    const define = { __dirname: '"/"', __filename: '"/program.js"' };
    // Versions of Bun before 1.4.3 lack the function and ignore the flag.
    const footer = { js: "Bun.unsafe.setJITPolicy?.(1);" };
    const metafile = await bundle({ ...options, define, footer, outfile: join(scratch, "program.js") });
    writeThirdParty(folder, program, metafile, describeRuntime());
    const flags = [
      "--compile",
      // Without bytecode, half of the time of a start is the compilation of JavaScript.
      "--bytecode",
      // Most code of a start runs once, so its compilation to machine code costs more time than it saves. The footer restores the default.
      "--compile-jit-policy=8",
      // A program runs in its user's folder, whose files must not change its behaviour.
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
      `--target=bun-${platform}`,
      `--compile-executable-path=${runtime}`,
      `--outfile=${executable}`,
    ];
    execFileSync(findCompiler(), ["build", "program.js", ...flags], {
      cwd: scratch,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
