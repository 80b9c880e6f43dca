/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  return joined(words, "or");
}

/** `a`, `a and b`, `a, b and c`. */
export function all(words: readonly string[]): string {
  return joined(words, "and");
}

function joined(words: readonly string[], last: string): string {
  const rest = words.slice(0, -1);
  return [...(rest.length > 0 ? [rest.join(", ")] : []), ...words.slice(-1)].join(` ${last} `);
}
