import { groupBy } from "../../grouping";
import { formatCount, formatNumber } from "../../wording";

/** The order in which rows are kept if there is no room for all. */
export const ranks = ["refused", "high", "medium", "low", "none", "detail", "pending"] as const;

export type Rank = (typeof ranks)[number];

/** Lines that appear together or not at all. */
export interface MarkdownRow {
  /** Ends with a line break. */
  readonly text: string;
  readonly rank: Rank;
  /** The number of things in the row, as the section counts them. */
  readonly size: number;
  /** The risks and the like, for the count of omitted rows. */
  readonly classes: readonly string[];
}

/** Rows of one kind. The last are omitted first. */
export interface MarkdownSection {
  /** Empty for a section that has no heading. */
  readonly title: string;
  /** The number of visible rows. The section folds the others. With 0, only the title is visible. */
  readonly open: number;
  /** The text before the first row and before the first folded row, such as the head of a table. */
  readonly head: string;
  /** The most important first. */
  readonly rows: readonly MarkdownRow[];
  /** The word for one thing. */
  readonly noun: string;
  /** By default, the noun with an `s`. */
  readonly plural?: string;
}

/** The number of rows that a reader can scroll past on a phone. */
export const readableRows = 40;

/** Returns a section with its first rows and a note on the omitted ones. A section without either is empty. */
function showSection(section: MarkdownSection, count: number, note = ""): string {
  const { title, open, head, rows } = section;
  if (count === 0 && note === "") return "";
  const texts = rows.slice(0, count).map(({ text }) => text);
  const [visible, folded] = [texts.slice(0, open), texts.slice(open)];
  return [
    open === 0 || title === "" ? "" : `### ${title}\n\n`,
    visible.length === 0 ? "" : `${head}${visible.join("")}\n`,
    folded.length === 0
      ? ""
      : `<details>\n<summary>${open === 0 ? title : countThings(section, open, "more ")}</summary>\n\n` +
        `${head}${folded.join("")}\n</details>\n\n`,
    note === "" ? "" : `${note}\n`,
  ].join("");
}

/** Counts the rows after the first `count`, in a line; empty for none. */
function describeOmitted(section: MarkdownSection, count: number): string {
  const rows = section.rows.slice(count);
  if (rows.length === 0) return "";
  const counts = new Map<string, number>();
  for (const name of rows.flatMap((row) => row.classes)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const classes = [...counts].map(([name, count]) => `${name} (${formatNumber(count)})`);
  return `_Omitted for length: ${countThings(section, count)}${classes.length === 0 ? "" : `: ${classes.join(", ")}`}._\n`;
}

/** Counts the things after the first `count` rows, in words. With `more ` before them, `3 more people`. */
function countThings({ rows, noun, plural = `${noun}s` }: MarkdownSection, count: number, before = ""): string {
  const size = rows.slice(count).reduce((sum, row) => sum + row.size, 0);
  return formatCount(size, before + noun, before + plural);
}

/**
 * The position of the notes on omitted rows. `each`: in each visible section, and in one line at the end for folded
 * sections. `together`: all in that line, if there is little room.
 */
type Notes = "each" | "together";

/** Returns all sections, or as much of them as `room` characters hold. Counts all omissions. */
export function fitSections(sections: readonly MarkdownSection[], room: number): string {
  const whole = isTooLong(sections, room)
    ? undefined
    : sections.map((section) => showSection(section, section.rows.length)).join("");
  if (whole !== undefined && whole.length <= room) return whole;
  const closed = measure(sections.map((section) => showPart(section, 0, "each")));
  const notes: Notes = closed <= room / 4 ? "each" : "together";
  const counts = chooseRows(sections, notes, room);
  const texts = sections.map((section, index) => showPart(section, counts[index] ?? 0, notes));
  return texts.join("") + describeAllOmitted(sections, counts, notes);
}

/** Reports if the rows alone need more than `room` characters. Writes no more rows than that. */
function isTooLong(sections: readonly MarkdownSection[], room: number): boolean {
  let length = 0;
  for (const { rows } of sections) {
    for (const { text } of rows) {
      length += text.length;
      if (length > room) return true;
    }
  }
  return false;
}

/** Counts the rows of each section that fit. */
function chooseRows(sections: readonly MarkdownSection[], notes: Notes, room: number): readonly number[] {
  const counts = sections.map(() => 0);
  // Notes only become shorter with each row, so the room for the longest ones is reserved.
  let remaining =
    room -
    measure(sections.map((section) => showPart(section, 0, notes))) -
    describeAllOmitted(sections, counts, notes).length;
  for (const rank of ranks) {
    const full = new Set<number>();
    for (const [index, section, row] of takeTurns(sections, (row) => row.rank === rank)) {
      if (full.has(index)) continue;
      const count = counts[index] ?? 0;
      const cost = row.text.length + measureFrame(section, count, notes);
      if (cost > remaining) {
        full.add(index);
        continue;
      }
      remaining -= cost;
      counts[index] = count + 1;
    }
    // Less important rows do not take the room of more important ones.
    if (full.size > 0) break;
  }
  return counts;
}

/** Returns rows of each section in turn, so that a long section does not take all the room. */
function takeTurns(
  sections: readonly MarkdownSection[],
  test: (row: MarkdownRow) => boolean,
): readonly (readonly [index: number, section: MarkdownSection, row: MarkdownRow])[] {
  return sections
    .flatMap((section, index) => section.rows.filter(test).map((row, turn) => ({ turn, index, section, row })))
    .sort((a, b) => a.turn - b.turn || a.index - b.index)
    .map(({ index, section, row }) => [index, section, row] as const);
}

function showPart(section: MarkdownSection, count: number, notes: Notes): string {
  return showSection(section, count, hasNote(section, count, notes) ? describeOmitted(section, count) : "");
}

function hasNote({ open }: MarkdownSection, count: number, notes: Notes): boolean {
  return notes === "each" && (open > 0 || count > 0);
}

/** Returns the extra length of the first visible row, and of the first folded row. */
function measureFrame(section: MarkdownSection, count: number, notes: Notes): number {
  if (count !== 0 && count !== section.open) return 0;
  const longest = describeOmitted(section, 0);
  const empty = {
    ...section,
    rows: section.rows.map(({ rank, size, classes }) => ({ text: "", rank, size, classes })),
  };
  const measureRows = (rows: number) => showSection(empty, rows, hasNote(section, rows, notes) ? longest : "").length;
  return measureRows(count + 1) - measureRows(count);
}

/** Returns the line for all sections without their own note. */
function describeAllOmitted(sections: readonly MarkdownSection[], counts: readonly number[], notes: Notes): string {
  const omitted = sections.flatMap((section, index) => {
    const count = counts[index] ?? 0;
    const rows = section.rows.slice(count);
    return rows.length > 0 && !hasNote(section, count, notes) ? [{ ...section, rows }] : [];
  });
  // A section can have several parts.
  const amounts = [...groupBy(omitted, ({ noun }) => noun).values()].map(([first, ...others]) =>
    countThings({ ...first, rows: [first, ...others].flatMap(({ rows }) => rows) }, 0),
  );
  return amounts.length === 0 ? "" : `_Omitted for length: ${amounts.join(", ")}._\n`;
}

function measure(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
