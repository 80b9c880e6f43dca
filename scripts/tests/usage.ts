import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** Records what a test file costs: the CPU time, and the programs that it starts. The reporter names the file of records. */

const records = process.env.TEST_USAGE;
const children: ChildProcess[] = [];
const start = readCpuSeconds();

subscribe("child_process", (message) => {
  if (isStart(message)) children.push(message.process);
});

afterAll(() => {
  if (records === undefined) return;
  const starts: Record<string, number> = {};
  for (const { spawnfile, spawnargs } of children) {
    const name = nameProgram(spawnfile, spawnargs);
    starts[name] = (starts[name] ?? 0) + 1;
  }
  const { testPath } = expect.getState();
  appendFileSync(records, `${JSON.stringify({ path: testPath, cpuSeconds: readCpuSeconds() - start, starts })}\n`);
});

function isStart(message: unknown): message is { readonly process: ChildProcess } {
  return typeof message === "object" && message !== null && "process" in message;
}

/** Returns the name of a program; of a script, the name of the script, such as `npm`. */
function nameProgram(file: string, args: readonly string[]): string {
  const name = basename(file);
  const script = args.slice(1).find((arg) => /^[^\s]*(?:\.[cm]?[jt]s|\/bin\/[\w-]+)$/.test(arg));
  return name === "node" && script !== undefined ? basename(script) : name;
}

/** Returns the CPU time of this process, and on Linux of its ended children and their children. */
function readCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + readChildSeconds();
}

function readChildSeconds(): number {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync("/proc/self/stat", "utf8");
  // The name of the process can contain spaces. Behind it, the fields 16 and 17 hold hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
