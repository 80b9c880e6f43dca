/** A Markdown table. The first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** What the system does not tell. */
const unknown = "not measured";

/** A number with so many decimals. */
export function figure(value: number | undefined, decimals: number): string {
  return value === undefined || Number.isNaN(value) ? unknown : value.toFixed(decimals);
}

/** A whole number, with commas: `10,000`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}
