import { isMoreAfterAnEnd, isMoreAtSomeMoment, type TimedRole } from "./timedRole";

const give = (role: string, lastDay?: string, afterwards?: string): TimedRole => ({ role, lastDay, afterwards });

test.each([
  ["the same role", give("viewer"), give("viewer"), false],
  ["a higher role", give("admin"), give("viewer"), true],
  ["a lower role", give("viewer"), give("admin"), false],
  ["a later end", give("viewer", "2027-02-01"), give("viewer", "2027-01-31"), true],
  ["an earlier end", give("viewer", "2027-01-30"), give("viewer", "2027-01-31"), false],
  ["no end", give("viewer"), give("viewer", "2027-01-31"), true],
  ["an end", give("viewer", "2027-01-31"), give("viewer"), false],
  ["the end of a day instead of a moment of it", give("admin", "2027-01-31"), give("admin", "2027-01-31T08:00Z"), true],
  ["a moment of a day instead of its end", give("admin", "2027-01-31T08:00Z"), give("admin", "2027-01-31"), false],
  ["a role after the end", give("viewer", "2027-01-31", "viewer"), give("viewer", "2027-01-31"), true],
  ["a higher role after the end", give("viewer", "2027-01-31", "admin"), give("viewer"), true],
  ["a lower role now, and a higher one later", give("viewer", "2027-01-31", "admin"), give("manager"), true],
  ["a higher role now, and none later", give("admin", "2027-01-31"), give("manager"), true],
  [
    "a shorter high role, and the same role afterwards",
    give("admin", "2027-01-30", "viewer"),
    give("admin", "2027-01-31", "viewer"),
    false,
  ],
  [
    "a longer high role, and the same role afterwards",
    give("admin", "2027-02-01", "viewer"),
    give("admin", "2027-01-31", "viewer"),
    true,
  ],
  ["a role that this version does not know", give("auditor"), give("admin"), true],
  ["the same unknown role", give("auditor"), give("auditor"), false],
  ["a known role instead of an unknown one", give("viewer"), give("auditor"), true],
])("access with %s is more: %#", (_, access, other, isMore) => {
  expect(isMoreAtSomeMoment(access, other)).toBe(isMore);
});

test("compares only the time after an end", () => {
  expect(isMoreAfterAnEnd(give("admin", "2027-01-31"), give("viewer", "2027-01-31"))).toBe(false);
  expect(isMoreAfterAnEnd(give("admin"), give("viewer"))).toBe(false);
  expect(isMoreAfterAnEnd(give("viewer", "2027-02-28"), give("viewer", "2027-01-31"))).toBe(true);
  expect(isMoreAfterAnEnd(give("viewer"), give("viewer", "2027-01-31"))).toBe(true);
});
