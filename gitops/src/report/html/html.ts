import { createHash } from "node:crypto";
import type { Review } from "../../review/review";
import { embedJson, Markup, markup } from "./markup";
import { type Reviewed, shortenCommit, formatTime } from "../content";
import { createMatrix } from "./matrix";
import { createSection } from "./parts";
import {
  createConflictsSection,
  createOrganizationsSection,
  createMessagesSection,
  createProgramSection,
  createUnknownsSection,
  createRulesSection,
} from "./sections";
import { createPeopleSection, createNotesSection } from "./people";
import { createSettingsSection } from "./settings";
import { createSummary } from "./summary";
import { frame, script, style } from "./texts";

interface HtmlOptions {
  /** The heading, such as the title of the pull request. */
  readonly title: string;
  /** Absent if the commit is unknown. */
  readonly reviewed?: Reviewed;
}

/**
 * Returns the review as one page that loads nothing. The page's policy allows only the page's own script, and texts from outside are escaped.
 * Without JavaScript, everything but the access matrix is visible.
 */
export function formatHtml(review: Review, { title, reviewed }: HtmlOptions): string {
  const sections = [
    createConflictsSection,
    createRulesSection,
    createProgramSection,
    createOrganizationsSection,
    createPeopleSection,
    createSettingsSection,
    createUnknownsSection,
    createNotesSection,
  ];
  const before = sections.flatMap((section) => section(review) ?? []);
  const after = [createMessagesSection].flatMap((section) => section(review) ?? []);
  const people = new Set(review.people.map(({ email }) => email.toLowerCase())).size;
  const links = [...before, { id: "matrix", title: "Access matrix", count: people }, ...after];
  return fill(frame, {
    title: markup`${title}`,
    policy: markup`default-src 'none'; script-src ${createHashSource(script)}; style-src ${createHashSource(style)}; base-uri 'none'; form-action 'none'`,
    style: new Markup(`<style>${style}</style>`),
    kind: createKindLine(review, title),
    reviewed: markup`${reviewed && createReviewedLine(reviewed)}`,
    stacks: markup`${review.stacks.map((stack) => markup`<li><code>${stack}</code></li>`)}`,
    summary: markup`${createSummary(review)}`,
    jumps: markup`${links.map(({ id, title, count }) => markup`<li><a href="#${id}">${title} <span class="count">${count}</span></a></li>`)}`,
    before: markup`${before.map(createSection)}`,
    people: markup`${people}`,
    after: markup`${after.map(createSection)}`,
    data: embedJson(createMatrix(review)),
    script: new Markup(`<script>${script}</script>`),
  });
}

/** The kind of the page, unless the title says it. */
function createKindLine({ kind }: Review, title: string): Markup {
  const words = kind === "drift" ? "Access changed outside Pulumi" : "Access review";
  return markup`${words === title ? undefined : markup`<p class="kind">${words}</p>`}`;
}

function createReviewedLine(reviewed: Reviewed): Markup {
  const time = markup`<time datetime="${reviewed.at.toISOString()}">${formatTime(reviewed)}</time>`;
  return markup`<p class="reviewed">Commit <code>${shortenCommit(reviewed)}</code>, reviewed ${time}</p>`;
}

function createHashSource(text: string): Markup {
  return new Markup(`'sha256-${createHash("sha256").update(text).digest("base64")}'`);
}

/** Replaces each `{{name}}` once, because a value may contain such a text too. */
function fill(text: string, values: Readonly<Record<string, Markup>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The page has no value for ${name}.`);
    return value.html;
  });
}
