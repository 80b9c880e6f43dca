import { computeMedian, formatTime, renderVerdicts } from "./section";

const rowOf = (value: number | undefined) =>
  renderVerdicts([{ what: "up", value, most: 1.15, unit: "ratio" }])
    .split("\n")
    .at(-1);

test("a target is met up to its limit", () => {
  expect(rowOf(1.15)).toBe("| up | 1.15 × | 1.15 × | yes |");
  expect(rowOf(1.17)).toBe("| up | 1.17 × | 1.15 × | **no** |");
});

test("a value that rounds to the limit and is above it does not meet it", () => {
  expect(rowOf(1.1501)).toBe("| up | 1.15 × | 1.15 × | **no** |");
});

test("the table shows a missing value as unknown", () => {
  expect(rowOf(undefined)).toBe("| up | not measured | 1.15 × | ? |");
  expect(rowOf(NaN)).toBe("| up | not measured | 1.15 × | ? |");
});

test("memory has the unit MB", () => {
  const text = renderVerdicts([{ what: "peak", value: 1234.5, most: 250, unit: "MB" }]);
  expect(text).toContain("| peak | 1,235 MB | 250 MB | **no** |");
});

test("the median of an odd number of values is the middle one", () => {
  expect(computeMedian([9, 1, 2])).toBe(2);
});

test("the median of an even number of values lies between the two in the middle", () => {
  expect(computeMedian([10, 1, 2, 4])).toBe(3);
});

test("an empty list has no median", () => {
  expect(computeMedian([])).toBeNaN();
});

test("a time is in seconds or minutes", () => {
  expect([0.94, 14.6, 119, 120, 940].map(formatTime)).toEqual(["0.9 s", "15 s", "119 s", "2 min", "16 min"]);
});
