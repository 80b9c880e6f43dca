import { CommandError } from "../exit";

/** Returns rows as CSV (RFC 4180). A spreadsheet would run a cell that begins like a formula, so such a cell begins with an apostrophe. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(formatCell).join(",")}\n`).join("");
}

function formatCell(text: string): string {
  const safe = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Parses CSV, as spreadsheets save it: with commas or semicolons. Omits empty lines.
 * @throws CommandError if a quote does not end.
 */
export function parseCsv(given: string): readonly (readonly string[])[] {
  const text = given.replace(/^\uFEFF/, "");
  const separator = /^[^\r\n,;]*;/.test(text) ? ";" : ",";
  const rows: string[][] = [[]];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r\\n?|\\n|$)`, "y");
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null)
      throw new CommandError(`Line ${rows.length} is no CSV: a quote does not end. Correct the line.`);
    const [, quoted, plain = "", end] = match;
    rows.at(-1)?.push((quoted?.replaceAll('""', '"') ?? plain).replace(/^'('*[=+\-@\t\r])/, "$1"));
    if (end !== separator) rows.push([]);
  }
  return rows.filter((row) => row.some((one) => one !== ""));
}
