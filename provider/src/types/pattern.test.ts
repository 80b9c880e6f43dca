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
])("%j fits %j: %s", (text, name, expected) => {
  expect(pattern(text).test(name)).toBe(expected);
});

test("the flag `i` ignores case", () => {
  expect(pattern("*@ACME.example", "i").test("ada@acme.example")).toBe(true);
});
