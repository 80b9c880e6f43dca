import { chmodSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { create } from "tar";
import { made } from "./stage";

/** The files of a folder and its folders, with slashes, in the same order everywhere. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Gives files fixed modes. The modes of a checkout depend on its owner's umask. */
export function settleModes(folder: string, files: readonly string[] = filesIn(folder)): void {
  for (const file of files.map((name) => join(folder, name))) {
    const canBeRun = (statSync(file).mode & 0o100) !== 0;
    chmodSync(file, canBeRun ? 0o755 : 0o644);
  }
}

/** Packs files of a folder. The archive depends on nothing but their names, contents and whether they can be run. */
export async function pack(file: string, folder: string, files: readonly string[]): Promise<void> {
  settleModes(folder, files);
  await create({ file, cwd: folder, gzip: { level: 9 }, portable: true, mtime: made }, [...files].sort());
}
