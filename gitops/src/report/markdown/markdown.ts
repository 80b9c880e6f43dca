import { basename } from "node:path";
import { CommandError } from "../../exit";
import { formatNumber, joinAnd } from "../../wording";
import { formatTime, type Report, type Reviewed, shortenCommit } from "../report";
import type { Summary } from "../summary";
import { formatCode, formatProse, formatText } from "./escape";
import { fitSections, readableRows } from "./fit";
import { createSections, marks } from "./sections";

/** The maximum length of a comment on GitHub, in characters. GitLab allows 1,000,000. */
export const commentLimit = 65_536;

/** The length of a summary alone, in characters. */
export const smallestLimit = 500;

interface MarkdownOptions {
  /** The maximum length in characters, 500 or more. By default, the one of GitHub's comments. */
  readonly limit?: number;
  /** The heading, which differs between the comments of one pull request. */
  readonly title?: string;
  /** The address of the full report. */
  readonly link?: string;
  /** Absent if the commit is unknown. */
  readonly reviewed?: Reviewed;
}

/**
 * Returns a report as a comment on a pull request. Its first line is hidden and depends only on the title. A pipeline finds its
 * comment by this line.
 * @throws CommandError for an invalid limit, title or link.
 */
export function formatMarkdown(
  report: Report,
  { limit = commentLimit, title = "Access review", link, reviewed }: MarkdownOptions = {},
): string {
  if (!Number.isSafeInteger(limit) || limit < smallestLimit) {
    throw new CommandError(`The limit ${limit} is invalid. Use a whole number, ${smallestLimit} or more.`);
  }
  const origin = formatOrigin(reviewed);
  const createHead = (isBrief: boolean) =>
    `${createMarker(title)}\n\n## ${formatProse(title)}\n\n${formatSummary(report.summary, isBrief)}\n\n${isBrief ? "" : origin}`;
  const top = createHead(createHead(false).length > limit / 2);
  const pointer = link === undefined ? "" : `[Full report](${escapeLink(link)})\n\n`;
  const linked = top.length + pointer.length > limit / 2 ? top : top + pointer;
  return `${linked}${fitSections(createSections(report), limit - linked.length)}`.trimEnd() + "\n";
}

/** Previews that failed in the same way. */
interface Failure {
  /** The names of the previews. */
  readonly sources: readonly string[];
  readonly errors: readonly string[];
  /** Sentences about the next step; undefined if the errors are enough. */
  readonly remedy: string | undefined;
}

/** Returns a comment without a verdict, for previews that failed. The pipeline finds it by the same first line as a review. */
export function formatFailure(
  previews: readonly Failure[],
  { limit = commentLimit, title = "Access review", reviewed }: Omit<MarkdownOptions, "link"> = {},
): string {
  const count = previews.flatMap(({ sources }) => sources).length;
  const failed = count === 1 ? "the preview" : `${count} previews`;
  const head = `${createMarker(title)}\n\n## ${formatProse(title)}\n\n**No verdict: ${failed} failed**\n\n${formatOrigin(reviewed)}`;
  const remedies = [...new Set(previews.flatMap(({ remedy }) => remedy ?? []))];
  const advice = `${remedies.map((remedy) => `${formatProse(remedy)}\n\n`).join("")}If the branch causes the errors, push a correction. Otherwise, for example if a secret is missing, correct the cause, and run the job again.\n`;
  const row = (text: string) => ({ text: `- ${formatProse(text)}\n`, rank: "high" as const, size: 1, classes: [] });
  const sections = previews.map(({ sources, errors }) => ({
    // The folders mean nothing to the reader of a comment.
    title: `Errors in ${formatProse(joinAnd(sources.map((source) => basename(source))))}`,
    open: readableRows,
    head: "",
    rows: errors.map(row),
    noun: "error",
  }));
  return head + fitSections(sections, limit - head.length - advice.length) + advice;
}

function formatOrigin(reviewed: Reviewed | undefined): string {
  return reviewed === undefined
    ? ""
    : `Commit ${formatCode(shortenCommit(reviewed))}, reviewed ${formatTime(reviewed)}\n\n`;
}

/** Returns the most important lines: the verdict, the numbers of changes, and the risks. With `isBrief`, leaves out the rest. */
function formatSummary({ outcome, verdict, counts: [first, ...others], levels }: Summary, isBrief: boolean): string {
  const risks = levels
    .filter(({ changes }) => changes > 0)
    .map(({ level, changes, risks }) => {
      const count = `${marks[level]} ${formatNumber(changes)} ${level}`;
      const named = risks.map(({ words, extent }) => `${words} (${formatText(extent)})`);
      return isBrief ? count : `${count}: ${named.join(", ")}`;
    });
  const head = [
    outcome === "note" ? verdict : `**${verdict}**`,
    ...[first, ...(isBrief ? [] : others)].map((count) => formatText(count)),
  ];
  return isBrief ? [...head, ...risks].join(" · ") : [head.join(" · "), ...risks].join("<br>");
}

/**
 * Escapes an address so that none of its characters ends a link.
 * @throws CommandError unless it is an address of the web.
 */
export function escapeLink(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new CommandError(
      `The link ${JSON.stringify(address)} is not a web address. Use an address that begins with https://.`,
    );
  }
  return url.href.replace(/[^\w:/?#@!$,;=.~%+-]/g, encodeCharacter);
}

function encodeCharacter(character: string): string {
  return character === "&" ? "&amp;" : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** The characters that a heading and a hidden comment can hold without escapes. */
const allowed = /^[\p{L}\p{N}][\p{L}\p{N} ._,:/()+-]*$/u;
const longest = 40;

/**
 * Returns the hidden line by which a pipeline finds its own comment: `<!-- peridio-gitops review: TITLE -->`.
 * @throws CommandError for a title of more than 40 characters, or with other characters than letters, digits, spaces and `._,:/()+-`.
 */
export function createMarker(title: string): string {
  if (!allowed.test(title) || title.includes("--") || title.length > longest) {
    throw new CommandError(
      `The title ${JSON.stringify(title)} is invalid. Use up to ${longest} letters, digits, spaces and ._,:/()+-, without "--". Begin with a letter or a digit.`,
    );
  }
  return `<!-- peridio-gitops review: ${title} -->`;
}
