import type { Kind } from "../../src/model/stackChange";
import { readPreview } from "../../src/preview/preview";
import { createJudge } from "../../src/rules/checkRules";
import { parseRulesFile } from "../../src/rules/readRules";
import { createReview, document, organization, type PrintedStep } from "./document";

/** The day of the reviews. */
const today = "2027-01-31";

/** Returns the broken rules of a preview of the organization acme, a line each. `rules` is YAML as below `rules`. */
export function judge(rules: string, steps: readonly PrintedStep[], kind: Kind = "change"): readonly string[] {
  const acme = { ...organization("acme", 1), op: kind === "drift" ? "refresh" : "same" };
  const text = `rules:\n${rules.replace(/^/gm, "  ")}`;
  const preview = readPreview(document([acme, ...steps], { kind }), "preview.json", kind);
  const review = createReview([preview], kind, {
    judge: createJudge(parseRulesFile({ file: "access-rules.yaml", text }).rules, { now: new Date(today) }),
  });
  return review.violations.map(({ message, before, people }) =>
    [before ? "(before) " : "", message, people.length > 0 ? ` [${people.join(", ")}]` : ""].join(""),
  );
}
