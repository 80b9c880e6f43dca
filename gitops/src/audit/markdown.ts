import { formatCell, formatProse } from "../report/markdown/escape";
import { fitSections, type MarkdownRow, type MarkdownSection } from "../report/markdown/fit";
import { showCodePoint } from "../report/invisible";
import type { Audit } from "./audit";
import { groupFindings, type FindingGroup, countFindings } from "./findingGroups";
import { getSubjectTitle, isComplete, listRemedies, summarize } from "./report";

/** GitHub and GitLab refuse texts of more than about 65,000 characters. The rest is for additions of a pipeline. */
const longest = 60_000;

/** The maximum number of people, objects or organizations in a row. */
const namesPerRow = 20;

/** The length that is reserved for unknown facts, if there are so many findings. */
const reservedForGaps = longest / 4;

/** Returns the audit for an issue. Severe findings and failures come first. Rows that do not fit are counted. */
export function formatMarkdown(audit: Audit): string {
  const head = `## ${summarize(audit)}\n\n`;
  const [remedy, days] = [
    formatRemedies(audit),
    `Days are counted back from ${audit.at.toISOString().replace(/\.\d+Z$/, "Z")}.\n`,
  ];
  const room = longest - [head, remedy, days].join("").length;
  const [findings, gaps] = [[createFindingsSection(audit)], [createGapsSection(audit)]];
  const reserved = Math.min(reservedForGaps, fitSections(gaps, Infinity).length);
  const findingsText = fitSections(findings, room - reserved);
  return [head, findingsText, remedy, fitSections(gaps, room - findingsText.length), days].join("");
}

function createFindingsSection({ findings }: Audit): MarkdownSection {
  const head = `| severity | organization | ${getSubjectTitle(findings)} | finding |\n| --- | --- | --- | --- |\n`;
  const rows = groupFindings(findings, namesPerRow).map((group) => createRow(formatRow(group), countFindings(group)));
  return { title: "", open: Infinity, head, rows, noun: "finding" };
}

function createRow(text: string, size: number): MarkdownRow {
  return { text, rank: "none", size, classes: [] };
}

function formatRow({ severity, organizations, subjects, predicate }: FindingGroup): string {
  const list = (names: readonly string[]) => names.map(formatCell).join(", ");
  // A `|` ends the cell, even in code.
  return `| ${severity} | ${list(organizations)} | ${list(subjects)} | ${formatProse(predicate.replaceAll("|", showCodePoint))} |\n`;
}

function formatRemedies(audit: Audit): string {
  const rows = listRemedies(audit).map(([kind, remedy]) => `| ${kind} | ${remedy} |\n`);
  if (rows.length === 0) return "";
  return `<details>\n<summary>What to do</summary>\n\n| kind | what to do |\n| --- | --- |\n${rows.join("")}\n</details>\n\n`;
}

/** Lists failures before facts that this API never reports. */
function createGapsSection(audit: Audit): MarkdownSection {
  const title = isComplete(audit) ? "Not known" : "Incomplete: the audit could not read everything";
  const sorted = audit.gaps.toSorted((a, b) => Number(b.hasFailed) - Number(a.hasFailed));
  const rows = [...new Set(sorted.map(({ sentence }) => sentence))].map((sentence) =>
    createRow(`- ${formatProse(sentence)}\n`, 1),
  );
  return { title, open: Infinity, head: "", rows, noun: "unknown" };
}
