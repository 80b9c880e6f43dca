import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { coerce, gte } from "semver";

/** Go as this machine has it set up; nothing here chooses where modules come from. */
export interface Go {
  /** Such as `go1.26.8`. */
  readonly version: string;
}

/**
 * Asks for Go as the module in `directory` gets it, since Go may switch to a newer toolchain for a module.
 * Throws if it is missing, or older than the module's `go` directive.
 */
export function findGo(directory: string, goMod: string): Go {
  const wanted = /^go (\S+)$/m.exec(goMod)?.[1] ?? "";
  let version: string;
  try {
    version = goOutput(directory, "env", "GOVERSION");
  } catch (cause) {
    throw new Error(`Go is not to be found: install Go ${wanted} or newer`, { cause });
  }
  if (!isGoAtLeast(version, wanted)) throw new Error(`${version} is too old: install Go ${wanted} or newer`);
  return { version };
}

export function isGoAtLeast(version: string, wanted: string): boolean {
  const [has, needs] = [coerce(version), coerce(wanted)];
  return has !== null && needs !== null && gte(has, needs);
}

/** What a go command run in the directory prints. */
export function goOutput(directory: string, ...command: string[]): string {
  return execFileSync("go", command, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/** Builds a package into `file`; `onCompiled` is called after each package compiled. Rejects with what Go printed. */
export async function goBuild(
  directory: string,
  pkg: string,
  linkerFlags: string,
  file: string,
  onCompiled: () => void,
): Promise<void> {
  const command = ["build", "-v", "-ldflags", linkerFlags, "-o", file, pkg];
  const child = spawn("go", command, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
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

/** The package that a Go module's `tool` directive names, at the version that its `require` directives pin. */
export interface Pin {
  readonly package: string;
  readonly version: string;
}

/** Throws if the go.mod text names no tool, or not the version of the tool's module. */
export function pinnedTool(goMod: string): Pin {
  const tool = /^tool (\S+)$/m.exec(goMod)?.[1];
  if (tool === undefined) throw new Error("go.mod has no tool directive");
  // A module's path is a prefix of its packages' paths; nested modules make the longest prefix the right one.
  const [owner] = requirements(goMod)
    .filter(({ module }) => `${tool}/`.startsWith(`${module}/`))
    .sort((a, b) => b.module.length - a.module.length);
  if (owner === undefined) throw new Error(`go.mod requires no module that holds ${tool}`);
  return { package: tool, version: owner.version };
}

/** Throws if the go.mod text does not require the module. */
export function pinnedModule(goMod: string, module: string): Pin {
  const found = requirements(goMod).find((requirement) => requirement.module === module);
  if (found === undefined) throw new Error(`go.mod does not require ${module}`);
  return { package: module, version: found.version };
}

function requirements(goMod: string): { module: string; version: string }[] {
  return [...goMod.matchAll(/^(?:require |\t)(\S+) (v\S+)/gm)].map(([, module = "", version = ""]) => ({
    module,
    version,
  }));
}
