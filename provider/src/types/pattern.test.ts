import { pattern } from "./pattern";

test.each([
  ["acme-*", "acme-dev", true],
  ["acme-*", "acme-", true],
  ["acme-*", "the acme-dev", false],
  ["*.example", "acme.example", true],
  ["*.example", "acme-example", false],
  ["a*e-*v", "acme-dev", true],
  ["*", "two\nlines", true],
  ["ACME-*", "acme-dev", false],
  ["acme (old) [1]", "acme (old) [1]", true],
  ["acme", "acme-dev", false],
  ["", "", true],
  ["", "a", false],
  ["**", "", true],
  ["ab*b", "ab", false],
  ["a*ab*c", "aabab-c", true],
  ["*a*b*a*", "a-b-b", false],
  ["*ana*ana", "banana", false],
])("%j fits %j: %s", (text, name, expected) => {
  expect(pattern(text).test(name)).toBe(expected);
});

test("many stars take no more time than few", () => {
  // An expression that tries each place of each star takes longer than a day for this text.
  expect(pattern("*a".repeat(30) + "*b").test("a".repeat(250))).toBe(false);
});

test("the flag `i` ignores case", () => {
  expect(pattern("*@ACME.example", "i").test("ada@acme.example")).toBe(true);
});
