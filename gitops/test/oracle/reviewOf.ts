import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/program";
import { fakeTerminal } from "../support/terminal";

/** Runs `peridio-gitops review --json`. Rejects if the review fails. */
export async function reviewOf(previews: readonly string[], rules = ""): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    const files = previews.map((text, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, text);
      return file;
    });
    const options = [];
    if (rules !== "") {
      const file = join(folder, "access-rules.yaml");
      writeFileSync(file, rules);
      options.push("--rules", file);
    }
    const terminal = fakeTerminal();
    await run(["review", ...files, ...options, "--json"], terminal);
    if (terminal.printed() === "") throw new Error(terminal.said());
    return terminal.printed();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
