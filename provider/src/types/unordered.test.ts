import { sortByKey } from "./unordered";

const byName = (list: unknown) => sortByKey(list, ({ name }) => String(name));

test("entries are sorted by their keys, and entries with equal keys keep their order", () => {
  const [a, b, c] = [{ name: "a" }, { name: "b", first: true }, { name: "c" }];
  const alsoB = { name: "b", first: false };
  expect(byName([c, b, a, alsoB])).toEqual([a, b, alsoB, c]);
  expect(byName([alsoB, a, c, b])).toEqual([a, alsoB, b, c]);
});

test("an entry without a key comes first, and the given list stays as it is", () => {
  const list = [{ name: "a" }, "unknown"];
  expect(byName(list)).toEqual(["unknown", { name: "a" }]);
  expect(list).toEqual([{ name: "a" }, "unknown"]);
});

test.each([undefined, "a list", { name: "a" }])("%j is no list, and stays as it is", (value) => {
  expect(byName(value)).toBe(value);
});
