/**
 * Builds a path; values are encoded, so that none of them can reach another path.
 *
 * @throws RangeError for a value that would drop out of the path.
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(segment));
}

function segment(value: string): string {
  if (/^\.{0,2}$/.test(value)) throw new RangeError(`"${value}" cannot be an id.`);
  // Legal as it is, and PRNs stay readable.
  return encodeURIComponent(value).replaceAll("%3A", ":");
}
