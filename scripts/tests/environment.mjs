import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { appendFileSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers";
import { TestEnvironment } from "jest-environment-node";
import { measureLoop } from "./calibration.mjs";

/**
 * Records what a test file costs: its CPU time, the programs that it starts asynchronously, and how fast the machine is at this time. The
 * reporter names the file of records.
 */
export default class Environment extends TestEnvironment {
  #path;
  #starts = {};
  #onStart = ({ process: child }) => {
    // Node.js sets these properties after this event.
    if (child !== undefined) setImmediate(() => this.#count(child));
  };
  #loopMilliseconds = measureLoop();
  #start = readCpuSeconds();

  constructor(config, context) {
    super(config, context);
    this.#path = context.testPath;
    subscribe("child_process", this.#onStart);
  }

  async teardown() {
    await super.teardown();
    unsubscribe("child_process", this.#onStart);
    const records = process.env.TEST_RECORDS;
    if (records === undefined) return;
    const cpuSeconds = readCpuSeconds() - this.#start;
    const record = { path: this.#path, cpuSeconds, starts: this.#starts, loopMilliseconds: this.#loopMilliseconds };
    appendFileSync(records, `${JSON.stringify(record)}\n`);
  }

  #count({ spawnfile, spawnargs }) {
    const name = nameProgram(spawnfile, spawnargs);
    this.#starts[name] = (this.#starts[name] ?? 0) + 1;
  }
}

/** Returns the name of a program; of a script, the name of the script, such as `npm`. */
function nameProgram(file, args) {
  const name = basename(file);
  const script = args.slice(1).find((arg) => /^\S*(?:\.[cm]?[jt]s|\/bin\/[\w-]+)$/.test(arg));
  return name === "node" && script !== undefined ? basename(script) : name;
}

/** Returns the CPU time of this process, and on Linux of its ended children and their children. */
function readCpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + readChildSeconds();
}

function readChildSeconds() {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync("/proc/self/stat", "utf8");
  // The name of the process can contain spaces. Behind it, the fields 16 and 17 hold hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
