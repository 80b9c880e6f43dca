/** Returns the median, or NaN for an empty list. */
export function computeMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return below === undefined || above === undefined ? NaN : (below + above) / 2;
}

/** Returns a Markdown table with text in its first column and numbers in the others. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** The text for a value that the system does not report. */
const unknown = "not measured";

/** Returns false for a value that the system does not report, and for a result of such a value. */
function isKnown(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}

/** Returns a number with this many decimals. */
export function formatFigure(value: number | undefined, decimals: number): string {
  return isKnown(value) ? value.toFixed(decimals) : unknown;
}

/** Returns a whole number with commas, such as `10,000`. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** Returns a time in seconds or, from two minutes, in minutes. */
export function formatTime(seconds: number): string {
  if (seconds >= 120) return `${formatFigure(seconds / 60, 0)} min`;
  return `${formatFigure(seconds, seconds < 10 ? 1 : 0)} s`;
}

/** A measured value and its target. */
export interface Verdict {
  readonly what: string;
  /** Undefined if the system does not report it. */
  readonly value: number | undefined;
  readonly most: number;
  readonly unit: "ratio" | "requests" | "MB" | "seconds";
}

/** A part of the results. */
export interface Section {
  readonly title: string;
  readonly body: string;
  readonly verdicts: readonly Verdict[];
}

/** Returns a table of all targets with the measured values. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  return renderTable(
    ["target", "measured", "at most", "met"],
    verdicts.map((verdict) => [
      verdict.what,
      formatValue(verdict.value, verdict),
      formatValue(verdict.most, verdict),
      formatResult(verdict),
    ]),
  );
}

function formatValue(value: number | undefined, { unit }: Verdict): string {
  if (!isKnown(value)) return unknown;
  if (unit === "ratio") return `${formatFigure(value, 2)} ×`;
  if (unit === "seconds") return `${formatFigure(value, 2)} s`;
  return `${formatCount(Math.round(value))}${unit === "MB" ? " MB" : ""}`;
}

function formatResult({ value, most }: Verdict): string {
  if (!isKnown(value)) return "?";
  return value <= most ? "yes" : "**no**";
}
