import { quoteName, formatCount, formatNumber, listFirst } from "./wording";

test("groups thousands", () => {
  expect(formatNumber(1_234_567)).toBe("1,234,567");
});

test("one thing has the singular, several have the plural", () => {
  expect([0, 1, 2_000].map((count) => formatCount(count, "day"))).toEqual(["0 days", "1 day", "2,000 days"]);
  expect([1, 2].map((count) => formatCount(count, "person", "people"))).toEqual(["1 person", "2 people"]);
});

test("lists the first items and the number of the others", () => {
  expect(listFirst(["a", "b"], 2)).toBe("a, b");
  expect(listFirst(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
});

test("quotes a name that could look like a part of a sentence", () => {
  for (const name of [
    "fw",
    "firmware/canary",
    "ada@acme.example",
    "192.0.2.0/24",
    "*@acme.example",
    "Müller-2",
    ".github/a.yml",
  ]) {
    expect(quoteName(name)).toBe(name);
  }
  for (const name of ["none", "All", "a b", "alerts: deleted.", "old.", 'a"b', "", "a\u202eb", "x,y", "x;"]) {
    expect(quoteName(name)).toBe(JSON.stringify(name));
  }
});
