import { Failure } from "../failure";
import type { Review } from "../review/review";
import { conflicts } from "./markdown/sections/conflicts";
import { notes, remarks, sources, unknowns } from "./markdown/sections/details";
import { prose } from "./markdown/words/escape";
import { everybody } from "./markdown/sections/everybody";
import { fit } from "./markdown/fit";
import { linkTarget } from "./markdown/link";
import { namesOf } from "./markdown/names";
import { organizations } from "./markdown/sections/organizations";
import { people } from "./markdown/sections/people";
import { settings } from "./markdown/sections/settings";
import { summary } from "./markdown/summary";
import { marker } from "./markdown/title";
import { violations } from "./markdown/sections/violations";
import { wordings } from "./markdown/words/wording";

/** The most that a comment on GitHub may have, in characters; GitLab allows 1,000,000. */
export const commentLimit = 65_536;

/** What a summary alone needs, in characters. */
export const leastLimit = 500;

export interface MarkdownOptions {
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
    throw new Failure(`a report cannot have ${limit} characters: its limit is a whole number, ${leastLimit} or more`);
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
