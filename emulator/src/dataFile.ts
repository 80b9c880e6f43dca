import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { stateSchema, type State } from "./state";

/** The data of the file, or undefined if there is no such file. Throws, and leaves the file alone, if it is broken. */
export function readData(file: string): State | undefined {
  if (!existsSync(file)) return undefined;
  const result = stateSchema.safeParse(parsed(readFileSync(file, "utf8")));
  if (result.success) return result.data;
  const reasons = z.prettifyError(result.error).replaceAll("\n", " ");
  throw new Error(`${file} does not hold an emulator's data (${reasons}). Name another file, or move this one away.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes the temporary files of killed saves. Like the file, they hold API keys. */
export function removeDrafts(file: string): void {
  const [folder, prefix] = [dirname(file), `${basename(file)}.`];
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && /^\d+\.tmp$/.test(name.slice(prefix.length))) rmSync(join(folder, name));
  }
}

/** Keeps a file in step with the data: whole or not at all, and once for changes that come close together. */
export class DataFile {
  #stale = false;
  #writing: Promise<void> | undefined;

  constructor(
    private readonly file: string,
    private readonly data: () => State,
  ) {}

  /** Says that the data has changed. @returns when the file has it; rejects if it cannot be written */
  save(): Promise<void> {
    this.#stale = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      const draft = `${this.file}.${process.pid}.tmp`;
      // API keys are in it.
      await writeFile(draft, JSON.stringify(this.data()), { mode: 0o600, flush: true });
      await rename(draft, this.file);
    }
  }
}
