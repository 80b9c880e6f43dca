import type { Review, Violation } from "../../../review/review";
import { type Markup, markup } from "../markup";
import { icon, lines, prose, type Section } from "../parts";

const severities = {
  refuse: { level: "high", word: "refuses", sign: "refused" },
  approve: { level: "medium", word: "asks for approval", sign: "approval" },
  note: { level: "low", word: "notes", sign: "note" },
} as const satisfies Readonly<Record<Violation["severity"], unknown>>;

/** The rules that are broken. */
export function brokenRules({ violations }: Review): Section | undefined {
  if (violations.length === 0) return undefined;
  const body = markup`<ul class="items rules">${violations.map(item)}</ul>`;
  return { id: "rules", title: "Rules that are broken", count: violations.length, body };
}

function item({ rule, severity, message, explanation, before }: Violation): Markup {
  const { level, word, sign } = severities[severity];
  return markup`<li class="item ${level}">
${icon(sign)}<div class="text"><p>${prose(message)}</p>
${explanation === undefined ? undefined : markup`<p class="quiet">${lines(explanation)}</p>`}${
    before ? markup`<p class="quiet">It was so before this change already.</p>` : undefined
  }</div>
<p class="rule"><code>${rule}</code> <span class="risk ${level}"><b>${word}</b></span></p></li>
`;
}
