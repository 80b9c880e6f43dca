import {
  type AccessTest,
  createFailure,
  type TestedOrganizations,
  type TestedAccess,
  type TestFailure,
  type TestResult,
} from "./accessTest";
import { checkPerson } from "./personTests";
import { checkReach } from "./reachTests";
import type { TestDeclaration } from "./schema";

/** Checks tests of access, in their order, at a moment. A test fails if a fact that could change its result is not known. */
export function checkTests(tests: readonly AccessTest[], access: TestedAccess, now: Date): readonly TestResult[] {
  return tests.map((test) => {
    const { on, reach } = test.declared;
    const organizations = access.read(on !== undefined && Date.parse(on) > now.getTime() ? on : undefined);
    const failures =
      typeof organizations === "string"
        ? [createFailure(reach?.organization ?? everywhere, `Cannot know: ${organizations}`)]
        : check(test.declared, { organizations, scope: access.scope });
    return { test, failures };
  });
}

/** Stands for an organization that is not known. */
const everywhere = "all organizations";

function check(declared: TestDeclaration, tested: TestedOrganizations): readonly TestFailure[] {
  const { person, reach } = declared;
  // Without an organization, `only` would find nothing.
  if (tested.organizations.length === 0)
    return [createFailure(everywhere, `There is no organization ${tested.scope}.`)];
  if (person !== undefined) return checkPerson(person, declared, tested);
  return reach === undefined ? [] : checkReach(reach, declared, tested);
}
