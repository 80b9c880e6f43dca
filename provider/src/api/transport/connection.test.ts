import { parseRetryAfter } from "./connection";

const now = Date.UTC(2026, 0, 1);
const day = 24 * 3_600_000;
const at = (time: number): string => new Date(time).toUTCString();

test.each([
  ["seconds", "12", undefined, now + 12_000],
  ["a date", at(now + 60_000), undefined, now + 60_000],
  ["a date of a server whose clock is slow", at(now - 3_540_000), at(now - 3_600_000), now + 60_000],
  ["a date of a server whose clock is fast", at(now + 3_660_000), at(now + 3_600_000), now + 60_000],
  ["a date of a server without a clock", at(now + 60_000), "noon", now + 60_000],
  ["seconds of 310 digits", "9".repeat(310), undefined, now + day],
  ["a date in the far future", "Sat, 01 Jan 9999 00:00:00 GMT", undefined, now + day],
  ["nothing", undefined, undefined, null],
  ["nonsense", "soon", undefined, null],
])("Retry-After may be %s", (_, header, date, expected) => {
  expect(parseRetryAfter(header, date, now)).toBe(expected);
});

test("a Retry-After in the past asks for no wait", () => {
  expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:00 GMT", at(now), now)).toBeLessThanOrEqual(now);
});
