import { findClosest, suggest } from "./suggestion";

test("a suggestion is the rest of a sentence, and empty if no word is close", () => {
  expect(suggest("devloper", ["admin", "developer"])).toBe("; did you mean developer?");
  expect(suggest("boss", ["admin", "developer"])).toBe("");
});

describe("the closest word", () => {
  test.each([
    ["an exact word in another case", "ADMIN", ["admin"], "admin"],
    ["a word with one wrong letter of three", "kex", ["key"], "key"],
    ["not a word with one wrong letter of two", "io", ["id"], undefined],
    ["not a word with two wrong letters of four", "roxx", ["role"], undefined],
    ["a word whose letters changed places, which is one error", "rloe", ["role"], "role"],
    ["not a word with the same letters in a very different order", "elor", ["role"], undefined],
    ["a long word with three errors", "organisazionn", ["organizations"], "organizations"],
    ["not a long word with four errors", "orgxxxxations", ["organizations"], undefined],
    ["a word without its last letters", "organizati", ["organizations"], "organizations"],
    ["a word with additional letters", "organizationsabc", ["organizations"], "organizations"],
    ["a known word in capitals", "admn", ["ADMIN"], "ADMIN"],
    ["the one with the fewest errors", "mamber", ["mumbler", "member"], "member"],
    ["the same word before a similar one", "ADMIN", ["admim", "admin"], "admin"],
    ["the first of two that are equally close", "rule", ["role", "ruse"], "role"],
    ["none without known words", "role", [], undefined],
    ["not a word of the same length with other letters", "viewer", ["member"], undefined],
  ])("is %s", (_, word, known, expected) => {
    expect(findClosest(word, known)).toBe(expected);
  });

  test("is not searched among more than 500 words", () => {
    const known = (count: number) => ["member", ...Array.from({ length: count - 1 }, (_, index) => `${index}`)];
    expect(findClosest("membr", known(500))).toBe("member");
    expect(findClosest("membr", known(501))).toBeUndefined();
  });
});

describe("an address", () => {
  test.each([
    ["bobb@acme.example", "bob@acme.example"],
    ["BOBB@ACME.EXAMPLE", "Bob@Acme.Example"],
    ["bob@acme.exmaple", "bob@acme.example"],
    ["bo@acme.exampel", "bob@acme.example"],
  ])("%s has a typing error", (address, known) => {
    expect(findClosest(address, [known])).toBe(known);
  });

  test("at another company is no typing error", () => {
    expect(findClosest("bob@other.example", ["bob@acme.example"])).toBeUndefined();
  });

  test("of another person of the same company is no typing error", () => {
    expect(findClosest("eve@acme.example", ["bob@acme.example"])).toBeUndefined();
    expect(findClosest("bill@acme.example", ["bob@acme.example", "bill@acme.example"])).toBe("bill@acme.example");
  });
});
