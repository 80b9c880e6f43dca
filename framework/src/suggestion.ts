import leven from "leven";

/** Returns `; did you mean developer?` if a known word is close to this one; otherwise an empty text. */
export function suggest(word: string, known: Iterable<string>): string {
  return askFor(findClosest(word, known));
}

/** Ends a sentence: with `; did you mean developer?` if a known word is close to this one, or else with a period. */
export function endWithSuggestion(word: string, known: Iterable<string>): string {
  return suggest(word, known) || ".";
}

/** Returns `; did you mean developer?`; an empty text without a word. */
export function askFor(meant: string | undefined): string {
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** With more known words, suggestions for many mistakes would take too long. */
const maxKnownWords = 500;

/** Returns the known word that was most likely meant; undefined if none is close. */
export function findClosest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const candidates = [...known];
  if (candidates.length > maxKnownWords) return undefined;
  const [best] = candidates
    .filter((candidate) => Math.abs(candidate.length - word.length) <= countAllowedTypos(candidate))
    .map((candidate) => ({ candidate, distance: countTypos(lower, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= countAllowedTypos(candidate) && isSamePerson(lower, candidate))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Returns false for the addresses of two people of one company, whose domains make the addresses similar. */
function isSamePerson(word: string, known: string): boolean {
  const [[name = "", domain], [knownName = "", knownDomain]] = [word.split("@"), known.toLowerCase().split("@")];
  return domain !== knownDomain || countTypos(name, knownName) <= countAllowedTypos(knownName);
}

/** Counts the letters that differ. Two letters in the wrong order are one typing error. */
function countTypos(word: string, known: string): number {
  const distance = leven(word, known);
  const sort = (text: string) => Array.from(text).sort().join();
  const isMixed = distance === 2 && sort(word) === sort(known);
  return isMixed ? 1 : distance;
}

/** Returns the number of letters that a typing error may change in a word: none in a short word, which is close to every other one. */
function countAllowedTypos(word: string): number {
  return Math.min(3, Math.floor(word.length / 3));
}
