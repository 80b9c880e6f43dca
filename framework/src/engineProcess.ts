import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The script with which Pulumi starts Node.js for dynamic providers. On most systems, its shell stays between the engine and Node.js. */
const launcher = "pulumi-resource-pulumi-nodejs";

interface SystemProcess {
  readonly parent: number;
  readonly command: string;
  /** The start time, in any form. Process ids are reused. */
  readonly started: string;
}

/**
 * Identifies the engine that started this process, also through the launcher of dynamic providers: by its process id and, if the system
 * tells, by its start time. Returns an empty text on Windows, where the parent is the launcher.
 */
export function identifyEngine(
  parent = process.ppid,
  describe = describeProcess,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === "win32") return "";
  const started = describe(parent);
  const engine = started?.command.includes(launcher) === true ? started.parent : parent;
  return `${engine} ${describe(engine)?.started ?? ""}`;
}

/** Describes a process of a POSIX system. Undefined if the system does not tell. */
function describeProcess(id: number): SystemProcess | undefined {
  try {
    return process.platform === "linux" ? readFiles(id) : runPs(id);
  } catch {
    return undefined;
  }
}

/** Describes a process of Linux, without another program. */
export function readFiles(id: number): SystemProcess {
  return {
    ...parseStat(readFileSync(`/proc/${id}/stat`, "latin1")),
    command: readFileSync(`/proc/${id}/cmdline`, "latin1"),
  };
}

/** Parses `/proc/<id>/stat`. The parent is the fourth field, and the start time the 22nd. */
export function parseStat(text: string): Omit<SystemProcess, "command"> {
  // The second field, the name of the program in parentheses, may contain spaces and parentheses.
  const [, , parent, ...others] = text.slice(text.lastIndexOf(")")).split(" ");
  return { parent: Number(parent), started: others[17] ?? "" };
}

/** Describes a process of any POSIX system. */
export function runPs(id: number): SystemProcess | undefined {
  return parsePs(execFileSync("ps", ["-o", "ppid=,lstart=,args=", "-p", String(id)], { encoding: "utf8" }));
}

/** Parses a line of `ps`: the parent, the five words of the start time, and the command. */
export function parsePs(line: string): SystemProcess | undefined {
  const [, parent, started = "", command = ""] = /^\s*(\d+)\s+((?:\S+\s+){4}\S+)\s+(.*)/s.exec(line) ?? [];
  return parent === undefined ? undefined : { parent: Number(parent), command, started };
}
