/** A string in Peridio's search language. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "\\'")}'`;
}
