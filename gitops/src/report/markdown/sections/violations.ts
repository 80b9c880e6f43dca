import type { Review, Violation } from "../../../review/review";
import { explainedOnce } from "../../explained";
import { numbered } from "../../../wording/counted";
import { code, prose } from "../words/escape";
import { several } from "../words/several";
import { tally } from "../words/tally";
import { by } from "../order";
import { enough, type Rank, type Section } from "../section";
import type { Wording } from "../words/wording";

const severities = ["refuse", "approve", "note"] as const satisfies readonly Violation["severity"][];

const ranks: Readonly<Record<Violation["severity"], Rank>> = { refuse: "refused", approve: "high", note: "low" };

/** The rules that are broken: what is refused first, and what is new before what was so already. */
export function violations(review: Review, wording: Wording): Section {
  const sorted = review.violations.toSorted(
    by(
      ({ severity }) => String(severities.indexOf(severity)),
      ({ before }) => String(before),
      ({ rule }) => rule,
      ({ organizations }) => organizations.join("\n"),
      ({ people }) => people.join("\n"),
      ({ message }) => message,
      ({ explanation = "" }) => explanation,
    ),
  );
  const said = ({ severity }: Violation) => wording.severities[severity];
  return {
    title: `Access rules: ${[...tally(sorted.map(said))].map(([word, times]) => `${numbered(times)} ${word.toLowerCase()}`).join(", ")}`,
    open: enough,
    head: "",
    rows: explainedOnce(sorted).map((violation) => ({
      text: `- **${said(violation)}** · ${told(violation, wording)}\n`,
      rank: ranks[violation.severity],
      size: 1,
      classes: [said(violation).toLowerCase()],
    })),
    things: ["broken rule", "broken rules"],
  };
}

/** Everything of one violation in a line, since GitLab and GitHub do not agree on what a line break in it means. */
function told(
  { rule, organizations, people, message, before, explanation }: Violation,
  { since }: Pick<Wording, "since">,
): string {
  const concerned = [
    several(organizations.toSorted(), "organization"),
    several(people.toSorted(), "person", "people"),
  ].filter((one) => one !== "");
  return [
    [code(rule), before ? "was so before" : since].filter((one) => one !== "").join(" · "),
    prose(message),
    ...(explanation === undefined ? [] : [`_Why:_ ${prose(explanation)}`]),
    ...(concerned.length === 0 ? [] : [concerned.join(" · ")]),
  ].join("<br>");
}
