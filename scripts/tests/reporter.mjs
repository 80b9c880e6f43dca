import console from "node:console";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { referenceMilliseconds } from "./calibration.mjs";
import { findKind, kinds } from "./kinds.mjs";

const root = join(import.meta.dirname, "../..");
const results = join(root, "dist/tests.json");
const isNightly = process.env.TESTS === "all";

/**
 * Writes dist/tests.json, prints the time of each kind of tests, and after a failure what to do next. No run fails because of a budget: a
 * processor that is shared or changes its speed slows some tests down more than the loop.
 */
export default class Reporter {
  constructor(globalConfig) {
    const { testNamePattern, testPathPatterns, shard } = globalConfig;
    /** With a pattern of names, Jest counts the tests with other names as skipped. */
    this.hasNamePattern = (testNamePattern ?? "") !== "";
    this.isPart = this.hasNamePattern || testPathPatterns.isSet() || shard !== undefined;
    this.records = join(root, `dist/test-records-${process.pid}.ndjson`);
  }

  onRunStart() {
    mkdirSync(join(root, "dist"), { recursive: true });
    rmSync(this.records, { force: true });
    // Jest starts its workers after this event, with this environment.
    process.env.TEST_RECORDS = this.records;
  }

  onRunComplete(_, run) {
    const { usage, remedies, loops } = readRecords(this.records);
    rmSync(this.records, { force: true });
    const files = run.testResults.map((file) => describeFile(file, usage));
    const { numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: broken } = run;
    const skipped = run.numPendingTests + run.numTodoTests;
    const runs = { passed, failed: failed + broken, skipped, isNightly, hasNamePattern: this.hasNamePattern, files };
    writeFileSync(results, JSON.stringify(runs, null, 2));
    if (!this.isPart) printKinds(files, median(loops) / referenceMilliseconds);
    if (skipped > 0 && !this.hasNamePattern) printSkipped(skipped, remedies);
    const failures = files.filter(({ tests, isBroken }) => isBroken || tests.some(({ status }) => status === "failed"));
    if (failures.length > 0) printRemedy(failures);
  }
}

function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? referenceMilliseconds;
}

function readRecords(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  const records = lines.map((line) => JSON.parse(line));
  return {
    usage: new Map(records.filter(({ path }) => path !== undefined).map((record) => [record.path, record])),
    remedies: new Set(records.flatMap(({ remedy }) => remedy ?? [])),
    loops: records.flatMap(({ loopMilliseconds }) => loopMilliseconds ?? []),
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

/**
 * Prints the CPU time of each kind of tests, and its budget on this machine, which is `slowness` times that of the reference machine.
 */
function printKinds(files, slowness) {
  const rows = kinds.flatMap(({ name, seconds }) => {
    const own = files.filter(({ kind }) => kind === name);
    if (own.length === 0) return [];
    const used = Math.round(own.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0));
    const budget = seconds === undefined || isNightly ? undefined : Math.round(seconds * slowness);
    return [{ name, used, budget }];
  });
  const lines = rows.map(({ name, used, budget }) =>
    [
      `  ${name.padEnd(12)} ${String(used).padStart(5)}`,
      ...(budget === undefined ? [] : [`of ${budget}${used > budget ? ", over the budget" : ""}`]),
    ].join(" "),
  );
  const without = process.platform === "linux" ? "" : ", without the programs that tests start";
  const speed = `This machine takes ${slowness.toFixed(2)} times as long as the one of the budgets.`;
  console.error(["", `CPU seconds of each kind of tests${without}:`, ...lines, speed].join("\n"));
}

function printSkipped(count, remedies) {
  const number = count === 1 ? "1 test is" : `${count} tests are`;
  const next = remedies.size === 0 ? "" : " To run them:";
  console.error(["", `${number} skipped.${next}`, ...[...remedies].map((remedy) => `  ${remedy}`)].join("\n"));
}

/** The environment variables that decide what tests do. */
const inputs = [
  "TESTS",
  "TESTED_EXECUTABLE",
  "PROPERTY_SEED",
  "PROPERTY_HISTORIES",
  "ORACLE_SEED",
  "ORACLE_RUNS",
  "PERIDIO_CONNECT_OPENAPI",
];

/** Returns an argument for a shell. */
function quote(text) {
  return /^[\w./:@=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function printRemedy(failures) {
  const paths = failures.map(({ path }) => path);
  const some = paths.slice(0, 5);
  const number = paths.length === 1 ? "1 test file" : `${paths.length} test files`;
  const object = paths.length === 1 ? "the file" : some.length < paths.length ? "five of them" : "the files";
  const variables = inputs.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [`${name}=${quote(value)}`];
  });
  console.error(
    [
      "",
      `${number} failed. The first ● above shows the first failure. Run ${object} again:`,
      `  ${[...variables, "npx jest --runTestsByPath", ...some.map(quote)].join(" ")}`,
    ].join("\n"),
  );
}
