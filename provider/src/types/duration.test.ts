import { duration, fromSeconds, toSeconds } from "./duration";

test.each([
  ["30s", 30],
  ["90m", 5400],
  ["8h", 28_800],
  ["30d", 2_592_000],
  ["1d12h", 129_600],
  ["1h30m5s", 5405],
])("%s is %i seconds", (text, seconds) => {
  expect(toSeconds(text)).toBe(seconds);
});

test.each(["", "8", "h", "8H", "-8h", "1.5h", "30m1h", "8h ", "8 hours"])("%j is no duration", (text) => {
  expect(toSeconds(text)).toBeUndefined();
});

test.each([
  [28_800, "8h"],
  [5400, "90m"],
  [2_592_000, "30d"],
  [301, "301s"],
  [0, "0s"],
])("%i seconds are written %s", (seconds, text) => {
  expect(fromSeconds(seconds)).toBe(text);
  expect(toSeconds(text)).toBe(seconds);
});

test("bounds are part of the range", () => {
  const type = duration("5m", "30d");
  expect(["5m", "30d", "299s", "2592001s"].map((text) => type.safeParse(text).success)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
