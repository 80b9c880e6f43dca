import { formatCell, formatProse } from "../report/markdown/escape";
import { showCodePoint } from "../report/invisible";
import { formatCount } from "../wording";
import type { Audit } from "./audit";
import { groupFindings, type Group, countFindings } from "./findingGroups";
import { getSubjectTitle, isComplete, listRemedies, summarize } from "./report";

/** GitHub and GitLab refuse texts of more than about 65,000 characters. The rest is for additions of a pipeline. */
const longest = 60_000;

/** The maximum number of people, objects or organizations in a row. */
const namesPerRow = 20;

/** The length that is reserved for unknown facts, if there are so many findings. */
const reservedForGaps = longest / 4;

/** Returns the audit for an issue. Severe findings and failures come first. Rows that do not fit are counted. */
export function formatMarkdown(audit: Audit): string {
  const head = `## ${summarize(audit)}\n`;
  const [remedy, days] = [
    formatRemedies(audit),
    `Days are counted back from ${audit.at.toISOString().replace(/\.\d+Z$/, "Z")}.\n`,
  ];
  const room = longest - [head, "", "", remedy, days].join("\n").length;
  const [findings, gaps] = [formatFindings(audit), formatGaps(audit)];
  const findingsText = fitRows(findings, room - Math.min(reservedForGaps, measure(gaps)));
  const gapsText = fitRows(gaps, room - findingsText.length);
  return [head, findingsText, remedy, gapsText, days].filter((section) => section !== "").join("\n");
}

/** Rows, of which the last are omitted first. */
interface Part {
  readonly head: string;
  readonly rows: readonly Row[];
  /** The word for one thing in a row. */
  readonly noun: string;
}

interface Row {
  readonly text: string;
  /** The number of things in it. */
  readonly size: number;
}

function measure({ head, rows }: Part): number {
  return rows.reduce((length, { text }) => length + text.length, rows.length === 0 ? 0 : head.length);
}

/** Returns the rows that fit, and counts the others. */
function fitRows(part: Part, room: number): string {
  const { head, rows, noun } = part;
  if (rows.length === 0) return "";
  const show = (some: readonly Row[]) => head + some.map(({ text }) => text).join("");
  if (measure(part) <= room) return show(rows);
  const countOmitted = (omitted: readonly Row[]) => {
    const size = omitted.reduce((sum, row) => sum + row.size, 0);
    return `\n${formatCount(size, `more ${noun}`)} did not fit here.\n`;
  };
  let length = head.length + countOmitted(rows).length;
  const cut = rows.findIndex(({ text }) => (length += text.length) > room);
  return show(rows.slice(0, cut)) + countOmitted(rows.slice(cut));
}

function formatFindings({ findings }: Audit): Part {
  const head = `| severity | organization | ${getSubjectTitle(findings)} | finding |\n| --- | --- | --- | --- |\n`;
  const rows = groupFindings(findings, namesPerRow).map((group) => ({
    text: formatRow(group),
    size: countFindings(group),
  }));
  return { head, rows, noun: "finding" };
}

function formatRow({ severity, organizations, subjects, predicate }: Group): string {
  const list = (names: readonly string[]) => names.map(formatCell).join(", ");
  // A `|` ends the cell, even in code.
  return `| ${severity} | ${list(organizations)} | ${list(subjects)} | ${formatProse(predicate.replaceAll("|", showCodePoint))} |\n`;
}

function formatRemedies(audit: Audit): string {
  const rows = listRemedies(audit).map(([kind, remedy]) => `| ${kind} | ${remedy} |\n`);
  if (rows.length === 0) return "";
  return `<details>\n<summary>What to do</summary>\n\n| kind | what to do |\n| --- | --- |\n${rows.join("")}\n</details>\n`;
}

/** Lists failures before facts that this API never reports. */
function formatGaps(audit: Audit): Part {
  const title = isComplete(audit) ? "Not known" : "Incomplete: the audit could not read everything";
  const sorted = audit.gaps.toSorted((a, b) => Number(b.hasFailed) - Number(a.hasFailed));
  return {
    head: `### ${title}\n\n`,
    rows: sorted.map(({ sentence }) => ({ text: `- ${formatProse(sentence)}\n`, size: 1 })),
    noun: "unknown",
  };
}
