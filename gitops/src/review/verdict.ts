import { isUnjudged } from "../risks";
import type { Review, Violation } from "./review";

/** The parts of a review that decide about its verdict. */
type Rows = Pick<Review, "organizations" | "people" | "settings" | "programChanges" | "violations" | "conflicts">;

const verdicts: readonly Review["verdict"][] = ["pass", "needs approval", "refused"];

/** Returns the verdict of the rows of a review. A change that no rule can judge needs approval. */
export function computeVerdict({ violations, conflicts = [], ...rows }: Rows): Review["verdict"] {
  if (conflicts.length > 0) return "refused";
  const { organizations, people, settings, programChanges } = rows;
  const isAnyUnjudged = [...programChanges, ...organizations, ...people, ...settings].some(isUnjudged);
  return chooseStrictest([judgeViolations(violations), isAnyUnjudged ? "needs approval" : "pass"]);
}

/** Returns the verdict of a file of a review. An edited verdict has no effect if the rows need a stricter one. */
export function getVerdict(review: Review): Review["verdict"] {
  return chooseStrictest([review.verdict, computeVerdict(review)]);
}

/** Returns the verdict of broken rules. */
export function judgeViolations(violations: readonly Pick<Violation, "severity">[]): Review["verdict"] {
  if (violations.some(({ severity }) => severity === "refuse")) return "refused";
  return violations.some(({ severity }) => severity === "approve") ? "needs approval" : "pass";
}

/** Returns the severity of a violation that needs approval instead of refusing the change, if `existing` is `approve`. */
export function lowerSeverity(severity: Violation["severity"], existing: string): Violation["severity"] {
  return existing === "approve" && severity === "refuse" ? "approve" : severity;
}

function chooseStrictest(some: readonly Review["verdict"][]): Review["verdict"] {
  return verdicts.findLast((verdict) => some.includes(verdict)) ?? "refused";
}
