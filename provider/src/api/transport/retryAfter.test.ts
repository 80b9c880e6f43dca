import { retryAfter } from "./retryAfter";

const now = Date.UTC(2026, 0, 1);

test.each([
  ["seconds", "12", now + 12_000],
  ["a date", "Thu, 01 Jan 2026 00:01:00 GMT", now + 60_000],
  ["nothing", undefined, null],
  ["nonsense", "soon", null],
])("Retry-After may hold %s", (_, header, expected) => {
  expect(retryAfter(header, now)).toBe(expected);
});
