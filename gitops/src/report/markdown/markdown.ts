import { CommandError } from "../../exit";
import type { Review } from "../../review/review";
import { fit } from "./fit";
import { namesOf, wordings } from "./words";
import { conflicts, organizations, people, settings, violations } from "./changes";
import { notes, remarks, sources, unknowns, everybody } from "./details";
import { summary } from "./summary";
import { prose } from "./escape";

/** The most that a comment on GitHub may have, in characters; GitLab allows 1,000,000. */
export const commentLimit = 65_536;

/** What a summary alone needs, in characters. */
export const leastLimit = 500;

interface MarkdownOptions {
  /** The most characters that the text may have, 500 or more; by default what GitHub allows in a comment. */
  readonly limit?: number;
  /** The heading, by which several comments on one pull request are told apart. */
  readonly title?: string;
  /** Where a report is that leaves nothing out. */
  readonly link?: string;
}

/**
 * The review as a comment on a pull request. Its first line is hidden and always the same for a title, so that a pipeline finds its
 * comment again; the same review gives the same text.
 * @throws Failure for a limit, a title or a link that cannot be.
 */
export function markdown(
  review: Review,
  { limit = commentLimit, title = "Access review", link }: MarkdownOptions = {},
): string {
  if (!Number.isSafeInteger(limit) || limit < leastLimit) {
    throw new CommandError(
      `a report cannot have ${limit} characters: its limit is a whole number, ${leastLimit} or more`,
    );
  }
  const wording = wordings[review.kind];
  const names = namesOf(review);
  const head = (brief: boolean) =>
    `${marker(title)}\n\n## ${prose(title)}\n\n${summary(review, wording, { brief })}\n\n`;
  const top = head(head(false).length > limit / 2);
  const pointer = link === undefined ? "" : `[Everything in one page](${linkTarget(link)})\n\n`;
  const linked = top.length + pointer.length > limit / 2 ? top : top + pointer;
  const sections = [
    conflicts(review, names),
    violations(review, wording),
    people(review, names, wording),
    organizations(review, wording),
    settings(review, names),
    unknowns(review),
    notes(review, names),
    remarks(review),
    everybody(review, wording),
    sources(review),
  ];
  return `${linked}${fit(sections, limit - linked.length)}`.trimEnd() + "\n";
}

/**
 * The address of another report, so that no character of it can end the link.
 * @throws Failure if it is no address of the web.
 */
export function linkTarget(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new CommandError(
      `the link ${JSON.stringify(address)} is no address of the web: give one that begins with https://`,
    );
  }
  return url.href.replace(/[^\w:/?#@!$,;=.~%+-]/g, percent);
}

function percent(character: string): string {
  return character === "&" ? "&amp;" : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Whatever a heading and a hidden comment can hold as it is. */
const allowed = /^[\p{L}\p{N}][\p{L}\p{N} ._,:/()+-]*$/u;
const longest = 40;

/**
 * The hidden line by which a pipeline finds its own comment again: `<!-- peridio-gitops review: TITLE -->`.
 * Fails for a title of more than 40 characters, or with other than letters, digits, spaces and `._,:/()+-`.
 */
export function marker(title: string): string {
  if (!allowed.test(title) || title.includes("--") || title.length > longest) {
    throw new CommandError(
      `the title ${JSON.stringify(title)} does not fit into a hidden comment: take up to ${longest} letters, digits, spaces and ._,:/()+- without "--", beginning with a letter or a digit`,
    );
  }
  return `<!-- peridio-gitops review: ${title} -->`;
}
