import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

// The bundler runs this file and puts its exports into the program.

const root = join(__dirname, "../../../..");

/** The files of the repository to copy, by path. */
export const examples: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ".github/workflows/access.yml",
    ".gitlab-ci.yml",
    ".gitea/workflows/access.yml",
    "CODEOWNERS",
    "access-rules.yaml",
    "Pulumi.yaml",
    "layout.yaml",
    "stacks.txt",
  ].map((path) => [path, readFileSync(join(root, "examples/ci", path), "utf8")]),
);

/** The digest of the file that projects at GitLab include. */
export const integrity = `sha256-${createHash("sha256")
  .update(readFileSync(join(root, "templates/access.yml")))
  .digest("base64")}`;

/** The commit of the sources; empty if they are not in a repository. */
export const commit = readCommit();

function readCommit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}
