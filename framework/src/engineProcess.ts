import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The script with which Pulumi starts Node.js for dynamic providers. On most systems, its shell stays between the engine and Node.js. */
const launcher = "pulumi-resource-pulumi-nodejs";

/** A process, as the system describes it. */
interface SystemProcess {
  readonly parent: number;
  readonly command: string;
  /** The start time, in any form. Process ids are reused. */
  readonly started: string;
}

/**
 * Identifies the engine that started this process, also through the launcher of dynamic providers: by its process id and, if the system
 * tells, by its start time.
 */
export function identifyEngine(parent = process.ppid, describe = describeProcess): string {
  const started = describe(parent);
  const engine = started?.command.includes(launcher) === true ? started.parent : parent;
  return `${engine} ${describe(engine)?.started ?? ""}`;
}

/** Describes a process of a POSIX system. Undefined if the system does not tell. */
function describeProcess(id: number): SystemProcess | undefined {
  try {
    if (process.platform === "linux") {
      // The name of the program, in parentheses, may contain spaces. The parent is the fourth field, and the start time the 22nd.
      const fields = readFileSync(`/proc/${id}/stat`, "latin1").replace(/^.*\)/s, "").trim().split(" ");
      const [, parent] = fields;
      return {
        parent: Number(parent),
        command: readFileSync(`/proc/${id}/cmdline`, "latin1"),
        started: fields[19] ?? "",
      };
    }
    const line = execFileSync("ps", ["-o", "ppid=,lstart=,args=", "-p", String(id)], { encoding: "utf8" });
    const [, parent, started = "", command = ""] = /^\s*(\d+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/s.exec(line) ?? [];
    return parent === undefined ? undefined : { parent: Number(parent), command, started };
  } catch {
    return undefined;
  }
}
