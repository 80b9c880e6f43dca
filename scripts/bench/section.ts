import { count, figure, table } from "./markdown";

/** A measured value and its target. */
export interface Verdict {
  readonly what: string;
  /** Undefined where the system does not tell. */
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

/** All targets in one table: what was measured, what is wanted, and whether that is met. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  return table(
    ["target", "measured", "at most", "met"],
    verdicts.map((verdict) => [
      verdict.what,
      shown(verdict.value, verdict),
      shown(verdict.most, verdict),
      met(verdict),
    ]),
  );
}

function shown(value: number | undefined, { unit }: Verdict): string {
  if (value === undefined) return figure(value, 0);
  if (unit === "ratio") return `${figure(value, 2)} ×`;
  if (unit === "seconds") return `${figure(value, 2)} s`;
  return `${count(Math.round(value))}${unit === "MB" ? " MB" : ""}`;
}

function met({ value, most }: Verdict): string {
  if (value === undefined || Number.isNaN(value)) return "?";
  return value <= most ? "yes" : "**no**";
}
