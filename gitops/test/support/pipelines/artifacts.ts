import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The artifacts of jobs, in a folder by name. */
export class Artifacts {
  constructor(private readonly folder: string) {}

  /** Keeps the files of a folder that match patterns such as `plan-*.json`. @returns their names */
  keep(name: string, folder: string, patterns: readonly string[]): readonly string[] {
    const files = readdirSync(folder).filter((file) => patterns.some((pattern) => isLike(file, pattern)));
    mkdirSync(join(this.folder, name), { recursive: true });
    for (const file of files) cpSync(join(folder, file), join(this.folder, name, file));
    return files;
  }

  /** Puts all files of an artifact into a folder. @throws Error if there are none */
  fetch(name: string, folder: string): void {
    mkdirSync(folder, { recursive: true });
    cpSync(join(this.folder, name), folder, { recursive: true });
  }
}

function isLike(file: string, pattern: string): boolean {
  const [before = "", after] = pattern.split("*");
  return after === undefined ? file === pattern : file.startsWith(before) && file.endsWith(after);
}
