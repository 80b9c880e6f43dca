import type { Model } from "../../model/model";
import { getOrganizationName } from "../../model/organization";
import type { Changes, Violation } from "../../review/review";
import { isAccepted } from "../existing";
import { lowerSeverity } from "../../review/verdict";
import type { AccessTest, TestFailure } from "./accessTest";
import { checkTests } from "./checkTests";
import { createModelAccess } from "./sources";
import { lacksFact } from "./words";

/** Returns the failures of tests after a change as violations, in the order of the tests. `listChanges` returns the change. */
export function judgeTests(
  tests: readonly AccessTest[],
  model: Model,
  { now, listChanges }: { readonly now: Date; readonly listChanges: () => Changes | undefined },
): readonly Violation[] {
  if (tests.length === 0) return [];
  // With the names of the last update, another failure can be the former one.
  const formers = [model, ...(model.recorded === undefined ? [] : [model.recorded])].map((one) =>
    checkTests(tests, createModelAccess(one, "before"), now),
  );
  // Nobody has reviewed access from outside Pulumi, so a failure because of it is new.
  const isFromOutside = ({ organization, people }: TestFailure) => {
    const named = [...model.after.organizations.values()].filter((one) => getOrganizationName(one) === organization);
    return isAccepted(
      named.map(({ key }) => key),
      people,
      listChanges(),
    );
  };
  return checkTests(tests, createModelAccess(model, "after"), now).flatMap(({ test, failures }, index) => {
    const earlier = formers.map((former) => new Set(former[index]?.failures.map(({ words }) => words)));
    const { because } = test;
    return failures.map((failure) => {
      const { words, organization, people } = failure;
      const before = earlier.every((one) => one.has(words)) && !lacksFact(failure) && !isFromOutside(failure);
      return {
        rule: test.name,
        severity: before ? lowerSeverity(test.severity, test.existing) : test.severity,
        message: words,
        ...(because !== undefined && { explanation: because }),
        organizations: [organization],
        people: [...people],
        before,
      };
    });
  });
}
