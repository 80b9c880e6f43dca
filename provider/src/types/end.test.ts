import fc from "fast-check";
import { countCases } from "#testing";
import { canonicalizeEnd, end, getEndTime, hasEnded } from "./end";

const minute = 60_000;

/** Moments in whole minutes of the years 2000 to 2099. */
const minutes = fc.integer({ min: 15_778_080, max: 68_374_079 }).map((count) => count * minute);
const days = minutes.map((time) => new Date(time).toISOString().replace(/T.*/, ""));
const spellings = fc.record({ time: minutes, seconds: fc.boolean(), offset: fc.integer({ min: -23, max: 23 }) });
const ends = fc.oneof(days, spellings.map(spell));

/** Writes a moment in a time zone with this offset in hours. */
function spell({ time, seconds, offset }: { time: number; seconds: boolean; offset: number }): string {
  const local = new Date(time + offset * 60 * minute).toISOString().slice(0, seconds ? 19 : 16);
  const sign = offset < 0 ? "-" : "+";
  return offset === 0 ? `${local}Z` : `${local}${sign}${String(Math.abs(offset)).padStart(2, "0")}:00`;
}

test("access ends at the moment, or at the midnight after the day", () => {
  fc.assert(
    fc.property(ends, (text) => {
      const time = getEndTime(text);
      expect(time).toBe(text.includes("T") ? Date.parse(text) : Date.parse(text) + 1440 * minute);
      expect(hasEnded(text, new Date(time - 1))).toBe(false);
      expect(hasEnded(text, new Date(time))).toBe(true);
    }),
    { numRuns: countCases(200) },
  );
});

test("ends have the same canonical form if and only if they are at one moment, and the form is its own", () => {
  fc.assert(
    fc.property(ends, ends, spellings, (a, b, one) => {
      const [formA, formB] = [canonicalizeEnd(a), canonicalizeEnd(b)];
      expect(getEndTime(formA)).toBe(getEndTime(a));
      expect(end.safeParse(formA).success).toBe(true);
      expect(canonicalizeEnd(formA)).toBe(formA);
      expect(formA === formB).toBe(getEndTime(a) === getEndTime(b));
      expect(canonicalizeEnd(spell(one))).toBe(canonicalizeEnd(spell({ ...one, offset: 0, seconds: true })));
    }),
    { numRuns: countCases(200) },
  );
});

test.each([
  ["2027-01-31", "2027-01-31"],
  ["2027-01-31T08:00Z", "2027-01-31T08:00Z"],
  ["2027-01-31T08:00:00+00:00", "2027-01-31T08:00Z"],
  ["2027-01-31T08:00:30Z", "2027-01-31T08:00:30Z"],
  ["2027-01-31T23:30-01:00", "2027-02-01T00:30Z"],
  ["2027-02-01T01:00+01:00", "2027-01-31"],
  ["9999-12-31T23:59Z", "9999-12-31T23:59Z"],
])("%s is %s", (text, form) => {
  expect(end.safeParse(text).success).toBe(true);
  expect(canonicalizeEnd(text)).toBe(form);
});

const form = "must be a date, such as 2027-01-31, or a moment with a time zone, such as 2027-01-31T08:00Z";

test.each([
  ["tomorrow", form],
  ["2027-01-31T08:00", form],
  ["2027-01-31 08:00Z", form],
  ["2027-01-31T08:00:30.5Z", form],
  ["2027-02-30", "is 2027-02-30, a day that does not exist: correct the date"],
  ["2027-02-30T08:00Z", "is 2027-02-30T08:00Z, a moment that does not exist: correct the date"],
  ["2027-01-31T24:00Z", "is 2027-01-31T24:00Z, a moment that does not exist: correct the date"],
  ["9999-12-31T23:59-01:00", "must be in the years 0000 to 9999 in UTC"],
])("%s is no end", (text, message) => {
  expect(end.safeParse(text).error?.issues.map((issue) => issue.message)).toEqual([message]);
});
