import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/program";
import { fakeTerminal } from "../support/terminal";

/** Runs `peridio-gitops review --json`. Rejects if the review fails. */
export function reviewOf(previews: readonly string[], rules = ""): Promise<string> {
  return runWith({ ...withFiles(previews), "access-rules.yaml": rules }, (folder) => [
    "review",
    ...previews.map((_, index) => join(folder, `${index}.json`)),
    ...(rules === "" ? [] : ["--rules", join(folder, "access-rules.yaml")]),
  ]);
}

/** Runs `peridio-gitops who --json` about a project or cohort after the change. Rejects if the command fails. */
export function whoOf(preview: string, organization: string, path: string): Promise<string> {
  return runWith(withFiles([preview]), (folder) => [
    "who",
    ...["--preview", join(folder, "0.json")],
    ...["--organization", organization, "--project", path],
  ]);
}

function withFiles(previews: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(previews.map((text, index) => [`${index}.json`, text]));
}

async function runWith(
  files: Readonly<Record<string, string>>,
  toArguments: (folder: string) => string[],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const terminal = fakeTerminal();
    await run([...toArguments(folder), "--json"], terminal);
    if (terminal.printed() === "") throw new Error(terminal.said());
    return terminal.printed();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
