import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { stateSchema, type StoredState } from "./apis/connect/stateSchema";

/** Returns undefined if the file does not exist. Throws if its content is not an emulator's data. */
export function readDataFile(file: string): StoredState | undefined {
  if (!existsSync(file)) return undefined;
  const result = stateSchema.safeParse(parseJson(readFileSync(file, "utf8")));
  if (result.success) return result.data;
  const reasons = z.prettifyError(result.error).replaceAll("\n", " ");
  throw new Error(
    `${file} does not contain an emulator's data: ${reasons}. Set --data to another file, or move this file.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes temporary files of a killed emulator, because they contain API keys. */
export function removeTemporaryFiles(file: string): void {
  const [folder, prefix] = [dirname(file), `${basename(file)}.`];
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && /^\d+\.tmp$/.test(name.slice(prefix.length))) rmSync(join(folder, name));
  }
}

/** Saves data to a file. Replaces the file atomically, and writes once for changes in quick succession. */
export class DataFile {
  #isStale = false;
  #writing: Promise<void> | undefined;

  constructor(
    private readonly file: string,
    private readonly data: () => StoredState,
  ) {}

  /** Resolves when the file contains the present data. Rejects if it cannot be written. */
  save(): Promise<void> {
    this.#isStale = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const temporary = `${this.file}.${process.pid}.tmp`;
      // Private, because it contains API keys.
      await writeFile(temporary, JSON.stringify(this.data()), { mode: 0o600, flush: true });
      await rename(temporary, this.file);
    }
  }
}
