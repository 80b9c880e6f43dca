import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

// Runs many more random histories than the tests do, with a new seed each time.

const allFiles = [
  ...["memberships", "rosters", "mixed", "connectMemberships", "connectRosters", "connectMixed"],
  ...["access", "secrets"],
];
/** The names of test files, separated by commas. */
const files = process.env.SOAK_FILES?.split(",") ?? allFiles;
const histories = Number(process.env.SOAK_HISTORIES ?? 50_000);
const minutes = Number(process.env.SOAK_MINUTES ?? 60);
const seed = Number(process.env.SOAK_SEED ?? randomInt(2 ** 31));

const report = z.object({ histories: z.number(), endings: z.record(z.string(), z.number()) });

const folder = mkdtempSync(join(tmpdir(), "peridio-soak-"));
console.log(
  `${histories} histories, at most ${minutes} minutes, seed ${seed}. To repeat them: make soak SOAK_SEED=${seed}`,
);
const { status } = spawnSync(
  "node_modules/.bin/jest",
  [
    ...["--selectProjects", "fast", "--testPathPatterns", `provider/test/property/.*/(${files.join("|")})\\.test`],
    // All files run at the same time, so that they share one time limit.
    `--maxWorkers=${files.length}`,
  ],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      PROPERTY_SEED: String(seed),
      PROPERTY_HISTORIES: String(Math.ceil(histories / files.length)),
      PROPERTY_MINUTES: String(minutes),
      PROPERTY_REPORTS: folder,
    },
  },
);
const reports = readdirSync(folder).map((name) => {
  const { histories: count, endings } = report.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
  const list = Object.entries(endings).map(([ending, times]) => `${times} ${ending}`);
  console.log(`${name.replace(".json", "")}: ${count} histories: ${list.join(", ")}`);
  return count;
});
rmSync(folder, { recursive: true });
console.log(`${reports.reduce((sum, count) => sum + count, 0)} histories in all, seed ${seed}`);
process.exitCode = status ?? 1;
