import { levelOf, type Risk, risks } from "../../review/risk";
import { type Content, type Markup, markup } from "./markup";

/** A sign of those that the frame draws. It says nothing to a screen reader: a word beside it does. */
export function icon(name: string): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#${name}"></use></svg>`;
}

/** Risks as a list of words; each says its level too, also to those who see no colours. */
export function riskList(some: readonly Risk[]): Markup | undefined {
  if (some.length === 0) return undefined;
  const items = some.map((risk) => {
    const { level, words } = risks[risk];
    return markup`<li class="risk ${level}">${icon(level)}<span class="hidden">${level} risk: </span>${words}</li>`;
  });
  return markup`<ul class="risks" aria-label="Risks">${items}</ul>`;
}

/** The level of an item as a class name. */
export function levelClass(some: readonly Risk[]): string {
  return levelOf(some) ?? "none";
}

/** A text of several lines. */
export function lines(text: string): Content {
  return text.split(/\r?\n/).map((line, index) => (index === 0 ? line : markup`<br />${line}`));
}

/** A part of the page under a heading that can be linked to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** How many things it lists. */
  readonly count: number;
  readonly body: Content;
}

export function sectionMarkup({ id, title, count, body }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title} <span class="count">${count}</span></h2>
${body}
</section>
`;
}

/** A sentence in which what stands between two backticks is code, as in Markdown. */
export function prose(text: string): readonly Content[] {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}
