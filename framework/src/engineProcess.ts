import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The script with which Pulumi starts Node.js for dynamic providers. On most systems, its shell stays between the engine and Node.js. */
const launcher = "pulumi-resource-pulumi-nodejs";

/** A process, as the system describes it. */
interface SystemProcess {
  readonly parent: number;
  readonly command: string;
}

/** Returns the process id of the engine that started this process, also through the launcher of dynamic providers. */
export function findEngineProcess(parent = process.ppid, describe = describeProcess): number {
  const started = describe(parent);
  return started?.command.includes(launcher) === true ? started.parent : parent;
}

/** Describes a process of a POSIX system. Undefined if the system does not tell. */
function describeProcess(id: number): SystemProcess | undefined {
  try {
    if (process.platform === "linux") {
      // The name of the program, in parentheses, may contain spaces.
      const fields = readFileSync(`/proc/${id}/stat`, "latin1").replace(/^.*\)/s, "").trim().split(" ");
      return { parent: Number(fields[1]), command: readFileSync(`/proc/${id}/cmdline`, "latin1") };
    }
    const [, parent, command = ""] =
      /^\s*(\d+)\s+(.*)$/s.exec(execFileSync("ps", ["-o", "ppid=,args=", "-p", String(id)], { encoding: "utf8" })) ??
      [];
    return parent === undefined ? undefined : { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}
