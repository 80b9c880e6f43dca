import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { appendFileSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers";
import { ModernFakeTimers } from "@jest/fake-timers";
import { ModuleMocker } from "jest-mock";
import { measureLoop } from "./calibration.mjs";

/**
 * Runs a test file in the globals of its process, and then restores what tests change of the process. Records what the file costs: its CPU
 * time, the programs that it starts asynchronously, and how fast the machine is at this time. The reporter names the file of records.
 */
export default class Environment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimersModern;
  #path;
  #starts = {};
  #onStart = ({ process: child }) => {
    // Node.js sets these properties after this event.
    if (child !== undefined) setImmediate(() => this.#count(child));
  };
  #former = { env: { ...process.env }, directory: process.cwd(), exit: process.exit, console: globalThis.console };
  #loopMilliseconds = measureLoop();
  #start = readCpuSeconds();

  constructor({ projectConfig }, { testPath }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    this.#path = testPath;
    subscribe("child_process", this.#onStart);
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.#restore();
    unsubscribe("child_process", this.#onStart);
    const records = process.env.TEST_RECORDS;
    if (records === undefined) return;
    const cpuSeconds = readCpuSeconds() - this.#start;
    const record = { path: this.#path, cpuSeconds, starts: this.#starts, loopMilliseconds: this.#loopMilliseconds };
    appendFileSync(records, `${JSON.stringify(record)}\n`);
  }

  exportConditions() {
    return ["node", "node-addons"];
  }

  /** Jest requires this method. Test files run in the context of the process. */
  getVmContext() {
    return null;
  }

  #restore() {
    const { env, directory, exit, console } = this.#former;
    process.chdir(directory);
    process.exit = exit;
    globalThis.console = console;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
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
