import { printable } from "#framework/messages";
import { formatList, formatTable, joinParts } from "../terminal/text";
import type { Audit } from "./audit";
import { groupFindings } from "./findingGroups";
import type { Severity } from "./kinds";
import { getSubjectTitle, listRemedies, summarize } from "./report";

const escapes: Readonly<Record<Severity, string>> = { high: "31", medium: "33", low: "36" };

/** Returns the audit as a table of that width. */
export function formatText(audit: Audit, width: number): string {
  const gaps = [...new Set(audit.gaps.map(({ sentence }) => sentence))];
  return joinParts([
    `${summarize(audit)}\n`,
    formatFindings(audit, width),
    formatTable([{ title: "kind", most: 30 }, { title: "what to do" }], listRemedies(audit), width),
    formatList("Not known", gaps, width),
  ]);
}

/** Returns the table with coloured severities. */
export function formatColoredText(audit: Audit, width: number): string {
  return printable(formatText(audit, width)).replace(
    /^(high|medium|low) *(?= {2})/gm,
    (cell, severity: Severity) => `\u001B[${escapes[severity]}m${cell}\u001B[39m`,
  );
}

function formatFindings({ findings }: Audit, width: number): string {
  const rows = groupFindings(findings).map(({ severity, organizations, subjects, predicate }) => [
    severity,
    organizations.join(", "),
    subjects.join(", "),
    predicate,
  ]);
  const columns = [
    { title: "severity", most: 8 },
    { title: "organization", most: 20 },
    { title: getSubjectTitle(findings), most: 30 },
    { title: "finding" },
  ];
  return formatTable(columns, rows, width);
}
