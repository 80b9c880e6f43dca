import { countFewestRequests, countMostReads } from "./requests";

const size = { organizations: 20, people: 49 };

test("each organization and each person needs one write, and the key one read", () => {
  expect(countFewestRequests("up", "Membership", size)).toEqual({ reads: 1, writes: 1000 });
  expect(countFewestRequests("destroy", "OrganizationMembers", size)).toEqual({ reads: 1, writes: 1000 });
});

test("memberships need one list of an organization, and a roster needs two", () => {
  expect(countFewestRequests("unchanged up", "Membership", size)).toEqual({ reads: 21, writes: 0 });
  expect(countFewestRequests("unchanged up", "OrganizationMembers", size)).toEqual({ reads: 41, writes: 0 });
});

test("a refresh also lists the organizations, a hundred at a time", () => {
  expect(countFewestRequests("refresh", "Membership", size).reads).toBe(22);
  expect(countFewestRequests("refresh", "Membership", { organizations: 101, people: 49 }).reads).toBe(1 + 2 + 101);
});

test("101 people need two pages", () => {
  expect(countFewestRequests("unchanged up", "Membership", { organizations: 1, people: 100 }).reads).toBe(2);
  expect(countFewestRequests("unchanged up", "Membership", { organizations: 1, people: 101 }).reads).toBe(3);
});

test("only a refresh may read more for more people", () => {
  expect(countMostReads("up", { organizations: 20, people: 400 })).toBe(80);
  expect(countMostReads("refresh", { organizations: 20, people: 400 })).toBe(160);
});

test("a destroy has no highest number of reads", () => {
  expect(countMostReads("destroy", size)).toBeUndefined();
});
