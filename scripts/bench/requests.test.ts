import { fewest, mostReads } from "./requests";

const size = { organizations: 20, people: 49 };

test("each organization and each person takes one write, and the key one read", () => {
  expect(fewest("up", "Membership", size)).toEqual({ reads: 1, writes: 1000 });
  expect(fewest("destroy", "OrganizationMembers", size)).toEqual({ reads: 1, writes: 1000 });
});

test("pending people are seen in a list, a roster in two", () => {
  expect(fewest("unchanged up", "Membership", size)).toEqual({ reads: 21, writes: 0 });
  expect(fewest("unchanged up", "OrganizationMembers", size)).toEqual({ reads: 41, writes: 0 });
});

test("a refresh looks at the organizations too, a hundred at a time", () => {
  expect(fewest("refresh", "Membership", size).reads).toBe(22);
  expect(fewest("refresh", "Membership", { organizations: 101, people: 49 }).reads).toBe(1 + 2 + 101);
});

test("a hundred and one people are two pages", () => {
  expect(fewest("unchanged up", "Membership", { organizations: 1, people: 100 }).reads).toBe(2);
  expect(fewest("unchanged up", "Membership", { organizations: 1, people: 101 }).reads).toBe(3);
});

test("only a refresh may read more where there are more people", () => {
  expect(mostReads("up", { organizations: 20, people: 400 })).toBe(80);
  expect(mostReads("refresh", { organizations: 20, people: 400 })).toBe(160);
});
