import fc from "fast-check";
import { hasAdminRights, type RosterEntry, type Role, roles } from "../api";
import { isExpired } from "./person";
import { isEmptyPlan, listAffected, listNewcomers, planRemovals, planRoster, type RosterPlan, toRemoval } from "./plan";
import { fitIntoSeats } from "./seats";
import { findDeclared, findUndeclared, type RosterState } from "./state";
import { createInvitation, createMember, createState, formatPlan } from "./testing/sample";

const plan = (...given: Parameters<typeof createState>) => formatPlan(planRoster(createState(...given)));

test.each<[string, Record<string, Role>, RosterEntry[], Record<string, string[]>]>([
  ["changes no member with the desired role", { "a@x.io": "viewer" }, [createMember("a@x.io", "viewer")], {}],
  ["changes no invitation with the desired role", { "a@x.io": "viewer" }, [createInvitation("a@x.io", "viewer")], {}],
  ["ignores the case of an address", { "A@X.io": "viewer" }, [createMember("a@x.IO", "viewer")], {}],
  ["invites an absent person", { "a@x.io": "viewer" }, [], { grant: ["invite a@x.io viewer"] }],
  [
    "grants a member a higher role",
    { "a@x.io": "admin" },
    [createMember("a@x.io", "manager")],
    { grant: ["setRole a@x.io admin"] },
  ],
  [
    "demotes a member to a lower role",
    { "a@x.io": "viewer" },
    [createMember("a@x.io", "developer")],
    { demote: ["setRole a@x.io viewer"] },
  ],
  [
    "ranks a manager above a developer",
    { "a@x.io": "manager" },
    [createMember("a@x.io", "developer")],
    { grant: ["setRole a@x.io manager"] },
  ],
  [
    "sends an invitation with a higher role among the grants",
    { "a@x.io": "admin" },
    [createInvitation("a@x.io", "viewer")],
    { grant: ["inviteAgain a@x.io admin"] },
  ],
  [
    "sends an invitation with a lower role among the demotions",
    { "a@x.io": "viewer" },
    [createInvitation("a@x.io", "admin")],
    { demote: ["inviteAgain a@x.io viewer"] },
  ],
  [
    "sends an expired invitation again",
    { "a@x.io": "viewer" },
    [createInvitation("a@x.io", "viewer", "expired")],
    { grant: ["inviteAgain a@x.io viewer"] },
  ],
  [
    "demotes no one by an expired invitation with a higher role",
    { "a@x.io": "viewer" },
    [createInvitation("a@x.io", "admin", "expired")],
    { grant: ["inviteAgain a@x.io viewer"] },
  ],
  [
    "removes undeclared members and invitations",
    {},
    [createMember("a@x.io", "admin"), createInvitation("b@x.io", "viewer")],
    { remove: ["remove a@x.io", "remove b@x.io"] },
  ],
  ["keeps the undeclared owner", { "a@x.io": "viewer" }, [createMember("a@x.io", "viewer")], {}],
])("the plan %s", (_, desired, people, expected) => {
  expect(plan(desired, people)).toEqual(expected);
});

test("the plan keeps ignored people, in any case of the address", () => {
  const people = [createMember("a@Partner.io", "admin"), createMember("b@x.io", "viewer")];
  expect(plan({}, people, ["*@partner.io"])).toEqual({ remove: ["remove b@x.io"] });
});

test("declared people go by the address in the program", () => {
  const state = createState({ "A@x.io": "viewer", "b@x.io": "viewer" }, [
    createMember("a@x.io", "admin"),
    createInvitation("c@x.io", "viewer"),
  ]);
  expect([...findDeclared(state)].map(([name, { email }]) => [name, email])).toEqual([["A@x.io", "a@x.io"]]);
  expect(findUndeclared(state).map(({ email }) => email)).toEqual(["c@x.io"]);
});

