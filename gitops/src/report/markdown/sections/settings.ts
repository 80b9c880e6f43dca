import type { Review } from "../../../review/review";
import { levelOf } from "../../../review/risk";
import { code, prose } from "../words/escape";
import { riskTold, riskWords, severity } from "../words/marks";
import type { Names } from "../names";
import { by } from "../order";
import { enough, type Section } from "../section";

/** What a whole allowlist takes before and after, in characters. */
const longest = 6000;

/** The settings that change, the worst risks first. */
export function settings(review: Review, names: Names): Section {
  const sorted = review.settings.toSorted(
    by(
      ({ risks }) => severity(risks),
      ({ organization }) => names(organization),
      ({ organization }) => organization,
      ({ section }) => section,
      ({ setting }) => setting,
      ({ words }) => words,
    ),
  );
  return {
    title: "Settings",
    open: enough,
    head: "",
    rows: sorted.map(({ organization, words, risks }) => ({
      text: `- ${[code(names(organization)), riskTold(risks)].filter(Boolean).join(" · ")}<br>${prose(words, longest)}\n`,
      rank: levelOf(risks) ?? "low",
      size: 1,
      classes: riskWords(risks),
    })),
    things: ["setting", "settings"],
  };
}
