import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, read } from "../guides/markdown";
import { copyRepository } from "./repository";

/** Tests that the steps of a page succeed one after the other, in a copy of the repository. */
export function testWalk(page: string): void {
  const text = readFileSync(page, "utf8");
  let copy: string;
  beforeAll(() => {
    copy = copyRepository();
    // Tests of guides ask Git for the pages.
    execFileSync("git", ["init", "--quiet", copy]);
  });
  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  test.each(read(page, text).blocks.map((block) => [block.at, block] as const))(
    "a contributor can do: %s",
    (_, block) => {
      if (block.shown !== undefined) expect(text).toContain(`\`${block.shown}\``);
      follow(block, copy);
    },
  );
}

/** Does what a block of a page shows: runs commands, writes a file or changes it. */
function follow({ language, code, shown }: Block, copy: string): void {
  if (shown === undefined) {
    expect(language).toBe("bash");
    run(code, copy);
    return;
  }
  const file = join(copy, shown);
  writeFileSync(file, language === "diff" ? changeLines(readFileSync(file, "utf8"), code) : code);
}

/** Runs commands in the copy, without the settings of a `make` and a jest that run this test. Each command after `!` must fail. */
function run(commands: string, copy: string): void {
  const env = {
    ...process.env,
    MAKEFLAGS: undefined,
    MAKELEVEL: undefined,
    JEST_WORKER_ID: undefined,
    TESTED_EXECUTABLE: undefined,
    TESTS: undefined,
  };
  // With `-e`, bash does not end at a command after `!` that succeeds.
  const script = commands.replaceAll(/^! (.+)$/gm, "if $1; then exit 1; fi");
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], { cwd: copy, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${commands}\n${stdout}\n${stderr}`);
}

/**
 * Changes a text as a block shows: inserts each line with a `+` below the line before it, and removes each line with a `-`. The text
 * contains the first of the other lines once, and the next ones below it.
 */
function changeLines(content: string, diff: string): string {
  const lines = content.split("\n");
  let at = -1;
  for (const line of diff.split("\n").filter((one) => one !== "")) {
    const words = line.slice(1);
    if (line.startsWith("+")) {
      lines.splice((at += 1), 0, words);
      continue;
    }
    // The widths of a table's columns follow its longest cells.
    const matches = lines.flatMap((one, index) => (index > at && squeeze(one) === squeeze(words) ? [index] : []));
    if (at === -1) expect(matches).toHaveLength(1);
    else expect(matches).not.toEqual([]);
    at = matches[0] ?? 0;
    if (line.startsWith("-")) lines.splice(at--, 1);
  }
  return lines.join("\n");
}

/** Returns the line with one blank for each gap. */
function squeeze(line: string): string {
  return line.trim().replaceAll(/\s+/g, " ");
}
