import { printable, printableLine } from "#framework";
import { formatList, formatTable } from "../terminal/text";
import type { Audit } from "./audit";
import { groupFindings } from "./findingGroups";
import type { Severity } from "./kinds";
import { getSubjectTitle, listRemedies, summarize } from "./report";

const escapes: Readonly<Record<Severity, string>> = { high: "31", medium: "33", low: "36" };

/** Returns the audit as a table of that width. */
export function formatText(audit: Audit, width: number): string {
  const gaps = audit.gaps.map(({ sentence }) => sentence);
  const sections = [
    `${summarize(audit)}\n`,
    formatFindings(audit, width),
    formatRemedies(audit, width),
    formatList("Not known", gaps, width),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

/** Returns the table with coloured severities. */
export function formatColoredText(audit: Audit, width: number): string {
  return printable(formatText(audit, width)).replace(
    /^(high|medium|low) *(?= {2})/gm,
    (cell, severity: Severity) => `\u001B[${escapes[severity]}m${cell}\u001B[39m`,
  );
}

function formatFindings({ findings }: Audit, width: number): string {
  if (findings.length === 0) return "";
  const list = (names: readonly string[]) => names.map(printableLine).join(", ");
  const rows = groupFindings(findings).map(({ severity, organizations, subjects, predicate }) => [
    severity,
    list(organizations),
    list(subjects),
    printableLine(predicate),
  ]);
  const columns = [
    { title: "severity", most: 8 },
    { title: "organization", most: 20 },
    { title: getSubjectTitle(findings), most: 30 },
    { title: "finding" },
  ];
  return formatTable(columns, rows, width);
}

function formatRemedies(audit: Audit, width: number): string {
  const rows = listRemedies(audit);
  const columns = [{ title: "kind", most: 30 }, { title: "what to do" }];
  return rows.length === 0 ? "" : formatTable(columns, rows, width);
}
