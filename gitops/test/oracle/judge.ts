import { expectAccess } from "./accessOracle";
import { Expectation } from "./facts";
import { expectHidden } from "./hiddenOracle";
import type { World } from "./model";
import { expectInsiders } from "./outsidersOracle";
import { expectPeople } from "./peopleOracle";
import { expectProgram, hasUnclearApproval } from "./programOracle";
import { expectTests } from "./testsOracle";
import { readReview } from "./reviewFacts";
import { expectSettings } from "./settingsOracle";

/** Compares a review with the declarations. Returns the differences in words. */
export function judge(world: World, review: string): string[] {
  const expectation = new Expectation();
  expectPeople(world, expectation);
  expectSettings(world, expectation);
  expectAccess(world, expectation);
  expectInsiders(world, expectation);
  expectHidden(world, expectation);
  expectTests(world, expectation);
  const program = expectProgram(world, expectation);
  const found = readReview(review, world);
  // These risks need approval in any part. The comparison of the facts judges each of them.
  const isUnjudged = [...found.facts].some((fact) => /\[[^\]]*\b(hidden|leavesRule|entersRule)\b[^\]]*\]$/.test(fact));
  const verdict = program === "pass" && isUnjudged ? "needs approval" : program;
  const differences = expectation.compare(found.facts);
  const isUnclear = verdict === "pass" && found.verdict === "needs approval" && hasUnclearApproval(world);
  if (found.verdict !== verdict && !isUnclear) differences.push(`verdict: ${found.verdict} instead of ${verdict}`);
  return differences;
}
