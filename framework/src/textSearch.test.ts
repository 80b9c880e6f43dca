import { TextSearch } from "./textSearch";

function search(...texts: readonly string[]): TextSearch {
  const search = new TextSearch();
  for (const text of texts) search.add(text);
  return search;
}

/** Returns the texts that occur, with their positions. */
function find(searched: string, ...texts: readonly string[]): string[] {
  return search(...texts)
    .findSpans(searched)
    .map(({ start, end }) => `${start} ${searched.slice(start, end)}`);
}

test("every occurrence of every text is found, in order", () => {
  expect(find("ada, bob, ada", "bob", "ada", "eve")).toEqual(["0 ada", "5 bob", "10 ada"]);
});

test("occurrences may overlap", () => {
  expect(find("ababab", "abab", "bab")).toEqual(["0 abab", "1 bab", "2 abab", "3 bab"]);
});

test("a text may be as long as the searched one, or longer", () => {
  expect(find("ada", "ada", "adam")).toEqual(["0 ada"]);
  expect(find("", "ada")).toEqual([]);
});

test("texts with the same hash are distinguished", () => {
  // Under any odd base, these two have the same hash in 32 bits (Thue–Morse).
  const turned = (text: string) => text.replace(/[ab]/g, (unit) => (unit === "a" ? "b" : "a"));
  let one = "a";
  while (one.length < 2_048) one += turned(one);
  const other = turned(one);
  expect(search(one).findSpans(other)).toEqual([]);
  expect(search(one, other).findSpans(one + other)).toEqual(
    expect.arrayContaining([
      { start: 0, end: 2_048 },
      { start: 2_048, end: 4_096 },
    ]),
  );
});

test("a repetitive text is searched in one pass", () => {
  expect(search("a".repeat(50_000) + "b").findSpans("a".repeat(200_000))).toEqual([]);
});
