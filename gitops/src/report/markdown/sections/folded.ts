import type { Row, Section } from "../section";

/** A line of what is folded. */
export function detail(line: string): Row {
  return { text: `${line}\n`, rank: "detail", size: 1, classes: [] };
}

/** A section of which only the title is to be seen at first. */
export function folded(title: string, rows: readonly Row[], things: Section["things"]): Section {
  return { title, open: 0, head: "", rows, things };
}
