import type { Values } from "#framework";
import type { Kind } from "../src/preview/document";
import { readPreview } from "../src/preview/preview";
import type { Review } from "../src/review/review";
import { createJudge } from "../src/rules/checkRules";
import { parseRulesFile } from "../src/rules/readRules";
import { createReview, document, organization, type PrintedStep } from "./support/document";
import { step } from "./support/objects";

const secret = "[secret]";

/** Judges two stacks by one rule. The states of `other` are newer. The names of the stacks must not matter. */
function judgeStacks(rule: string, own: readonly PrintedStep[], other: readonly PrintedStep[], kind: Kind = "change") {
  const { rules } = parseRulesFile({ file: "access-rules.yaml", text: `rules:\n  x: ${rule}` });
  const judge = createJudge(rules, { today: "2027-01-31" });
  const review = (dev: readonly PrintedStep[], team: readonly PrintedStep[]): Review => {
    const previews = Object.entries({ dev, team }).map(([stack, steps]) =>
      readPreview(document(steps, { kind, stack }), `${stack}.json`, kind),
    );
    return createReview(previews, kind, { judge });
  };
  const [former, newer] = [setTime(own, "2027-01-01T00:00:00Z"), setTime(other, "2027-01-20T00:00:00Z")];
  const judged = [review(former, newer), review(newer, former)].map(({ verdict, conflicts = [], ...found }) => {
    // If stacks contradict each other, either value can remain, and the review refuses both.
    const [violations, settings] = conflicts.length > 0 ? [[], []] : [found.violations, found.settings];
    return {
      verdict,
      conflicts: conflicts.map(({ message }) => message),
      // Each stack that declares an object reports it.
      violations: [
        ...new Set(violations.map(({ message, before }) => (before ? `(before) ${message}` : message))),
      ].sort(),
      rows: settings.map(({ words, risks }) => [words, ...risks].join(" ")).sort(),
    };
  });
  const [first, swapped] = judged;
  expect(swapped).toEqual({ ...first, conflicts: swapped?.conflicts });
  expect(swapped?.conflicts).toHaveLength(first?.conflicts.length ?? 0);
  if (first === undefined) throw new Error("There is no review.");
  return first;
}

function setTime(steps: readonly PrintedStep[], modified: string): readonly PrintedStep[] {
  const set = (state: PrintedStep["before"]) => state && { ...state, modified };
  return steps.map((one) => ({ ...one, before: set(one.before), after: set(one.after) }));
}

const acme = organization("acme", 1);

describe("a hidden setting of one stack, and a known one of another stack", () => {
  const policy = (before: Values | undefined, after: Values) => step("SecurityPolicy::s", 7, before, after);
  const [on, off, hidden] = [
    { requireTwoFactor: true },
    { requireTwoFactor: false },
    { requireTwoFactor: secret },
  ] as const;
  const rule = "{ requireTwoFactor: true }";
  const problem = expect.stringMatching(/^requireTwoFactor of acme is secret/);

  test("breaks the rule if both stacks write the setting", () => {
    const found = judgeStacks(rule, [acme, policy(off, hidden)], [policy(off, on)]);
    expect(found).toMatchObject({ verdict: "refused", violations: [problem] });
  });

  test("has a row if another setting of the other stack changes", () => {
    const found = judgeStacks(
      rule,
      [acme, policy(on, hidden)],
      [policy({ ...on, sessionTimeout: "8h" }, { ...on, sessionTimeout: "4h" })],
    );
    expect(found.violations).toEqual([problem]);
    expect(found.rows).toContain("Two-factor authentication: required → secret. hidden");
  });

  test("breaks the rule if only the known setting changes", () => {
    expect(judgeStacks(rule, [acme, policy(hidden, hidden)], [policy(off, on)]).violations).toEqual([problem]);
  });
});
