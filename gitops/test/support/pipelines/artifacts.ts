import { cpSync, mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The artifacts of jobs, in a folder by name. */
export class Artifacts {
  constructor(private readonly folder: string) {}

  /** Keeps folders, with their paths from `root`. @throws Error if a folder does not exist */
  keep(name: string, root: string, folders: readonly string[]): void {
    for (const folder of folders) {
      cpSync(folder, join(this.folder, name, relative(root, folder)), { recursive: true });
    }
  }

  /** Puts all files of an artifact into a folder. @throws Error if there are none */
  fetch(name: string, folder: string): void {
    mkdirSync(folder, { recursive: true });
    cpSync(join(this.folder, name), folder, { recursive: true });
  }
}

/** Returns the root of an artifact of GitHub: the folder itself, or the folder that contains all folders. */
export function findRoot(folders: readonly string[]): string {
  const [first = "", ...more] = folders;
  if (more.length === 0) return first;
  const parent = dirname(first);
  if (more.some((folder) => dirname(folder) !== parent)) throw new Error(`no common folder: ${folders.join(", ")}`);
  return parent;
}
