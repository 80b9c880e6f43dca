import { z } from "zod";

const result = z.object({
  test: z.string(),
  packages: z.array(z.string()),
  passed: z.boolean(),
  referencePassed: z.boolean(),
});

/** The report of tools/conformance. */
export const report = z.object({
  results: z.array(result),
  /** The packages that a test lacks, by the name of the test. */
  notRun: z.record(z.string(), z.array(z.string())),
});

export type Report = z.output<typeof report>;

/** Reasons by the name of a test or of a package. */
type Reasons = Readonly<Record<string, string>>;

/** Returns the mistakes in the reasons: each failure and each missing package needs one, and no other test or package has one. */
export function findMistakes(
  { results, notRun }: Report,
  { failureReasons, packageReasons }: Readonly<Record<"failureReasons" | "packageReasons", Reasons>>,
): readonly string[] {
  const missing = listMissing(notRun);
  const failed = results.filter(({ passed, referencePassed }) => !passed && referencePassed).map(({ test }) => test);
  return [
    ...failed
      .filter((test) => failureReasons[test] === undefined)
      .map((test) => `${test} fails, but passes with Pulumi's own providers. Correct the framework, or add a reason.`),
    ...Object.keys(failureReasons)
      .filter((test) => !failed.includes(test))
      .map((test) => `${test} has a reason for a failure, but does not fail. Remove the reason.`),
    ...missing
      .filter((name) => packageReasons[name] === undefined)
      .map((name) => `The package ${name} is not written. Write it, or add a reason.`),
    ...Object.keys(packageReasons)
      .filter((name) => !missing.includes(name))
      .map((name) => `The package ${name} has a reason, but no test lacks it. Remove the reason.`),
  ];
}

/** Returns the packages that are not written. */
function listMissing(notRun: Report["notRun"]): readonly string[] {
  return [...new Set(Object.values(notRun).flat())].sort();
}

/** Returns the page about the results. */
export function renderPage(
  { results, notRun }: Report,
  { failureReasons, packageReasons }: Readonly<Record<"failureReasons" | "packageReasons", Reasons>>,
  version: string,
): string {
  const failed = results.filter(({ passed }) => !passed);
  const packages = [...new Set(results.flatMap((one) => one.packages))].sort();
  const missing = listMissing(notRun);
  const share = Math.floor((1000 * (results.length - failed.length)) / results.length) / 10;
  return `# Pulumi's language tests

<!-- \`make conformance\` writes this page. -->

Pulumi tests its languages with small programs and small providers. \`make conformance\` runs these tests with providers of this framework
in the place of Pulumi's own, which are written in Go. Programs and assertions are those of Pulumi ${version}, unchanged. Each provider
is a process, and receives every message of Pulumi's engine.

**${results.length - failed.length} of ${results.length} tests pass (${share} %).** The providers are in [test/conformance](test/conformance).

## Failing tests

| test | with Pulumi's own provider | reason |
| --- | --- | --- |
${failed.map((one) => `| \`${one.test}\` | ${one.referencePassed ? "passes" : "fails too"} | ${failureReasons[one.test] ?? "not a mistake of the provider"} |`).join("\n")}

## Packages

| package | tests | pass |
| --- | --- | --- |
${packages
  .map((name) => {
    const own = results.filter((one) => one.packages.includes(name));
    return `| ${name} | ${own.length} | ${own.filter(({ passed }) => passed).length} |`;
  })
  .join("\n")}

## Tests that do not run

These tests need a package that is not written with this framework:

| package | tests | reason |
| --- | --- | --- |
${missing
  .map((name) => {
    const tests = Object.keys(notRun).filter((test) => notRun[test]?.includes(name) === true);
    return `| ${name} | ${tests.sort().join(", ")} | ${packageReasons[name] ?? ""} |`;
  })
  .join("\n")}
`;
}
