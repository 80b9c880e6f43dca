import type { Member, RosterEntry, Role } from "../api";
import { planRoster } from "./change";
import { checkGuardrails, type Guardrails, readGuardrails } from "./guardrails";
import { fitIntoSeats } from "./seats";
import type { RosterState } from "./state";
import { planRemovals, toRemoval } from "./steps";
import { createInvitation, createMember, createState } from "./testing/sample";

const defaults = { minAdmins: 1, maxRemovals: "100%", findRoleElsewhere: () => undefined };

/** Returns a function that checks the plan of a state. */
function check(state: RosterState, guardrails: Partial<Guardrails> = {}): () => void {
  return () => {
    checkGuardrails(planRoster(state), state, { ...defaults, ...guardrails });
  };
}

const viewers = ["a@x.io", "b@x.io", "c@x.io"].map((email) => createMember(email, "viewer"));

describe("maxRemovals", () => {
  test.each([
    ["25%", 1],
    ["26%", 2],
    ["50%", 2],
    ["0%", 1],
    ["100%", 4],
    ["0", 0],
    ["3", 3],
  ])("%s of four people permits %i removals", (maxRemovals, allowed) => {
    const keep = (count: number): Record<string, Role> =>
      Object.fromEntries(viewers.slice(0, 3 - count).map(({ email }) => [email, "viewer"]));
    for (const count of [1, 2, 3]) {
      const attempt = check(createState(keep(count), viewers), { maxRemovals });
      if (count <= allowed) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(`The change removes or demotes ${count} of 4 people`);
    }
  });

  test("the number of people does not include expired invitations", () => {
    const state = createState({ "z@x.io": "viewer" }, [...viewers, createInvitation("z@x.io", "viewer", "expired")]);
    expect(check(state, { maxRemovals: "50%" })).toThrow(
      "The change removes or demotes 3 of 4 people (removes a@x.io, b@x.io, c@x.io), but maxRemovals (50%) allows 2. " +
        "If you intend this, or if someone else added or promoted these people, set `maxRemovals: 3` for this run, and restore the value afterwards.",
    );
  });

  test("the number of people does not include ignored people", () => {
    const partners = ["p1@y.io", "p2@y.io", "p3@y.io", "p4@y.io"].map((email) => createMember(email, "viewer"));
    const state = createState({}, [...viewers, ...partners], ["*@y.io"]);
    expect(check(state, { maxRemovals: "25%" })).toThrow(
      "The change removes or demotes 3 of 4 people (removes a@x.io, b@x.io, c@x.io), but maxRemovals (25%)",
    );
  });

  test("the removal of an expired invitation does not count, and a deletion has its own remedies", () => {
    const state = createState({}, [createInvitation("y@x.io", "viewer", "expired"), ...viewers]);
    const removals = state.people.map(toRemoval);
    const expired = removals.filter(({ person }) => person.kind === "invitation");
    const guardrails = { ...defaults, maxRemovals: "0" };
    const remedies = { maxRemovals: "Set another limit.", minAdmins: "Make an admin." };
    expect(expired).toHaveLength(1);
    expect(() => {
      checkGuardrails(planRemovals(expired), state, guardrails);
    }).not.toThrow();
    expect(() => {
      checkGuardrails(planRemovals(removals), state, { ...guardrails, remedies });
    }).toThrow(/^The change removes or demotes 4 of 4 people .* \(0\) allows 0\. Set another limit\.$/);
  });

  test("removals that free seats count", () => {
    const state = createState({ "z@x.io": "viewer" }, viewers);
    const seats = { limit: 4, members: 4, pending: 0, withTwoSeats: new Set<string>() };
    const planned = fitIntoSeats(planRoster(state), seats);
    expect(planned.makeRoom).toHaveLength(1);
    expect(() => {
      checkGuardrails(planned, state, { ...defaults, maxRemovals: "2" });
    }).toThrow("3 of 4 people");
  });

  test("the message names removed people before demoted ones", () => {
    const state = createState({ "d@x.io": "viewer" }, [...viewers, createMember("d@x.io", "developer")]);
    expect(check(state, { maxRemovals: "1" })).toThrow(
      "4 of 5 people (removes a@x.io, b@x.io, c@x.io; demotes d@x.io), but",
    );
  });

  test("the message names ten people", () => {
    const attempt = (count: number) => {
      const people = Array.from({ length: count }, (_, index) => createMember(`p${index}@x.io`, "viewer"));
      return check(createState({}, people), { maxRemovals: "1" });
    };
    expect(attempt(10)).toThrow("p8@x.io, p9@x.io), but");
    expect(attempt(13)).toThrow("p8@x.io, p9@x.io and 3 more), but");
  });

  test("revoked orphaned invitations count", () => {
    const orphanedInvitations = ["b@x.io", "c@x.io", "d@x.io"].map((email) => createInvitation(email, "viewer"));
    const state = {
      ...createState({ "a@x.io": "viewer" }, [createMember("a@x.io", "viewer")]),
      orphanedInvitations,
    };
    expect(check(state, { maxRemovals: "50%" })).not.toThrow();
    expect(check(state, { maxRemovals: "40%" })).toThrow("3 of 5 people");
  });

  test("a declared user counts even if `ignore` matches the new address", () => {
    const state = createState({ "a@x.io": "viewer" }, [createMember("b@x.io", "viewer")], ["*@partner.example"]);
    const moved = { email: "a@x.io", person: createMember("a@partner.example", "viewer") };
    expect(check({ ...state, people: [...state.people, moved] }, { maxRemovals: "0" })).toThrow("1 of 3 people");
  });
});

