import { distinct } from "./distinct";

test("a list has each item once, in the order of the list", () => {
  const list = ["b", "a", "b"];
  expect(distinct(list)).toEqual(["b", "a"]);
  expect(list).toEqual(["b", "a", "b"]);
});

test.each([undefined, "a list", { name: "a" }])("%j is no list, and stays as it is", (value) => {
  expect(distinct(value)).toBe(value);
});
