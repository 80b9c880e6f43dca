import console from "node:console";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { findKind, kinds } from "./kinds.mjs";

const root = join(import.meta.dirname, "../..");
const results = join(root, "dist/tests.json");

/** Writes dist/tests.json, prints the time of each kind of tests, and after a failure what to do next. */
export default class Reporter {
  constructor(globalConfig) {
    this.isPart = globalConfig.testNamePattern !== undefined && globalConfig.testNamePattern !== "";
    this.records = join(root, `dist/test-usage-${process.pid}.ndjson`);
  }

  onRunStart() {
    mkdirSync(join(root, "dist"), { recursive: true });
    rmSync(this.records, { force: true });
    // Jest starts its workers after this event, with this environment.
    process.env.TEST_USAGE = this.records;
  }

  onRunComplete(_, run) {
    const { usage, missing } = readRecords(this.records);
    rmSync(this.records, { force: true });
    const files = run.testResults.map((file) => describeFile(file, usage));
    const { numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: broken } = run;
    const skipped = run.numPendingTests + run.numTodoTests;
    writeFileSync(results, JSON.stringify({ passed, failed: failed + broken, skipped, files }, null, 2));
    printKinds(files);
    // With a pattern of names, Jest also counts the tests with other names.
    if (skipped > 0 && !this.isPart) printSkipped(skipped, missing);
    const failures = files.filter(({ tests, isBroken }) => isBroken || tests.some(({ status }) => status === "failed"));
    if (failures.length > 0) printRemedy(failures);
  }
}

function readRecords(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  const records = lines.map((line) => JSON.parse(line));
  return {
    usage: new Map(records.filter(({ path }) => path !== undefined).map((record) => [record.path, record])),
    missing: new Set(records.flatMap(({ missing }) => missing ?? [])),
  };
}

function describeFile({ testFilePath, perfStats, testResults, testExecError }, usage) {
  const path = relative(root, testFilePath);
  const { cpuSeconds = 0, starts = {} } = usage.get(testFilePath) ?? {};
  return {
    path,
    kind: findKind(path).name,
    seconds: (perfStats.end - perfStats.start) / 1000,
    cpuSeconds,
    starts,
    isBroken: testExecError !== undefined,
    tests: testResults.map(({ fullName, status, duration }) => ({
      name: fullName,
      status,
      seconds: (duration ?? 0) / 1000,
    })),
  };
}

function printKinds(files) {
  const rows = kinds.flatMap(({ name, seconds }) => {
    const own = files.filter(({ kind }) => kind === name);
    if (own.length === 0) return [];
    const used = own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    const budget = seconds === undefined ? "" : ` of ${seconds}`;
    return [`  ${name.padEnd(12)} ${String(Math.round(used)).padStart(5)}${budget}`];
  });
  const without = process.platform === "linux" ? "" : ", without the programs that tests start";
  console.error(["", `Seconds of CPU time by kind${without}, and the budget of make test:`, ...rows].join("\n"));
}

function printSkipped(count, missing) {
  const number = count === 1 ? "1 test is" : `${count} tests are`;
  const reason = missing.size === 0 ? "." : ", because this machine lacks:";
  console.error(["", `${number} skipped${reason}`, ...[...missing].map((what) => `  ${what}`)].join("\n"));
}

function printRemedy(failures) {
  const paths = failures.map(({ path }) => path);
  const some = paths.slice(0, 5);
  const number = paths.length === 1 ? "1 test file" : `${paths.length} test files`;
  const object = paths.length === 1 ? "the file" : some.length < paths.length ? "five of them" : "the files";
  const variables = ["TESTS", "TESTED_EXECUTABLE", "PROPERTY_SEED", "ORACLE_SEED"].flatMap((name) =>
    process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`],
  );
  console.error(
    [
      "",
      `${number} failed. The first ● above shows the first failure. Run ${object} again:`,
      `  ${[...variables, "npx jest --runTestsByPath", ...some].join(" ")}`,
    ].join("\n"),
  );
}
