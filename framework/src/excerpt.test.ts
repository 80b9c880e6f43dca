import { countOthers, mostPrinted } from "./excerpt";

test("a list beyond the first hundred ends with the number of the others", () => {
  const list = (length: number) => Array.from({ length });
  expect(mostPrinted).toBe(100);
  expect(countOthers(list(0))).toEqual([]);
  expect(countOthers(list(100))).toEqual([]);
  expect(countOthers(list(101))).toEqual(["and 1 more"]);
  expect(countOthers(list(1_334))).toEqual(["and 1,234 more"]);
});
