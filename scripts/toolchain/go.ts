import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { coerce, gte } from "semver";

/** The installed Go. Its own configuration decides the source of modules. */
export interface Go {
  /** Such as `go1.26.8`. */
  readonly version: string;
}

/**
 * Returns the Go toolchain for the module in `directory`, because Go may use a newer one for a module. Throws if it is missing, or older
 * than the module's `go` directive.
 */
export function findGo(directory: string, goMod: string): Go {
  const minimum = /^go (\S+)$/m.exec(goMod)?.[1] ?? "";
  let version: string;
  try {
    version = runGo(directory, "env", "GOVERSION");
  } catch (cause) {
    throw new Error(`Go is not installed, or go env failed. Install Go ${minimum} or newer.`, { cause });
  }
  if (!isGoAtLeast(version, minimum)) throw new Error(`${version} is too old. Install Go ${minimum} or newer.`);
  return { version };
}

export function isGoAtLeast(version: string, minimum: string): boolean {
  const [installed, required] = [coerce(version), coerce(minimum)];
  return installed !== null && required !== null && gte(installed, required);
}

/** Runs a go command in a directory and returns its output. */
export function runGo(directory: string, ...command: string[]): string {
  return execFileSync("go", command, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/** Compiles without debugging tables, which no one reads. */
export const compilerFlags = "all=-dwarf=false";

/** A compiler that collects its garbage less often needs more memory, and less time. */
const environment = { GOGC: "400" };

/** Builds a package into `file`. Calls `onCompiled` after each compiled package. Rejects with the output of Go. */
export async function buildPackage(
  directory: string,
  pkg: string,
  linkerFlags: string,
  file: string,
  onCompiled: () => void,
): Promise<void> {
  const command = ["build", "-v", "-gcflags", compilerFlags, "-ldflags", linkerFlags, "-o", file, pkg];
  const env = { ...environment, ...process.env };
  const child = spawn("go", command, { cwd: directory, env, stdio: ["ignore", "ignore", "pipe"] });
  const printed: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    printed.push(line);
    onCompiled();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) throw new Error(`go ${command.join(" ")} failed in ${directory}:\n${printed.slice(-20).join("\n")}`);
}

/** A package or module with its pinned version. */
export interface Pin {
  readonly package: string;
  readonly version: string;
}

/** Returns the package of the `tool` directive in a go.mod text, with the version of its module. Throws if either is missing. */
export function findPinnedTool(goMod: string): Pin {
  const tool = /^tool (\S+)$/m.exec(goMod)?.[1];
  if (tool === undefined) throw new Error("go.mod has no tool directive");
  // A module's path is a prefix of its packages' paths. With nested modules, the longest prefix is the right one.
  const [owner] = parseRequirements(goMod)
    .filter(({ module }) => `${tool}/`.startsWith(`${module}/`))
    .sort((a, b) => b.module.length - a.module.length);
  if (owner === undefined) throw new Error(`go.mod requires no module that contains ${tool}`);
  return { package: tool, version: owner.version };
}

/** Returns a module with its version in a go.mod text. Throws if the text does not require it. */
export function findPinnedModule(goMod: string, module: string): Pin {
  const found = parseRequirements(goMod).find((requirement) => requirement.module === module);
  if (found === undefined) throw new Error(`go.mod does not require ${module}`);
  return { package: module, version: found.version };
}

function parseRequirements(goMod: string): { module: string; version: string }[] {
  return [...goMod.matchAll(/^(?:require |\t)(\S+) (v\S+)/gm)].map(([, module = "", version = ""]) => ({
    module,
    version,
  }));
}
