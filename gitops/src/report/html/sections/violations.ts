import type { Review, Violation } from "../../../review/review";
import { explainedOnce } from "../../explained";
import { type Markup, markup } from "../markup";
import { icon, lines, prose, type Section } from "../parts";

const severities = {
  refuse: { level: "high", word: "refuses", sign: "refused" },
  approve: { level: "medium", word: "asks for approval", sign: "approval" },
  note: { level: "low", word: "notes", sign: "note" },
} as const satisfies Readonly<Record<Violation["severity"], unknown>>;

/** The rules that are broken. */
export function brokenRules({ kind, violations }: Review): Section | undefined {
  if (violations.length === 0) return undefined;
  const body = markup`<ul class="items rules">${explainedOnce(violations).map((violation) => item(violation, kind))}</ul>`;
  return { id: "rules", title: "Rules that are broken", count: violations.length, body };
}

/** What is said of a rule that was broken before as well, and of one that is so only since. */
const times: Readonly<Record<Review["kind"], { readonly before: string; readonly since: string | undefined }>> = {
  change: { before: "It was so before this change already.", since: undefined },
  drift: {
    before: "It was so already when Pulumi looked last.",
    since: "It is so since it was changed past Pulumi: `pulumi up --refresh` puts back what the program declares.",
  },
};

function item({ rule, severity, message, explanation, before }: Violation, kind: Review["kind"]): Markup {
  const time = before ? times[kind].before : times[kind].since;
  const { level, word, sign } = severities[severity];
  return markup`<li class="item ${level}">
${icon(sign)}<div class="text"><p>${prose(message)}</p>
${explanation === undefined ? undefined : markup`<p class="quiet">${lines(explanation)}</p>`}${
    time === undefined ? undefined : markup`<p class="quiet">${prose(time)}</p>`
  }</div>
<p class="rule"><code>${rule}</code> <span class="risk ${level}"><b>${word}</b></span></p></li>
`;
}
