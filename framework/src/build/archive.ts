import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { create } from "tar";

/** The time of every file in a release. npm sets the same one. */
export const releaseTime = new Date("1985-10-26T08:15:00Z");

/** Returns the files of a folder tree as sorted paths with slashes, equal on every system. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Sets modes that do not depend on the umask of the checkout. */
export function setModes(folder: string, files: readonly string[] = listFiles(folder)): void {
  for (const file of files.map((name) => join(folder, name))) {
    const isExecutable = (statSync(file).mode & 0o100) !== 0;
    chmodSync(file, isExecutable ? 0o755 : 0o644);
  }
}

/** Packs files of a folder. The archive depends only on their names, their contents and the executable bit. */
export async function pack(file: string, folder: string, files: readonly string[]): Promise<void> {
  setModes(folder, files);
  await create({ file, cwd: folder, gzip: { level: 6 }, portable: true, mtime: releaseTime }, [...files].sort());
}

/** Writes the file SHA256SUMS for `sha256sum --check`. */
export function writeChecksums(folder: string): void {
  const lines = listFiles(folder).map((file) => {
    const sum = createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
    return `${sum}  ${file}\n`;
  });
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
}
