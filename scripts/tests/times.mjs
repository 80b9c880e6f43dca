/**
 * Prints what the last run of Jest spent its time on: for each kind and each file, its seconds and the programs that it started.
 * With --record, also writes the seconds of the files into seconds.json, for the order and the shards of the next runs.
 */
import console from "node:console";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { kinds } from "./kinds.mjs";

const root = join(import.meta.dirname, "../..");
const recorded = join(import.meta.dirname, "seconds.json");
const results = join(root, "dist/tests.json");

function main() {
  if (!existsSync(results)) {
    console.error("No run is recorded in dist/tests.json. Run: make test");
    process.exitCode = 1;
    return;
  }
  const { files, failed, isNightly, hasNamePattern } = JSON.parse(readFileSync(results, "utf8"));
  const groups = kinds.map(({ name }) =>
    summarize(
      name,
      files.filter(({ kind }) => kind === name),
    ),
  );
  print(
    [...groups.filter(({ files }) => files > 0), summarize("all", files)].map(({ files, ...row }) => ({
      ...row,
      name: `${row.name} (${files} files)`,
    })),
  );
  console.log();
  print(files.map(({ path, ...row }) => ({ ...row, name: path })));
  if (!process.argv.includes("--record")) return;
  if (failed > 0 || hasNamePattern) {
    console.error("The run has failures, or contains only tests with some names. Its times are not recorded.");
    process.exitCode = 1;
    return;
  }
  record(files.filter((file) => isComplete(file, isNightly)));
}

/** Returns true if all tests of a file ran as usual: in `make test-all`, daily tests have more cases. */
function isComplete({ kind, tests }, isNightly) {
  return isNightly === (kind === "nightly") && tests.every(({ status }) => status === "passed");
}

/** Keeps the former seconds of all other files. */
function record(files) {
  const former = existsSync(recorded) ? JSON.parse(readFileSync(recorded, "utf8")) : {};
  const measured = Object.fromEntries(files.map(({ path, seconds }) => [path, Math.round(seconds)]));
  const slow = Object.entries({ ...former, ...measured }).filter(
    ([path, seconds]) => seconds > 1 && existsSync(join(root, path)),
  );
  const sorted = slow.toSorted(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(recorded, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

function summarize(name, files) {
  const starts = {};
  for (const file of files)
    for (const [program, count] of Object.entries(file.starts)) starts[program] = (starts[program] ?? 0) + count;
  return { name, files: files.length, seconds: sum(files, "seconds"), cpuSeconds: sum(files, "cpuSeconds"), starts };
}

function sum(files, key) {
  return files.reduce((total, file) => total + file[key], 0);
}

/** Prints rows, those with the most seconds first. */
function print(rows) {
  console.log(["seconds", "CPU", "", "starts"].map((title, column) => title.padStart(column < 2 ? 8 : 0)).join(" "));
  for (const { name, seconds, cpuSeconds, starts } of rows.toSorted((one, other) => other.seconds - one.seconds)) {
    const programs = Object.entries(starts).sort(([, one], [, other]) => other - one);
    const counts = programs.map(([program, count]) => `${count} ${program}`).join(", ");
    console.log(
      `${seconds.toFixed(1).padStart(8)} ${cpuSeconds.toFixed(1).padStart(8)}  ${name}${counts === "" ? "" : `: ${counts}`}`,
    );
  }
}

main();
