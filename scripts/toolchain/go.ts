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
