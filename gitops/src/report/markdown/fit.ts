import { counted, numbered } from "../../wording";
import { tally } from "./words";

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
function shown(section: Section, count: number, note = ""): string {
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
function leftOut(section: Section, count: number): string {
  const rows = section.rows.slice(count);
  if (rows.length === 0) return "";
  const classes = [...tally(rows.flatMap((row) => row.classes))].map(([name, times]) => `${name} (${numbered(times)})`);
  return `_Omitted for length: ${amount(section, count)}${classes.length === 0 ? "" : `: ${classes.join(", ")}`}._\n`;
}

/** How many things are behind the first `count` rows, in words, as `3 more people` with `more ` before what they are. */
function amount({ rows, things: [one, many] }: Section, count: number, before = ""): string {
  const size = rows.slice(count).reduce((sum, row) => sum + row.size, 0);
  return counted(size, before + one, before + many);
}

/**
 * How it is said what was left out: by each section for itself, and in one line at the end for what would be folded, or, where there
 * is hardly any room, in one line for everything.
 */
type Notes = "each" | "together";

/** All sections, or as much of them as `room` characters hold. Nothing is left out without being counted. */
export function fit(sections: readonly Section[], room: number): string {
  const whole = sections.map((section) => shown(section, section.rows.length)).join("");
  if (whole.length <= room) return whole;
  const closed = length(sections.map((section) => part(section, 0, "each")));
  const notes: Notes = closed <= room / 4 ? "each" : "together";
  const counts = chosen(sections, notes, room);
  const texts = sections.map((section, index) => part(section, counts[index] ?? 0, notes));
  return texts.join("") + together(sections, counts, notes);
}

/** How many rows of each section there is room for. */
function chosen(sections: readonly Section[], notes: Notes, room: number): readonly number[] {
  const counts = sections.map(() => 0);
  // Set aside is what notes may take at most: with every row that is shown, they can only become shorter.
  let left =
    room - length(sections.map((section) => part(section, 0, notes))) - together(sections, counts, notes).length;
  for (const rank of ranks) {
    const full = new Set<number>();
    for (const [index, section, row] of inTurn(sections, (one) => one.rank === rank)) {
      if (full.has(index)) continue;
      const count = counts[index] ?? 0;
      const cost = row.text.length + frame(section, count, notes);
      if (cost > left) {
        full.add(index);
        continue;
      }
      left -= cost;
      counts[index] = count + 1;
    }
    // What matters less is not shown in the place of what matters more.
    if (full.size > 0) break;
  }
  return counts;
}

/** The rows that are wanted, one of each section in turn, so that a long section does not take all the room. */
function inTurn(
  sections: readonly Section[],
  wanted: (row: Row) => boolean,
): readonly (readonly [index: number, section: Section, row: Row])[] {
  return sections
    .flatMap((section, index) => section.rows.filter(wanted).map((row, turn) => ({ turn, index, section, row })))
    .sort((one, other) => one.turn - other.turn || one.index - other.index)
    .map(({ index, section, row }) => [index, section, row] as const);
}

function part(section: Section, count: number, notes: Notes): string {
  return shown(section, count, hasNote(section, count, notes) ? leftOut(section, count) : "");
}

function hasNote({ open }: Section, count: number, notes: Notes): boolean {
  return notes === "each" && (open > 0 || count > 0);
}

/** What a row takes besides itself where it is the first one that is seen, or the first one that is folded. */
function frame(section: Section, count: number, notes: Notes): number {
  if (count !== 0 && count !== section.open) return 0;
  const longest = leftOut(section, 0);
  const empty = { ...section, rows: section.rows.map((row) => ({ ...row, text: "" })) };
  const framed = (rows: number) => shown(empty, rows, hasNote(section, rows, notes) ? longest : "").length;
  return framed(count + 1) - framed(count);
}

/** The line for all sections that have no note of their own. */
function together(sections: readonly Section[], counts: readonly number[], notes: Notes): string {
  const amounts = sections.flatMap((section, index) => {
    const count = counts[index] ?? 0;
    return section.rows.length > count && !hasNote(section, count, notes) ? [amount(section, count)] : [];
  });
  return amounts.length === 0 ? "" : `_Omitted for length: ${amounts.join(", ")}._\n`;
}

function length(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
