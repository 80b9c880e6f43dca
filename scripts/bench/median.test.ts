import { median } from "./median";

test("the median of an odd number of values is the middle one", () => {
  expect(median([9, 1, 2])).toBe(2);
});

test("the median of an even number of values lies between the two in the middle", () => {
  expect(median([10, 1, 2, 4])).toBe(3);
});

test("of nothing there is no median", () => {
  expect(median([])).toBeNaN();
});
