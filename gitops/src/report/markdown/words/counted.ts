/** A number as people write it: `2,000`. */
export function numbered(count: number): string {
  return count.toLocaleString("en");
}

/** A number of things: `1 person`, `2,000 people`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numbered(count)} ${count === 1 ? one : many}`;
}

/** Counts each of some words, in the order in which they come first. */
export function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
