import { counted, full, missing, overfull } from "./seats";

test.each([
  [10, 3, 2, 5, 0],
  [10, 3, 2, 6, 1],
  [10, 3, 2, 8, 3],
  [4, 5, 1, 0, 2],
  [4, 5, 1, 1, 3],
])("with %i seats, %i members and %i who wait, %i more lack %i", (limit, members, pending, planned, expected) => {
  expect(missing({ limit, members, pending }, planned)).toBe(expected);
  expect(missing({ limit, members, pending, elsewhere: 2 }, planned)).toBe(
    missing({ limit, members, pending }, planned + 2),
  );
});

test("a full organization is told in numbers", () => {
  expect(full({ limit: 1, members: 1, pending: 0 }, 1)).toBe(
    "the organization has 1 seat. Members take 1 and pending invitations 0, so 1 more person does not fit",
  );
  expect(full({ limit: 50, members: 48, pending: 1 }, 2)).toBe(
    "the organization has 50 seats. Members take 48 and pending invitations 1, so 2 more people do not fit",
  );
});

test("what the rest of the program needs is told where there is something", () => {
  expect(full({ limit: 3, members: 1, pending: 1, elsewhere: 1 }, 1)).toBe(
    "the organization has 3 seats. Members take 1 and pending invitations 1, and the rest of this program needs 1, so 1 more person does not fit",
  );
});

test("one invitation and several that could not be sent anew are told by their addresses", () => {
  const seats = { limit: 2, members: 2, pending: 1 };
  const taken = "the organization has 2 seats. Members take 2 and pending invitations 1, so";
  expect(overfull(seats, ["a@x.io"])).toBe(
    `${taken} the invitation of a@x.io would be revoked and could not be sent anew`,
  );
  expect(overfull(seats, ["a@x.io", "b@x.io"])).toBe(
    `${taken} the invitations of a@x.io, b@x.io would be revoked and could not be sent anew`,
  );
});

test("one is one, and no and two are many", () => {
  expect([0, 1, 2].map((count) => counted(count, "seat"))).toEqual(["0 seats", "1 seat", "2 seats"]);
});
