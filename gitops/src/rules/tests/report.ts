import * as z from "zod";
import { printableLine } from "#framework/messages";
import { formatList, joinParts } from "../../terminal/text";
import { sourceKinds } from "../../who/source";
import { formatCount } from "../../wording";
import { severity } from "../severity";
import type { TestResult } from "./accessTest";
import type { Coverage } from "./coverage";
import type { Idle } from "./idle";
import { array, boolean, choice, count, definition, root, string, texts } from "../../schema";

// The schema of `test --json`. `gitops/test.schema.json` is generated from it.

const organization = string("The organization's name, as far as it is known.");

const failure = definition("Failure", "A reason for which a test fails.", {
  organization,
  people: texts("The e-mail addresses concerned."),
  message: string("The expected and the actual access, and the remedy, in whole sentences."),
});

const result = definition("TestResult", "The result of one test.", {
  name: string("The name of the test."),
  passed: boolean("True if the test passes."),
  severity: severity.meta({ description: "The effect of a failure." }),
  explanation: string("The reason for the test.").optional(),
  failures: array(failure, "The reasons for the failure; empty if the test passes."),
});

const grant = definition("Grant", "A part of a layout that gives access.", {
  organization,
  grant: string("The grant in words."),
});

export const testReport = root("Results of tests of access", "The tests that pass and fail, and the reasons.", {
  source: choice(
    sourceKinds,
    "The source of the access: the live organizations, the state after the change in a preview, or layouts.",
  ),
  tests: array(result, "The tests, in the order of the files."),
  coverage: z
    .strictObject({
      grants: count("The number of grants in the layouts."),
      uncovered: array(grant, "The grants whose loss no test notices."),
      idle: array(
        z.strictObject({
          name: string("The name of the rule or test."),
          message: string("The reason, in a sentence."),
        }),
        "The rules and tests that cannot fail on the layouts.",
      ),
    })
    .optional()
    .meta({ description: "The grants that tests cover. Absent without `--coverage`." }),
});

/** The results of tests in one source. */
export interface TestRun {
  readonly source: (typeof sourceKinds)[number];
  readonly results: readonly TestResult[];
  readonly coverage: Coverage | undefined;
  /** The rules and tests that cannot fail on the layouts; empty without coverage. */
  readonly idle: readonly Idle[];
}

export function createReport({ source, results, coverage, idle }: TestRun): z.output<typeof testReport> {
  return {
    source,
    tests: results.map(({ test: { name, severity, because }, failures }) => ({
      name,
      passed: failures.length === 0,
      severity,
      explanation: because,
      failures: failures.map(({ organization, people, words }) => ({
        organization,
        people: [...people],
        message: words,
      })),
    })),
    ...(coverage !== undefined && {
      coverage: {
        grants: coverage.grants,
        uncovered: coverage.uncovered.map(({ organization, words }) => ({ organization, grant: words })),
        idle: idle.map(({ name, words }) => ({ name, message: words })),
      },
    }),
  };
}

/** Returns the results in lines of that width. */
export function formatText({ results, coverage, idle }: TestRun, width: number): string {
  const passed = results.filter(({ failures }) => failures.length === 0).length;
  const cannotFail = idle.map(({ name, words }) => `${name}: ${words}`);
  return joinParts([
    `${passed} of ${formatCount(results.length, "test")} ${passed === 1 ? "passes" : "pass"}.\n`,
    ...results.map((result) => formatResult(result, width)),
    coverage === undefined ? "" : formatCoverage(coverage, width),
    formatList("Cannot fail on these layouts", cannotFail, width),
  ]);
}

function formatResult({ test: { name, severity, because }, failures }: TestResult, width: number): string {
  if (failures.length === 0) return `pass  ${printableLine(name)}\n`;
  const words = [
    ...failures.map(({ words }) => words),
    ...(because === undefined ? [] : [`Reason for the test: ${because}`]),
  ];
  return formatList(`FAIL  ${printableLine(name)} (${severity})`, words, width);
}

function formatCoverage({ grants, uncovered }: Coverage, width: number): string {
  const covered = grants - uncovered.length;
  const lines = uncovered.map(({ organization, words }) => `${organization}: ${words}`);
  return joinParts([
    `Tests notice the loss of ${covered} of ${formatCount(grants, "grant")}.\n`,
    formatList("No test notices the loss of", lines, width),
  ]);
}
