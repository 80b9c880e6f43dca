import leven from "leven";

/** `; did you mean developer?` if one of the known words is close to this one; else nothing. */
export function suggest(word: string, known: Iterable<string>): string {
  const best = findClosest(word, known);
  return best === undefined ? "" : `; did you mean ${best}?`;
}

/** With more known words, suggestions for many mistakes would take too long. */
const mostKnown = 500;

/** The known word that somebody who typed this one most likely meant. */
export function findClosest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const candidates = [...known];
  if (candidates.length > mostKnown) return undefined;
  const [best] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= farthest(candidate))
    .map((candidate) => ({ candidate, distance: leven(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= farthest(candidate))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** The number of letters that a typing error may change in a word. */
function farthest(word: string): number {
  return Math.max(1, Math.min(3, Math.floor(word.length / 3)));
}
