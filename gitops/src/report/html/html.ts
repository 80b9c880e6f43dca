import { formatTime, type Report, type Reviewed, shortenCommit } from "../report";
import { formatNumber } from "../../wording";
import type { Outcome } from "../summary";
import { joinTexts } from "../words";
import { type Content, createHashSource, embedJson, Markup, markup } from "./markup";
import { createMatrix } from "./matrix";
import { createIcon, createRiskList, createSections, createText } from "./sections";
import { frame, script, style } from "./texts";

interface HtmlOptions {
  /** The heading, such as the title of the pull request. */
  readonly title: string;
  /** Absent if the commit is unknown. */
  readonly reviewed?: Reviewed;
}

/**
 * Returns a report as one page that loads nothing. The page's policy allows only the page's own script, and texts from outside are escaped.
 * Without JavaScript, everything but the access matrix is visible.
 */
export function formatHtml(report: Report, { title, reviewed }: HtmlOptions): string {
  const { heading, sources, access } = report;
  const sections = createSections(report);
  const before = sections.filter(({ id }) => id !== "messages");
  const after = sections.filter(({ id }) => id === "messages");
  const data = createMatrix(report);
  const matrix = { id: "matrix", title: "Access matrix", count: data.people.length };
  return fill(frame, {
    title: markup`${title}`,
    policy: markup`default-src 'none'; script-src ${createHashSource(script)}; style-src ${createHashSource(style)}; base-uri 'none'; form-action 'none'`,
    style: new Markup(`<style>${style}</style>`),
    // The title may say it.
    kind: markup`${heading === title ? undefined : markup`<p class="kind">${heading}</p>`}`,
    reviewed: markup`${reviewed && createReviewedLine(reviewed)}`,
    stacks: markup`${sources.stacks.map((stack) => markup`<li><code>${stack}</code></li>`)}`,
    summary: createSummary(report),
    jumps: markup`${[...before, matrix, ...after].map(({ id, title, count }) => markup`<li><a href="#${id}">${title} <span class="count">${formatNumber(count)}</span></a></li>`)}`,
    before: markup`${before.map(({ body }) => body)}`,
    people: markup`${formatNumber(matrix.count)}`,
    note: markup`${access.note === "" ? undefined : markup`<p class="quiet">${access.note}</p>`}`,
    after: markup`${after.map(({ body }) => body)}`,
    data: embedJson(data),
    script: new Markup(`<script>${script}</script>`),
  });
}

/** The rules or conflicts behind the verdict that the summary names. */
const mostReasons = 3;

/** Returns the verdict and its reasons, then the numbers of changes and risks. */
function createSummary({ summary, sections }: Report): Markup {
  const { outcome, verdict, counts, levels } = summary;
  const risks = levels.flatMap(({ level, risks }) => risks.map((risk) => ({ level, ...risk })));
  return markup`<section id="summary" class="verdict ${outcome}" aria-labelledby="verdict">
${createIcon(outcome)}<div><h2 id="verdict">${verdict}</h2>
${createReasons(sections, outcome)}<p>${createText(joinTexts(counts, " · "))}</p></div>
${createRiskList(risks)}
</section>`;
}

/** Returns the conflicts or rules behind the verdict, the most important lines of the page. */
function createReasons(sections: Report["sections"], outcome: Outcome): Content {
  const reasons = sections
    .map(({ id, items }) => ({
      id,
      items: items.filter(({ effect, kind }) => effect !== undefined && kind === outcome),
    }))
    .find(({ items }) => items.length > 0);
  if (reasons === undefined) return undefined;
  const { id, items } = reasons;
  const links = items
    .slice(0, mostReasons)
    .map(({ heading = [] }) => markup`<li><a href="#${id}">${createText(heading)}</a></li>`);
  const more = items.length - mostReasons;
  return markup`<ul class="reasons">${links}${more > 0 ? markup`<li><a href="#${id}">${formatNumber(more)} more</a></li>` : undefined}</ul>
`;
}

function createReviewedLine(reviewed: Reviewed): Markup {
  const time = markup`<time datetime="${reviewed.at.toISOString()}">${formatTime(reviewed)}</time>`;
  return markup`<p class="reviewed">Commit <code>${shortenCommit(reviewed)}</code>, reviewed ${time}</p>`;
}

/** Replaces each `{{name}}` once, because a value may contain such a text too. */
function fill(text: string, values: Readonly<Record<string, Markup>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The page has no value for ${name}.`);
    return value.html;
  });
}
