import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Copies the files of the repository into a temporary folder, and returns this folder. Installed packages are shared. */
export function copyRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "repository-"));
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"];
  const files = execFileSync("git", list, { encoding: "utf8" }).split("\0").slice(0, -1);
  for (const file of files) cpSync(file, join(folder, file));
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  // make installs packages if this file is newer than the installation.
  utimesSync(join(folder, "package-lock.json"), 0, 0);
  return folder;
}
