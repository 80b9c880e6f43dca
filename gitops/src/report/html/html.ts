import { createHash } from "node:crypto";
import type { Review } from "../../review/review";
import { embeddedJson, Markup, markup } from "./markup";
import { matrixOf } from "./matrix";
import { sectionMarkup } from "./parts";
import { conflictsBetween, changedOrganizations, remarks, unknowns, changedSettings, brokenRules } from "./sections";
import { changedPeople, peopleNotes } from "./people";
import { summary } from "./summary";
import { frame, script, style } from "./texts";

export interface HtmlOptions {
  /** What the page is called, such as the pull request. */
  readonly title: string;
  /** The moment that the page says it is of; without one it says none. */
  readonly now?: Date;
}

/**
 * A review as one page that needs nothing from elsewhere, and lets nothing in: what it holds from outside is text, and its policy
 * lets no script run but its own. Without JavaScript all is there but the matrix.
 */
export function html(review: Review, { title, now }: HtmlOptions): string {
  const first = [
    conflictsBetween,
    brokenRules,
    changedPeople,
    peopleNotes,
    changedSettings,
    changedOrganizations,
    unknowns,
  ];
  const before = first.flatMap((section) => section(review) ?? []);
  const after = [remarks].flatMap((section) => section(review) ?? []);
  const people = new Set(review.people.map(({ email }) => email.toLowerCase())).size;
  const jumps = [...before, { id: "matrix", title: "Access matrix", count: people }, ...after];
  return filled(frame, {
    title: markup`${title}`,
    policy: markup`default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    style: new Markup(`<style>${style}</style>`),
    kind: kindAbove(review, title),
    stacks: markup`${review.stacks.map((stack) => markup`<li><code>${stack}</code></li>`)}`,
    summary: markup`${summary(review)}`,
    jumps: markup`${jumps.map(({ id, title, count }) => markup`<li><a href="#${id}">${title} <span class="count">${count}</span></a></li>`)}`,
    before: markup`${before.map(sectionMarkup)}`,
    people: markup`${people}`,
    after: markup`${after.map(sectionMarkup)}`,
    moment: markup`${now === undefined ? undefined : ` on ${now.toISOString().slice(0, 16).replace("T", " at ")} UTC`}`,
    data: embeddedJson(matrixOf(review)),
    script: new Markup(`<script>${script}</script>`),
  });
}

/** What kind of page it is, unless the title says that itself. */
function kindAbove({ kind }: Review, title: string): Markup {
  const words = kind === "drift" ? "Drift of access" : "Access review";
  return markup`${words === title ? undefined : markup`<p class="kind">${words}</p>`}`;
}

function hash(text: string): Markup {
  return new Markup(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
}

/** A text with `{{name}}` filled in, once: what is filled in may hold such a thing too. */
function filled(text: string, values: Readonly<Record<string, Markup>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The frame asks for ${name}, which the page does not have.`);
    return value.html;
  });
}
