import * as z from "zod";
import { countOthers, mostPrinted, inOneLine, printable } from "#framework/messages";
import { formatSarif, type Result } from "../sarif/sarif";
import { computeDigest } from "../digest";
import { formatJson } from "../terminal/text";
import { array, definition, root, string } from "../schema";

// The schema of `validate --json`. `gitops/validate.schema.json` is generated from it.

function position(noun: "line" | "column") {
  const description = `The ${noun}, from 1. Absent if the remark is not about one line.`;
  return z.int().min(1).optional().meta({ description });
}

const remark = definition("Remark", "A mistake or a warning in a file.", {
  file: string("The file, or the given path if the remark is not about one file."),
  line: position("line"),
  column: position("column"),
  message: string("The mistake and its remedy."),
});

export const validation = root("A validation of layouts and access rules", "The mistakes and warnings in files.", {
  mistakes: array(remark, "The mistakes; empty if the files are correct."),
  warnings: array(remark, "The warnings."),
});

/** A mistake or a warning in a file. */
export type Remark = z.output<typeof remark> & { readonly severity: "mistake" | "warning" };

/** Sorts remarks by file, line and column. Remarks without a line come first. */
function sortRemarks(remarks: readonly Remark[]): readonly Remark[] {
  return [...remarks].sort((a, b) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  });
}

export const formats = ["text", "json", "github", "gitlab", "sarif"] as const;
export type Format = (typeof formats)[number];

/** Formats remarks in order. `paths` are the checked paths, in order. */
export function formatRemarks(format: Format, unsorted: readonly Remark[], paths: readonly string[]): string {
  const remarks = sortRemarks(unsorted);
  switch (format) {
    case "text":
      return formatText(remarks, paths);
    case "json":
      return formatJson(createReport(remarks));
    case "github":
      return formatLines(remarks, formatCommand);
    case "gitlab":
      return formatJson(remarks.map(createQualityIssue));
    case "sarif":
      return formatSarif(remarks.map(createResult));
  }
}

function formatText(remarks: readonly Remark[], paths: readonly string[]): string {
  if (remarks.length === 0) return paths.map((path) => `${inOneLine(path)}: no mistakes\n`).join("");
  return formatLines(remarks, ({ severity, file, line, column, message }) => {
    const position = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
    return inOneLine(`${position}: ${severity === "warning" ? "warning: " : ""}${message}`);
  });
}

/** Formats one remark a line. If there are too many, omits warnings first. */
function formatLines(remarks: readonly Remark[], formatLine: (remark: Remark) => string): string {
  const filterBySeverity = (expected: Remark["severity"]) => remarks.filter(({ severity }) => severity === expected);
  const first = sortRemarks([...filterBySeverity("mistake"), ...filterBySeverity("warning")].slice(0, mostPrinted));
  return [...first.map(formatLine), ...countOthers(remarks)].map((line) => `${line}\n`).join("");
}

function createReport(remarks: readonly Remark[]): z.output<typeof validation> {
  const of = (expected: Remark["severity"]) =>
    remarks.flatMap(({ severity, ...rest }) => (severity === expected ? [rest] : []));
  return { mistakes: of("mistake"), warnings: of("warning") };
}

/** Returns a workflow command of GitHub Actions, which marks the line in the pull request. */
function formatCommand({ severity, file, line, column, message }: Remark): string {
  const escape = (text: string) => printable(text).replace(/%/g, "%25").replace(/\n/g, "%0A");
  const escapeProperty = (text: string) => escape(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
  const position = line === undefined ? "" : `,line=${line},col=${column ?? 1}`;
  return `::${severity === "mistake" ? "error" : "warning"} file=${escapeProperty(file)}${position}::${escape(message)}`;
}

function createResult({ severity, message, ...place }: Remark): Result {
  return severity === "mistake"
    ? { id: "mistake", title: "A mistake in a layout or in access rules", level: "error", message, place }
    : { id: "warning", title: "A warning about a layout or access rules", level: "warning", message, place };
}

/** Returns an issue of GitLab's code quality report, which marks the line in the merge request. */
function createQualityIssue({ severity, file, line = 1, message }: Remark): object {
  return {
    description: message,
    check_name: "peridio-gitops validate",
    // Without the line, an issue keeps its identity when it moves.
    fingerprint: computeDigest(`${file}\n${message}`),
    severity: severity === "mistake" ? "major" : "minor",
    location: { path: file, lines: { begin: line } },
  };
}
