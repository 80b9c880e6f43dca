import type { Violation } from "../review/review";

/** The violations, each rule explained only where it is broken first. */
export function explainedOnce(violations: readonly Violation[]): readonly Violation[] {
  const explained = new Set<string>();
  return violations.map(({ explanation, ...violation }) => {
    const isNew = explanation !== undefined && !explained.has(violation.rule);
    explained.add(violation.rule);
    return isNew ? { ...violation, explanation } : violation;
  });
}
