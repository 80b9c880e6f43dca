import { cell, prose } from "../report/markdown/words/escape";
import { codePoint } from "../report/visible";
import { counted } from "../wording/counted";
import type { Audit } from "./audit";
import type { Finding } from "./finding";
import { isComplete } from "./report";
import { remediesOf, summaryOf } from "./words";

/** GitHub and GitLab refuse longer texts than about 65,000 characters; some are left for what a pipeline adds. */
const longest = 60_000;

/** The audit for an issue. The worst findings come first, and those that no longer fit are counted. */
export function asMarkdown(audit: Audit): string {
  const head = `## ${summaryOf(audit)}\n`;
  const tail = [remedies(audit), gaps(audit), `Days are counted back from ${audit.at.toISOString()}.\n`];
  const room = longest - [head, ...tail].join("\n").length;
  return [head, findings(audit, room), ...tail].filter((section) => section !== "").join("\n");
}

function findings({ findings }: Audit, room: number): string {
  if (findings.length === 0) return "";
  const head = "| severity | organization | person | finding |\n| --- | --- | --- | --- |\n";
  const rows = findings.map(row);
  let length = head.length + 100;
  const cut = rows.findIndex((one) => (length += one.length) > room);
  if (cut === -1) return head + rows.join("");
  return `${head}${rows.slice(0, cut).join("")}\n${counted(rows.length - cut, "more finding")} did not fit here.\n`;
}

function row({ severity, organization, person = "", predicate }: Finding): string {
  const who = person === "" ? "" : cell(person);
  // Even in code, a `|` ends the cell.
  return `| ${severity} | ${cell(organization)} | ${who} | ${prose(predicate.replaceAll("|", codePoint))} |\n`;
}

function remedies(audit: Audit): string {
  const rows = remediesOf(audit).map(([kind, remedy]) => `| ${kind} | ${remedy} |\n`);
  if (rows.length === 0) return "";
  return `<details>\n<summary>What to do</summary>\n\n| kind | what to do |\n| --- | --- |\n${rows.join("")}\n</details>\n`;
}

function gaps(audit: Audit): string {
  if (audit.gaps.length === 0) return "";
  const title = isComplete(audit) ? "Not known" : "Incomplete: not everything could be read";
  return `### ${title}\n\n${audit.gaps.map(({ sentence }) => `- ${prose(sentence)}\n`).join("")}`;
}
