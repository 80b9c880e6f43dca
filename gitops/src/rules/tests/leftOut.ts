import type { AccessTest } from "./accessTest";

/** The tests as far as a comparison can judge them. */
interface JudgedTests {
  readonly tests: readonly AccessTest[];
  /** The tests that are not judged, or only in part, in sentences. */
  readonly remarks: readonly string[];
}

/** Removes the expectations about organizations that a comparison leaves out on request, by their names. */
export function leaveOut(tests: readonly AccessTest[], organizations: readonly string[]): JudgedTests {
  if (organizations.length === 0) return { tests, remarks: [] };
  const isJudged = ({ organization }: { readonly organization: string }) => !organizations.includes(organization);
  const parts = tests.map((test) => {
    const { can = [], cannot = [], reach, only } = test.declared;
    const [allowed, forbidden] = [can.filter(isJudged), cannot.filter(isJudged)];
    const isWhole = allowed.length === can.length && forbidden.length === cannot.length;
    const remains =
      reach === undefined ? isWhole || only === true || allowed.length + forbidden.length > 0 : isJudged(reach);
    const declared = { ...test.declared, can: allowed, cannot: forbidden };
    return { test, judged: remains ? [isWhole ? test : { ...test, declared }] : [], isWhole: isWhole && only !== true };
  });
  const describe = (some: typeof parts, words: string) =>
    some.length === 0 ? [] : [`${words}: ${some.map(({ test }) => JSON.stringify(test.name)).join(", ")}.`];
  return {
    tests: parts.flatMap(({ judged }) => judged),
    remarks: [
      ...describe(
        parts.filter(({ judged }) => judged.length === 0),
        "Tests that are not judged, because `--only` leaves out their organizations",
      ),
      ...describe(
        parts.filter(({ judged, isWhole }) => judged.length > 0 && !isWhole),
        "Tests that are judged only in the selected organizations, because `--only` leaves out others",
      ),
    ],
  };
}
