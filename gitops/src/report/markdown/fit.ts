import { amount, leftOut, ranks, type Row, type Section, shown } from "./section";

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
  return amounts.length === 0 ? "" : `_Left out for room: ${amounts.join(", ")}._\n`;
}

function length(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
