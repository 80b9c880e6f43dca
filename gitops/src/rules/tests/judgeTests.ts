import type { Model } from "../../model/model";
import type { Violation } from "../../review/review";
import type { AccessTest } from "./accessTest";
import { checkTests } from "./checkTests";
import { createModelAccess } from "./sources";

/** Returns the failures of tests after a change as violations, in the order of the tests. */
export function judgeTests(tests: readonly AccessTest[], model: Model, today: string): readonly Violation[] {
  if (tests.length === 0) return [];
  const former = checkTests(tests, createModelAccess(model, "before"), today);
  return checkTests(tests, createModelAccess(model, "after"), today).flatMap(({ test, failures }, index) => {
    const known = new Set(former[index]?.failures.map(({ words }) => words));
    const { because } = test.declared;
    return failures.map(({ words, organization, people }) => ({
      rule: test.name,
      severity: test.severity,
      message: words,
      ...(because !== undefined && { explanation: because }),
      organizations: [organization],
      people: [...people],
      before: known.has(words),
    }));
  });
}
