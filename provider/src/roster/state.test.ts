import { findDeclared, findOrphanedInvitation, findSpared, findUndeclared, readStatuses } from "./state";
import { createInvitation, createMember, createState } from "./testing/sample";

test("the roster keeps the owner and ignored people, and removes other undeclared people", () => {
  const [bob, eve] = [createMember("bob@x.io", "admin"), createInvitation("eve@x.io", "viewer")];
  const [partner, gina] = [createInvitation("p@partner.io", "viewer"), createMember("gina@x.io", "viewer")];
  const state = createState({ "BOB@x.io": "admin" }, [bob, eve, partner, gina], ["*@partner.io"]);
  expect(findSpared(state).map(({ email }) => email)).toEqual(["owner@x.io", "p@partner.io"]);
  expect(findUndeclared(state).map(({ person }) => person)).toEqual([eve, gina]);
});

test("declared people go by the address in the program", () => {
  const state = createState({ "A@x.io": "viewer", "b@x.io": "viewer" }, [
    createMember("a@x.io", "admin"),
    createInvitation("c@x.io", "viewer"),
  ]);
  expect([...findDeclared(state)].map(([name, { email }]) => [name, email])).toEqual([["A@x.io", "a@x.io"]]);
  expect(findUndeclared(state).map(({ email }) => email)).toEqual(["c@x.io"]);
});

test("an invitation is not protected, even if its address belongs to a protected user", () => {
  const invited = createInvitation("owner@x.io", "admin");
  const state = { ...createState({}, [invited]), isProtected: () => true };
  expect(findUndeclared(state).map(({ person }) => person)).toEqual([invited]);
});

test("an orphaned invitation is found by its address in any case", () => {
  const orphaned = createInvitation("bob@x.io", "viewer");
  const state = { ...createState({}, []), orphanedInvitations: [createInvitation("eve@x.io", "viewer"), orphaned] };
  expect(findOrphanedInvitation("Bob@x.io", state)).toBe(orphaned);
  expect(findOrphanedInvitation("gina@x.io", state)).toBeUndefined();
});

test.each([
  [undefined, []],
  ["people", []],
  [{ "Bob@x.io": { status: "active" }, "eve@x.io": "pending" }, [["bob@x.io", { status: "active" }]]],
])("the statuses of the output people %j are by canonical address", (people, expected) => {
  expect([...readStatuses({ people })]).toEqual(expected);
});
