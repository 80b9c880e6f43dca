import { readLayout, readLayoutsOn } from "../access/layout";
import { connect, type ConnectionOptions } from "../connection";
import { chooseExitCode, MisuseError } from "../exit";
import { listOrganizations } from "../model/live";
import { memoize } from "../memoize";
import { buildModel } from "../model/model";
import { rejectNoOrganization } from "../organizations";
import { readPreviewFiles } from "../preview/preview";
import { readRulesFiles, readTests } from "../rules/readRules";
import type { TestedAccess } from "../rules/tests/accessTest";
import { checkTests } from "../rules/tests/checkTests";
import { measureCoverage } from "../rules/tests/coverage";
import { findIdle } from "../rules/tests/idle";
import { createReport, formatText, type TestRun } from "../rules/tests/report";
import { createLayoutAccess, createLiveAccess, createModelAccess } from "../rules/tests/sources";
import type { Terminal } from "../terminal/terminal";
import { formatJson } from "../terminal/text";
import { readLiveAccess } from "../who/live";
import { type CommandFactory, createCommand } from "./command";

interface Options extends ConnectionOptions {
  readonly layout: readonly string[];
  readonly preview: readonly string[];
  readonly coverage?: true;
  readonly json?: true;
}

export const createTestCommand: CommandFactory = (terminal, end) =>
  createCommand("test", {
    summary: "run tests of access",
    description:
      "Runs the tests of access in files of access rules: in layouts, in the state after a change, or in the organizations that the API key can see. " +
      "A test fails if a fact that could change its result is not known. Changes nothing.",
    examples: [
      "peridio-gitops test access-rules.yaml --layout layout.yaml",
      "peridio-gitops test access-rules.yaml --layout layout.yaml --coverage",
      "pulumi preview --json --show-sames --refresh | peridio-gitops test access-rules.yaml --preview -",
      "peridio-gitops test access-rules.yaml --backend connect --json",
    ],
    codes: {
      passed: "all tests pass, or only tests with the severity `note` fail",
      failed: "a file has mistakes, or the command failed",
      attention: "a test with the severity `approve` fails",
      refused: "a test with the severity `refuse` fails",
    },
  })
    .argument("<rules...>", "files of access rules with tests")
    .addListOption("--layout <path>", "a layout file or folder, for the access that it declares; repeatable", {
      conflicts: ["preview", "endpoint", "backend"],
    })
    .addPreviewOption(["endpoint", "backend"])
    .option(
      "--coverage",
      "also list grants that no test protects, and rules and tests that cannot fail because the layouts declare nothing that they judge",
    )
    .addConnectionOptions()
    .option("--json", "print JSON instead of text")
    .action(async (files: readonly string[], options: Options) => {
      if (options.coverage === true && options.layout.length === 0)
        throw new MisuseError("--coverage requires a layout. Add --layout.");
      const run = await runTests(files, options, terminal);
      terminal.print(options.json === true ? formatJson(createReport(run)) : formatText(run, terminal.columns));
      const failed = run.results.filter(({ failures }) => failures.length > 0).map(({ test }) => test.severity);
      end(chooseExitCode({ refused: failed.includes("refuse"), needsAttention: failed.includes("approve") }));
    });

async function runTests(files: readonly string[], options: Options, terminal: Terminal): Promise<TestRun> {
  const { folder, now } = terminal;
  const tests = readTests(files, folder);
  const { layout: paths, preview, coverage = false } = options;
  if (paths.length > 0) {
    // A test can state a day, because access can end. `readLayout` also prints warnings, which only today's layouts should do.
    const layoutsToday = paths.map((path) => readLayout(path, terminal));
    const findLayouts = memoize((day?: string) =>
      day === undefined ? layoutsToday : readLayoutsOn(paths, { folder, now, day }),
    );
    return {
      source: "layout",
      results: checkTests(tests, createLayoutAccess(findLayouts), now),
      coverage: coverage ? measureCoverage(tests, findLayouts, now) : undefined,
      idle: coverage
        ? findIdle(
            readRulesFiles(files, folder).rules,
            tests,
            layoutsToday.flatMap(({ organizations }) => organizations),
          )
        : [],
    };
  }
  const source = preview.length > 0 ? "preview" : "live";
  const access =
    source === "preview" ? await readPreviewAccess(preview, terminal) : await readTestedLiveAccess(options, terminal);
  return { source, results: checkTests(tests, access, now), coverage: undefined, idle: [] };
}

async function readPreviewAccess(files: readonly string[], terminal: Terminal): Promise<TestedAccess> {
  return createModelAccess(buildModel(await readPreviewFiles(files, "change", terminal), "change"), "after");
}

async function readTestedLiveAccess(options: ConnectionOptions, terminal: Terminal): Promise<TestedAccess> {
  const organizations = await listOrganizations(connect(options, terminal));
  rejectNoOrganization(organizations);
  return createLiveAccess(await readLiveAccess(organizations));
}
