import leven from "leven";

/** `; did you mean developer?` if one of the known words is close to this one; else nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  const best = closest(word, known);
  return best === undefined ? "" : `; did you mean ${best}?`;
}

/** The known word that somebody who typed this one most likely meant. */
export function closest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const [best] = [...known]
    .map((candidate) => ({ candidate, distance: leven(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.min(3, Math.floor(candidate.length / 3))))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}
