import { counted, numbered } from "./counted";

test("thousands are grouped", () => {
  expect(numbered(1_234_567)).toBe("1,234,567");
});

test("one thing is not called as several are, and none as several", () => {
  expect([0, 1, 2_000].map((count) => counted(count, "day"))).toEqual(["0 days", "1 day", "2,000 days"]);
  expect([1, 2].map((count) => counted(count, "person", "people"))).toEqual(["1 person", "2 people"]);
});
