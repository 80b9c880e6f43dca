import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bin } from "./program";

/** A copy of the plugin in a separate folder. Its launcher writes process ids, so that a test can kill it. */
export class NotedPlugin {
  private constructor(
    readonly folder: string,
    private readonly ids: string,
  ) {}

  static async in(parent: string): Promise<NotedPlugin> {
    const folder = join(parent, "plugin");
    const [launcher, ids] = [join(folder, "pulumi-resource-peridio"), join(folder, "ids")];
    await mkdir(folder);
    await writeFile(launcher, `#!/bin/sh\necho $$ >> "${ids}"\nexec "${bin}/pulumi-resource-peridio" "$@"\n`, {
      mode: 0o755,
    });
    return new NotedPlugin(folder, ids);
  }

  /** Kills it. A program may start its plugin more than once; those that have ended are no concern. */
  async kill(): Promise<void> {
    for (const id of (await readFile(this.ids, "utf8")).trim().split("\n")) kill(Number(id));
  }
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
