import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

// Plays many more random histories than the tests do, other ones each time.

const everything = ["memberships", "rosters", "mixed", "connectMemberships", "connectRosters", "connectMixed"];
/** Some of them, with a comma between. */
const files = process.env.SOAK_FILES?.split(",") ?? everything;
const sequences = Number(process.env.SOAK_SEQUENCES ?? 50_000);
const minutes = Number(process.env.SOAK_MINUTES ?? 60);
const seed = Number(process.env.SOAK_SEED ?? randomInt(2 ** 31));

const report = z.object({ sequences: z.number(), endings: z.record(z.string(), z.number()) });

const folder = mkdtempSync(join(tmpdir(), "peridio-soak-"));
console.log(
  `${sequences} sequences, at most ${minutes} minutes, seed ${seed}. The same again: make soak SOAK_SEED=${seed}`,
);
const { status } = spawnSync(
  "node_modules/.bin/jest",
  [
    ...["--selectProjects", "fast", "--testPathPatterns", `provider/test/property/(${files.join("|")})`],
    // All at once, whatever the number of processors: they share one time.
    `--maxWorkers=${files.length}`,
  ],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      PROPERTY_SEED: String(seed),
      PROPERTY_SEQUENCES: String(Math.ceil(sequences / files.length)),
      PROPERTY_MINUTES: String(minutes),
      PROPERTY_REPORTS: folder,
    },
  },
);
const reports = readdirSync(folder).map((name) => {
  const { sequences, endings } = report.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
  const list = Object.entries(endings).map(([ending, times]) => `${times} ${ending}`);
  console.log(`${name.replace(".json", "")}: ${sequences} sequences: ${list.join(", ")}`);
  return sequences;
});
rmSync(folder, { recursive: true });
console.log(`${reports.reduce((sum, count) => sum + count, 0)} sequences in all, seed ${seed}`);
process.exitCode = status ?? 1;