describe("minAdmins", () => {
  test.each<[string, Record<string, Role>, RosterEntry[], number, boolean]>([
    ["permits the removal of the last admin but the owner", {}, [createMember("a@x.io", "admin")], 1, true],
    ["rejects a removal that leaves too few admins", {}, [createMember("a@x.io", "admin")], 2, false],
    [
      "counts a promotion",
      { "b@x.io": "admin" },
      [createMember("a@x.io", "admin"), createMember("b@x.io", "viewer")],
      2,
      true,
    ],
    [
      "does not count an invitation",
      { "b@x.io": "admin" },
      [createMember("a@x.io", "admin"), createInvitation("b@x.io", "admin")],
      2,
      false,
    ],
    ["counts a demotion", { "a@x.io": "manager" }, [createMember("a@x.io", "admin")], 2, false],
    [
      "permits a change that takes no admin role, even with too few admins",
      { "a@x.io": "viewer" },
      [createMember("a@x.io", "developer")],
      3,
      true,
    ],
    ["permits revoking the invitation of an admin", {}, [createInvitation("a@x.io", "admin")], 1, true],
  ])("%s", (_, desired, people, minAdmins, allowed) => {
    const attempt = check(createState(desired, people), { minAdmins });
    if (allowed) expect(attempt).not.toThrow();
    else
      expect(attempt).toThrow(
        /The change takes the admin role from a@x\.io and leaves 1 admin, but minAdmins requires 2/,
      );
  });

  test("the message names the admins and the remaining number, and counts only promoted members", () => {
    const state = createState({ "d@x.io": "admin", "new@x.io": "admin", "e@x.io": "manager", "f@x.io": "admin" }, [
      createMember("a@x.io", "admin"),
      createMember("b@x.io", "admin"),
      createMember("c@x.io", "viewer"),
      createMember("d@x.io", "viewer"),
      createMember("e@x.io", "viewer"),
      createInvitation("f@x.io", "viewer"),
    ]);
    expect(check(state, { minAdmins: 3 })).toThrow(
      "The change takes the admin role from a@x.io, b@x.io and leaves 2 admins, but minAdmins requires 3. Invitations do not count. " +
        "Make another member an admin first, or lower minAdmins.",
    );
  });

  test("an ignored admin does not count if another resource demotes them", () => {
    const state = createState({}, [createMember("a@x.io", "admin"), createMember("p@y.io", "admin")], ["*@y.io"]);
    expect(check(state, { minAdmins: 2 })).not.toThrow();
    expect(check(state, { minAdmins: 2, findRoleElsewhere: () => "admin" })).not.toThrow();
    const findRoleElsewhere = (email: string) => (email === "p@y.io" ? "viewer" : undefined);
    expect(check(state, { minAdmins: 2, findRoleElsewhere })).toThrow(
      "The change takes the admin role from a@x.io and leaves 1 admin, but minAdmins requires 2",
    );
  });

  test("the roles of another resource count only for ignored admins", () => {
    const people = [createMember("a@x.io", "admin"), createMember("b@x.io", "admin"), createMember("p@y.io", "viewer")];
    const state = createState({ "b@x.io": "admin" }, people, ["*@y.io"]);
    expect(check(state, { minAdmins: 2, findRoleElsewhere: () => "developer" })).not.toThrow();
  });
});

test("rejects another role for the owner", () => {
  expect(check(createState({ "OWNER@x.io": "manager" }, []))).toThrow(
    "Peridio does not let anyone change the owner's role. Declare the role admin for owner@x.io, or transfer the ownership first.",
  );
});

test("rejects another role for the API key's user", () => {
  const state = {
    ...createState({ "me@x.io": "viewer" }, [createMember("me@x.io", "admin")]),
    isOwnUser: (member: Member) => member.email === "me@x.io",
  };
  expect(check(state)).toThrow(
    "Peridio does not let an API key change its own user's role. Declare the role admin for me@x.io, or use the API key of another admin or owner.",
  );
});

test("an owner who becomes an admin is still an admin, and one who gets a lower role is not", () => {
  const owner = createMember("a@x.io", "owner");
  const become = (role: Role) => {
    const state = createState({ "a@x.io": role }, [owner]);
    return check({ ...state, isDeclaredOwner: () => true }, { minAdmins: 2 });
  };
  expect(become("admin")).not.toThrow();
  expect(become("viewer")).toThrow("The change takes the admin role from a@x.io and leaves 1 admin");
});

test("a roster without limits has the default limits", () => {
  expect(readGuardrails({})).toEqual({ minAdmins: 1, maxRemovals: "25%" });
  expect(readGuardrails({ minAdmins: 3, maxRemovals: "7", ignore: [] })).toEqual({ minAdmins: 3, maxRemovals: "7" });
});
