import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { breaks, type Break } from "./seededBreaks";

/**
 * Breaks the provider on purpose, in one place after the other in a copy of the repository, and runs the random histories. Prints
 * the rule that each break violates. Fails if the histories do not find a break. An argument selects breaks by their description.
 */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "breaks-"));
  try {
    copyRepository(folder);
    const selected = breaks.filter(({ what }) => what.includes(process.argv[2] ?? ""));
    const missed = selected.filter((one) => !isFound(folder, one));
    if (missed.length > 0) process.exitCode = 1;
    console.log(`${selected.length - missed.length} of ${selected.length} breaks found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function copyRepository(folder: string): void {
  const files = execFileSync(
    "git",
    ["ls-files", "-z", "api", "emulator", "framework", "provider", "scripts/tests", "*.json", "*.mjs"],
    {
      encoding: "utf8",
    },
  );
  for (const file of files.split("\0").filter((name) => name !== "")) cpSync(file, join(folder, file));
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
}

function isFound(folder: string, { what, file, from, to, histories }: Break): boolean {
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, source.replace(from, to));
  const jest = ["--selectProjects", "fast", "--testPathPatterns", `provider/test/property/${histories}\\.test`];
  const { stderr, status } = spawnSync(
    join(folder, "node_modules/.bin/jest"),
    [...jest, "--bail", "--rootDir", folder],
    {
      cwd: folder,
      env: { ...process.env, TESTS: "all" },
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  writeFileSync(path, source);
  const rule = /^ +● .*\n\n +(.*)$/m.exec(stderr)?.[1] ?? "";
  console.log(`${status === 0 ? "MISSED" : "found"}: ${what}${status === 0 ? "" : `\n  ${rule}`}`);
  return status !== 0;
}

main();
