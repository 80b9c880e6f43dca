import type { Role } from "../api";
import { planRoster } from "./change";
import { countMissingSeats, explainLostInvitations, explainMissingSeats, fitIntoSeats, formatCount } from "./seats";
import { listNewcomers } from "./steps";
import { createInvitation, createMember, createState, formatPlan } from "./testing/sample";

test.each([
  [10, 3, 2, 5, 0],
  [10, 3, 2, 6, 1],
  [10, 3, 2, 8, 3],
  [4, 5, 1, 0, 2],
  [4, 5, 1, 1, 3],
])("with %i seats, %i members and %i pending invitations, %i more people lack %i seats", (...given) => {
  const [limit, members, pending, planned, expected] = given;
  const seats = { limit, members, pending };
  expect(countMissingSeats(seats, planned)).toBe(expected);
  expect(countMissingSeats({ ...seats, plannedElsewhere: 2 }, planned)).toBe(countMissingSeats(seats, planned + 2));
});

test("the message for missing seats has the numbers", () => {
  expect(explainMissingSeats({ limit: 1, members: 1, pending: 0 }, 1)).toBe(
    "The organization has no free seat for 1 more person: limit 1, members 1, pending invitations 0",
  );
  expect(explainMissingSeats({ limit: 50, members: 48, pending: 1 }, 2)).toBe(
    "The organization has 1 free seat for 2 more people: limit 50, members 48, pending invitations 1",
  );
});

test("the message for missing seats counts the people of other resources", () => {
  expect(explainMissingSeats({ limit: 3, members: 1, pending: 1, plannedElsewhere: 1 }, 1)).toBe(
    "The organization has no free seat for 1 more person: limit 3, members 1, pending invitations 1, other invitations of this program 1",
  );
});

test("the message for lost invitations names their addresses", () => {
  const seats = { limit: 2, members: 2, pending: 1 };
  const over =
    "The organization is over its seat limit: limit 2, members 2, pending invitations 1. Even after revoking the";
  expect(explainLostInvitations(seats, ["a@x.io"])).toBe(
    `${over} invitation for a@x.io, no seat would be free for a new one`,
  );
  expect(explainLostInvitations(seats, ["a@x.io", "b@x.io"])).toBe(
    `${over} invitations for a@x.io, b@x.io, there would be too few free seats for new ones`,
  );
  expect(explainLostInvitations({ limit: 3, members: 2, pending: 1, plannedElsewhere: 1 }, ["a@x.io"])).toMatch(
    /^The organization would be over its seat limit: limit 3, members 2, pending invitations 1, other invitations of this program 1\./,
  );
});

test("a count of one is singular, and every other count is plural", () => {
  expect([0, 1, 2].map((count) => formatCount(count, "seat"))).toEqual(["0 seats", "1 seat", "2 seats"]);
});

describe("a plan for a limited number of seats", () => {
  const people = [
    createMember("a@x.io", "viewer"),
    createMember("b@x.io", "developer"),
    createMember("c@x.io", "admin"),
    createInvitation("d@x.io", "admin"),
  ];
  const createSeats = (limit: number, ...doubled: string[]) => ({
    limit,
    members: 4,
    pending: 1,
    withTwoSeats: new Set(doubled),
  });
  const planInvitations = (count: number) => {
    const desired = Array.from({ length: count }, (_, index): [string, Role] => [`new${index}@x.io`, "viewer"]);
    return planRoster(createState(Object.fromEntries(desired), people));
  };

  test("removes no one early if the seats suffice", () => {
    const planned = planInvitations(2);
    expect(fitIntoSeats(planned, createSeats(7))).toEqual(planned);
  });

  test("first removes as many people as necessary: invitations, then members from the lowest role up", () => {
    expect(formatPlan(fitIntoSeats(planInvitations(2), createSeats(6)))).toMatchObject({
      makeRoom: ["remove d@x.io"],
      remove: ["remove a@x.io", "remove b@x.io", "remove c@x.io"],
    });
    expect(formatPlan(fitIntoSeats(planInvitations(2), createSeats(5)))).toMatchObject({
      makeRoom: ["remove d@x.io", "remove a@x.io"],
    });
  });

  test("never removes an admin to free a seat", () => {
    expect(formatPlan(fitIntoSeats(planInvitations(3), createSeats(5)))).toMatchObject({
      makeRoom: ["remove d@x.io", "remove a@x.io", "remove b@x.io"],
      remove: ["remove c@x.io"],
    });
    expect(() => fitIntoSeats(planInvitations(5), createSeats(5))).toThrow(
      "The organization has no free seat for 5 more people: limit 5, members 4, pending invitations 1. " +
        "Even if the provider first removes 3 people, 2 seats are missing. Ask Peridio to raise the limit, or declare fewer people.",
    );
  });

  test("counts two seats for a member with a pending invitation, and removes no one without need", () => {
    const seats = { ...createSeats(6, "a@x.io"), pending: 2 };
    const fit = (count: number) => formatPlan(fitIntoSeats(planInvitations(count), seats));
    expect(fit(1)).toMatchObject({ makeRoom: ["remove d@x.io"] });
    expect(fit(2)).toMatchObject({ makeRoom: ["remove a@x.io"] });
    expect(fit(4)).toMatchObject({ makeRoom: ["remove d@x.io", "remove a@x.io", "remove b@x.io"] });
    expect(() => fit(5)).toThrow("Even if the provider first removes 3 people, 1 seat is missing.");
  });

  test("is rejected if no removal can free a seat", () => {
    const planned = planRoster(createState({ "new@x.io": "viewer" }, [createMember("c@x.io", "admin")]));
    expect(() => fitIntoSeats(planned, { limit: 2, members: 2, pending: 0, withTwoSeats: new Set() })).toThrow(
      "for 1 more person: limit 2, members 2, pending invitations 0. No planned removal frees a seat in time, so 1 seat is missing. Ask Peridio",
    );
  });

  test("needs a seat for an expired invitation, and none for a pending one", () => {
    const state = createState({ "a@x.io": "admin", "b@x.io": "viewer", "c@x.io": "viewer" }, [
      createInvitation("a@x.io", "viewer"),
      createInvitation("b@x.io", "viewer", "expired"),
    ]);
    expect(listNewcomers(planRoster(state)).map(({ email }) => email)).toEqual(["b@x.io", "c@x.io"]);
  });

  test("passes without invitations, even if the organization exceeds its limit", () => {
    const planned = planRoster(createState({ "a@x.io": "viewer" }, [createMember("a@x.io", "admin")]));
    expect(fitIntoSeats(planned, { limit: 1, members: 2, pending: 0, withTwoSeats: new Set() })).toEqual(planned);
  });
});