describe("for any roster and any declaration", () => {
  const email = fc.constantFrom("a@x.io", "b@x.io", "c@x.io", "d@x.io", "e@x.io");
  const role = fc.constantFrom(...roles);
  const person = fc.oneof(
    fc.tuple(email, role).map(([email, role]) => createMember(email, role, role === "owner")),
    fc.tuple(email, role).map(([email, role]) => createInvitation(email, role)),
  );
  const anyPeople = fc.uniqueArray(person, { selector: ({ email }) => email });
  const anyDesired = fc.dictionary(email, role);

  /** Returns the roles after the plan. */
  function apply({ people }: RosterState, { makeRoom, grant, demote, remove }: RosterPlan): RosterState["desired"] {
    const result = new Map(people.map(({ email, person }) => [email, person.role]));
    for (const step of [...makeRoom, ...grant, ...demote, ...remove]) {
      if (step.kind === "remove") result.delete(step.email);
      else result.set(step.email, step.role);
    }
    return Object.fromEntries(result);
  }

  test("the plan ends at the desired roles and the owners", () => {
    fc.assert(
      fc.property(anyDesired, anyPeople, (desired, people) => {
        const state = createState(desired, people);
        // An owner of Avocado Connect has all rights of a declared admin, and stays an owner. An invitation stays too, until it expires.
        const kept = people.filter(
          (person) => !isExpired(person) && person.role === "owner" && desired[person.email] === "admin",
        );
        const owners = Object.fromEntries(kept.map(({ email }) => [email, "owner"]));
        const undeclared = people.filter(
          ({ kind, role, email }) => kind === "member" && role === "owner" && !(email in desired),
        );
        const staying = Object.fromEntries(undeclared.map(({ email }) => [email, "owner"]));
        expect(apply(state, planRoster(state))).toEqual({ ...desired, ...owners, ...staying, "owner@x.io": "admin" });
      }),
    );
  });

  test("no step takes more seats than the limit", () => {
    fc.assert(
      fc.property(anyDesired, anyPeople, fc.nat(4), (desired, people, spare) => {
        const state = createState(desired, people);
        const planned = planRoster(state);
        const present = state.people.length;
        const limit = present + spare;
        const members = state.people.filter(({ person }) => person.kind === "member").length;
        let fitted: RosterPlan;
        try {
          fitted = fitIntoSeats(planned, { limit, members, pending: present - members, withTwoSeats: new Set() });
        } catch {
          // Only removals of admins could make room.
          const others = planned.remove.filter(
            ({ person }) => person.kind === "invitation" || !hasAdminRights(person.role),
          );
          expect(others.length).toBeLessThan(listNewcomers(planned).length - spare);
          return;
        }
        expect(present - fitted.makeRoom.length + listNewcomers(fitted).length).toBeLessThanOrEqual(limit);
        expect(apply(state, fitted)).toEqual(apply(state, planned));
      }),
    );
  });
});

// The person can accept at any time, and an owner is only lowered if the program declared the role.
test("an undeclared invitation to become an owner stays for an admin, and otherwise is sent again", () => {
  expect(plan({ "a@x.io": "admin" }, [createInvitation("a@x.io", "owner")])).toEqual({});
  expect(plan({ "a@x.io": "member" }, [createInvitation("a@x.io", "owner")])).toEqual({
    demote: ["inviteAgain a@x.io member"],
  });
  expect(plan({ "a@x.io": "admin" }, [createInvitation("a@x.io", "owner", "expired")])).toEqual({
    grant: ["inviteAgain a@x.io admin"],
  });
});

test("a desired role that the provider does not know changes no one", () => {
  const desired: object = { "a@x.io": "auditor" };
  expect(plan({ ...desired }, [createMember("a@x.io", "viewer")])).toEqual({});
});

describe("a plan", () => {
  const [a, b] = [createMember("a@x.io", "viewer"), createInvitation("b@x.io", "admin")];
  const steps = {
    makeRoom: [toRemoval({ email: "a@x.io", person: a })],
    grant: [{ kind: "invite", email: "c@x.io", role: "viewer" }],
    demote: [{ kind: "inviteAgain", email: "b@x.io", person: b, role: "viewer" }],
    remove: [toRemoval({ email: "a@x.io", person: a })],
  } as const satisfies RosterPlan;
  const nothing = planRemovals([]);

  test("is empty without any step", () => {
    expect(nothing).toEqual({ makeRoom: [], grant: [], demote: [], remove: [] });
    expect(isEmptyPlan(nothing)).toBe(true);
    for (const phase of ["makeRoom", "grant", "demote", "remove"] as const) {
      expect(isEmptyPlan({ ...nothing, [phase]: steps[phase] })).toBe(false);
    }
  });

  test("affects the people who are in the organization", () => {
    expect(listAffected(nothing)).toEqual([]);
    expect(listAffected({ ...steps, remove: [] })).toEqual([a, b]);
    expect(listAffected(planRemovals(steps.remove))).toEqual([a]);
  });
});

test.each<[string | null, string | undefined, string[]]>([
  ["g-2", "g-1", ["inviteAgain a@x.io viewer"]],
  ["g-1", undefined, ["inviteAgain a@x.io viewer"]],
  [null, "g-1", ["inviteAgain a@x.io viewer"]],
  ["g-1", "g-1", []],
  [null, undefined, []],
])("an invitation for the declared group %j is sent again if it has the group %j", (declared, observed, grant) => {
  const invitation = { ...createInvitation("a@x.io", "viewer"), ...(observed !== undefined && { groupId: observed }) };
  const state = createState({ "a@x.io": "viewer" }, [invitation]);
  expect(planRoster({ ...state, groups: new Map([["a@x.io", declared]]) }).grant.map(formatOne)).toEqual(grant);
  expect(planRoster(state).grant).toEqual([]);
});

function formatOne({ kind, email, role }: RosterPlan["grant"][number]): string {
  return `${kind} ${email} ${role}`;
}
