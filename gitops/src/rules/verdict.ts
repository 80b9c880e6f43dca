import type { Review, Violation } from "../review/review";

/** What follows from broken rules together. */
export function verdictOf(violations: readonly Violation[]): Review["verdict"] {
  if (violations.some(({ severity }) => severity === "refuse")) return "refused";
  return violations.some(({ severity }) => severity === "approve") ? "needs approval" : "pass";
}
