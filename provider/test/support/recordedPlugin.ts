import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bin } from "./program";

/** A copy of the plugin in a separate folder. Its launcher writes process ids, so that a test can kill it. */
export class RecordedPlugin {
  private constructor(
    readonly folder: string,
    private readonly ids: string,
  ) {}

  /** With `staysParent`, the launcher outlives the engine, so that the plugin keeps its parent. */
  static async in(parent: string, { staysParent = false } = {}): Promise<RecordedPlugin> {
    const folder = join(parent, "plugin");
    const [launcher, ids] = [join(folder, "pulumi-resource-peridio"), join(folder, "ids")];
    await mkdir(folder);
    const plugin = `"${bin}/pulumi-resource-peridio" "$@"`;
    const lines = staysParent
      ? [`${plugin} &`, `echo $! >> "${ids}"`, "wait"]
      : [`echo $$ >> "${ids}"`, `exec ${plugin}`];
    await writeFile(launcher, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
    return new RecordedPlugin(folder, ids);
  }

  /** Resolves when no started plugin runs. */
  async waitForEnd(): Promise<void> {
    const isRunning = async () => (await this.#list()).some((id) => isSent(id, 0));
    while (await isRunning()) await sleep(20);
  }

  /** Kills it. A program may start its plugin more than once; those that have ended are no concern. */
  async kill(): Promise<void> {
    for (const id of await this.#list()) isSent(id, "SIGKILL");
  }

  async #list(): Promise<readonly number[]> {
    return (await readFile(this.ids, "utf8")).split("\n").filter(Boolean).map(Number);
  }
}

/** Sends a signal. Returns false if there is no such process. */
function isSent(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    // An error of Node.js is no instance of the `Error` of a test.
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
