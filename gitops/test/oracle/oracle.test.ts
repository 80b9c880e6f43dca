import { relative } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import { world } from "./changes";
import { judge } from "./judge";
import type { World } from "./model";
import { isComparable, judgePack, packRules } from "./packOracle";
import { printPreviews } from "./printer";
import { rulesOf } from "./testsOracle";
import { reviewOf } from "./reviewOf";
import { describeWorld } from "./words";

const { ORACLE_RUNS, ORACLE_SEED, ORACLE_PATH } = process.env;
/** The seed. It is constant, so that a failure is reproducible. */
const seed = Number(ORACLE_SEED ?? 20_270_131);

/** Checks random changes. Rejects with the shortest change for which `compare` returns differences. */
async function check(
  changes: fc.Arbitrary<World>,
  share: number,
  compare: (change: World) => Promise<readonly string[]>,
): Promise<void> {
  const property = fc.asyncProperty(changes, async (change) => {
    const differences = await compare(change);
    if (differences.length > 0) throw new Error(differences.join("\n"));
  });
  const result = await fc.check(property, {
    seed,
    numRuns: Number(ORACLE_RUNS ?? countCases(300)) / share,
    ...(ORACLE_PATH !== undefined && { path: ORACLE_PATH, endOnFailure: true }),
  });
  if (!result.failed) return;
  const { counterexample, counterexamplePath, errorInstance, numRuns, numShrinks } = result;
  const position = `ORACLE_SEED=${seed} ORACLE_PATH=${counterexamplePath ?? ""}`;
  const differences = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(
    [
      differences,
      "",
      ...(counterexample ?? []).map(describeWorld),
      "",
      `Change ${numRuns}, simplified ${numShrinks} times. Run it again:`,
      `${position} npx jest --selectProjects fast --testPathPatterns ${relative(process.cwd(), __filename)} -t ${JSON.stringify(expect.getState().currentTestName)}`,
    ].join("\n"),
  );
}

test("a review shows what a change does to people's access, and nothing else", () =>
  check(world, 1, async (change) => judge(change, await reviewOf(printPreviews(change), rulesOf(change)))));

test("the policy pack stops each stack that a review of all stacks refuses, and no other", () =>
  check(world.filter(isComparable), 5, async (change) => {
    const previews = printPreviews(change);
    return judgePack(change, previews, await reviewOf(previews, packRules));
  }));
