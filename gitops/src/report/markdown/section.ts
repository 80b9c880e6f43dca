import { counted, numbered } from "../../wording/counted";
import { tally } from "./words/tally";

/** How long a row is kept when there is no room for all: what comes first here is left out last. */
export const ranks = ["refused", "high", "medium", "low", "detail"] as const;

export type Rank = (typeof ranks)[number];

/** Some lines that are shown whole or not at all. */
export interface Row {
  /** With the line break at its end. */
  readonly text: string;
  readonly rank: Rank;
  /** How many things it tells, of those that the section's `things` name. */
  readonly size: number;
  /** The classes of risk and the like that are counted when it is left out. */
  readonly classes: readonly string[];
}

/** Rows of one kind, which are left out from the end on. */
export interface Section {
  readonly title: string;
  /** How many rows are to be seen at once; the others are folded. With 0, the title is what is to be seen. */
  readonly open: number;
  /** What stands before the first row, and before the first that is folded, such as the head of a table. */
  readonly head: string;
  /** By rank. */
  readonly rows: readonly Row[];
  /** What the rows tell, for counting: one, and several. */
  readonly things: readonly [one: string, many: string];
}

/** How many rows a person looks over before a list becomes too long to be scrolled past, above all on a phone. */
export const enough = 40;

/** A section with its first rows; `note` says what is left out of it. A section without either is nothing. */
export function shown(section: Section, count: number, note = ""): string {
  const { title, open, head, rows } = section;
  if (count === 0 && note === "") return "";
  const texts = rows.slice(0, count).map(({ text }) => text);
  const [seen, folded] = [texts.slice(0, open), texts.slice(open)];
  return [
    open === 0 ? "" : `### ${title}\n\n`,
    seen.length === 0 ? "" : `${head}${seen.join("")}\n`,
    folded.length === 0
      ? ""
      : `<details>\n<summary>${open === 0 ? title : amount(section, open, "more ")}</summary>\n\n` +
        `${head}${folded.join("")}\n</details>\n\n`,
    note === "" ? "" : `${note}\n`,
  ].join("");
}

/** What is left out behind the first `count` rows, in a line; empty if nothing is. */
export function leftOut(section: Section, count: number): string {
  const rows = section.rows.slice(count);
  if (rows.length === 0) return "";
  const classes = [...tally(rows.flatMap((row) => row.classes))].map(([name, times]) => `${name} (${numbered(times)})`);
  return `_Left out for room: ${amount(section, count)}${classes.length === 0 ? "" : `: ${classes.join(", ")}`}._\n`;
}

/** How many things are behind the first `count` rows, in words, as `3 more people` with `more ` before what they are. */
export function amount({ rows, things: [one, many] }: Section, count: number, before = ""): string {
  const size = rows.slice(count).reduce((sum, row) => sum + row.size, 0);
  return counted(size, before + one, before + many);
}
