import fc from "fast-check";
import { IdentityMismatchError, UserError } from "#framework";
import { hasAdminRights, oneOf, type Role, roles, type RosterEntry } from "../api";
import { organizationId } from "../api/testing/memoryClient";
import { findMismatches, fitPlan, planChange, planRoster } from "./change";
import type { DeclaredRoster } from "./declaration";
import { isExpired } from "./person";
import { fitIntoSeats } from "./seats";
import type { PriorStatuses, RosterState } from "./state";
import { listNewcomers, type RosterPlan } from "./steps";
import { createContext } from "./testing/context";
import { createInvitation, createMember, createState, formatPlan } from "./testing/sample";

const viewers = ["a@x.io", "b@x.io", "c@x.io"].map((email) => createMember(email, "viewer"));
const auditor = oneOf(roles).parse("auditor");
const reads = [`list pending invitations of ${organizationId}`, `list members of ${organizationId}`, "get caller"];

describe("planRoster", () => {
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

  test.each<[string | null, string | undefined, string[]]>([
    ["g-2", "g-1", ["inviteAgain a@x.io viewer"]],
    ["g-1", undefined, ["inviteAgain a@x.io viewer"]],
    [null, "g-1", ["inviteAgain a@x.io viewer"]],
    ["g-1", "g-1", []],
    [null, undefined, []],
  ])("an invitation for the declared group %j is sent again if it has the group %j", (declared, observed, grant) => {
    const invitation = {
      ...createInvitation("a@x.io", "viewer"),
      ...(observed !== undefined && { groupId: observed }),
    };
    const state = createState({ "a@x.io": "viewer" }, [invitation]);
    expect(planRoster({ ...state, groups: new Map([["a@x.io", declared]]) }).grant.map(formatOne)).toEqual(grant);
    expect(planRoster(state).grant).toEqual([]);
  });

  function formatOne({ kind, email, role }: RosterPlan["grant"][number]): string {
    return `${kind} ${email} ${role}`;
  }
});

describe("planChange", () => {
  /** Plans the change of a roster with these people to the declared one. */
  async function plan(
    people: readonly RosterEntry[],
    desired: DeclaredRoster,
    prior: PriorStatuses = new Map(),
    more: Parameters<typeof createContext>[1] = {},
  ) {
    return planChange(createContext(people, more).context, organizationId, desired, prior);
  }

  test("returns the plan and the observed people, and sends only reads", async () => {
    const { context, requests } = createContext(viewers);
    const members = { "A@x.io": "admin", "b@x.io": "viewer" } as const;
    const { change, found } = await planChange(context, organizationId, { members }, new Map());
    expect(formatPlan(change)).toEqual({ grant: ["setRole A@x.io admin"], remove: ["remove c@x.io"] });
    expect(found.people.map(({ email }) => email)).toEqual(["owner@x.io", "a@x.io", "b@x.io", "c@x.io"]);
    expect(found.desired).toEqual(members);
    expect(requests).toEqual(reads);
  });

  test("removes all people but the owner if none is declared", async () => {
    const { change } = await plan(viewers, { maxRemovals: "100%" });
    expect(formatPlan(change)).toEqual({ remove: ["remove a@x.io", "remove b@x.io", "remove c@x.io"] });
  });

  test("keeps a user with a new address under the declared one", async () => {
    const moved = createMember("new@x.io", "viewer");
    const { change, found } = await plan(
      [moved, createInvitation("a@x.io", "viewer")],
      { members: { "A@x.io": "viewer" } },
      new Map([["a@x.io", { userId: moved.userId }]]),
    );
    expect(found.people.at(-1)).toEqual({ email: "A@x.io", person: moved });
    expect(formatPlan(change)).toEqual({ remove: ["remove a@x.io"] });
  });

  test("rejects addresses that belong to other users than in state", async () => {
    const members = { "A@x.io": "viewer", "b@x.io": "viewer", "c@x.io": "viewer" } as const;
    const prior = new Map(["a@x.io", "c@x.io"].map((email) => [email, { userId: "u-1" }]));
    const attempt = plan(viewers, { members }, prior);
    await expect(attempt).rejects.toThrow(
      new IdentityMismatchError(
        "The address a@x.io belongs to a different user (user of a@x.io) than the one in state (u-1). " +
          "The address c@x.io belongs to a different user (user of c@x.io) than the one in state (u-1).",
      ),
    );
  });

  test.each([
    [
      ["*@partner.io"],
      "the roster declares P@partner.io, but `ignore` matches this address too. Remove it from the roster, or change `ignore`.",
    ],
    [
      ["p@*", "A@*"],
      "the roster declares P@partner.io, a@x.io, but `ignore` matches these addresses too. Remove them from the roster, or change `ignore`.",
    ],
  ])("rejects declared addresses that the patterns %j match", async (ignore, message) => {
    const members = { "P@partner.io": "viewer", "a@x.io": "viewer", "b@x.io": "viewer" } as const;
    await expect(plan([], { members, ignore })).rejects.toThrow(new UserError(message));
  });

  test.each([
    [
      { groups: { "b@x.io": "0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10" } },
      "a group for b@x.io",
      "no role",
      "members",
      "groups",
    ],
    [{ lastDays: { "b@x.io": "2027-01-01" } }, "a last day for b@x.io", "no role", "members", "lastDays"],
    [
      { lastDays: { "A@x.io": "2027-01-01" }, rolesAfterwards: { "a@x.io": "viewer", "b@x.io": "viewer" } },
      ...["a role afterwards for b@x.io", "no last day", "lastDays", "rolesAfterwards"],
    ],
  ] as const)(
    "rejects a property of a person that lacks another one: %j",
    async (more, what, lack, needed, property) => {
      await expect(plan([], { members: { "a@x.io": "viewer" }, ...more })).rejects.toThrow(
        `the roster declares ${what}, but ${lack}. Add this address to \`${needed}\`, or remove it from \`${property}\`.`,
      );
    },
  );

  test("rejects a change that takes the role from the last owner, if the program declared the owner before", async () => {
    const last = createMember("a@x.io", "owner");
    const prior = new Map([["a@x.io", { userId: last.userId, role: "owner" }]]);
    await expect(plan([last], { members: { "a@x.io": "admin" } }, prior)).rejects.toThrow(
      "an organization keeps at least one owner, but this change takes the role owner from a@x.io.",
    );
    expect(formatPlan((await plan([last], { members: { "a@x.io": "admin" } })).change)).toEqual({});
  });

  test("rejects new owners by the key of an admin", async () => {
    const members = { "a@x.io": "owner", "b@x.io": "owner" } as const;
    await expect(plan([createMember("a@x.io", "viewer")], { members })).rejects.toThrow(
      "but this change concerns b@x.io, a@x.io. Use an owner's API key.",
    );
  });

  describe("with an unknown role", () => {
    const unknown = [
      { ...createMember("a@x.io", "viewer"), role: auditor },
      { ...createInvitation("b@x.io", "viewer"), role: auditor },
    ];

    test("rejects a change of these people, and names a remedy", async () => {
      const explain = (email: string) =>
        `${email} has the role "auditor", which this provider does not know. Update the provider, or give this person another role in Peridio.`;
      await expect(plan(unknown, { members: { "b@x.io": "viewer" }, maxRemovals: "0" })).rejects.toThrow(
        new UserError(
          `${explain("b@x.io")} ${explain("a@x.io")} To exclude a person from the roster, do not declare the person, and add the address to \`ignore\`.`,
        ),
      );
    });

    test("permits the change of other people", async () => {
      const { change } = await plan(unknown, { members: { "c@x.io": "viewer" }, ignore: ["a@*", "b@*"] });
      expect(formatPlan(change)).toEqual({ grant: ["invite c@x.io viewer"] });
    });
  });

  test("applies the declared limits, and the default limits", async () => {
    const members = { "a@x.io": "viewer" } as const;
    await expect(plan(viewers, { members })).rejects.toThrow(
      "The change removes or demotes 2 of 4 people (removes b@x.io, c@x.io), but maxRemovals (25%) allows 1. ",
    );
    expect(formatPlan((await plan(viewers, { members, maxRemovals: "2" })).change)).toEqual({
      remove: ["remove b@x.io", "remove c@x.io"],
    });
    const admin = createMember("d@x.io", "admin");
    expect(formatPlan((await plan([admin], { members })).change)).toMatchObject({ remove: ["remove d@x.io"] });
    await expect(plan([admin], { members, minAdmins: 2 })).rejects.toThrow(
      "The change takes the admin role from d@x.io and leaves 1 admin, but minAdmins requires 2. ",
    );
  });

  test("counts the roles that other resources declare for ignored admins", async () => {
    const admins = [createMember("d@x.io", "admin"), createMember("P@y.io", "admin")];
    const roster: DeclaredRoster = { members: {}, ignore: ["*@y.io"], minAdmins: 2 };
    const attempt = (role: Role) => plan(admins, roster, new Map(), { declared: { "p@y.io": role } });
    expect(formatPlan((await attempt("admin")).change)).toEqual({ remove: ["remove d@x.io"] });
    await expect(attempt("viewer")).rejects.toThrow("leaves 1 admin, but minAdmins requires 2");
  });
});

test("a change without an invitation does not count seats", async () => {
  const { context, requests } = createContext(viewers, { seats: 1 });
  const change = planRoster(createState({ "a@x.io": "admin" }, viewers));
  expect(await fitPlan(context.api, organizationId, change)).toBe(change);
  expect(requests).toEqual([]);
});

describe("a change with an invitation", () => {
  const change = planRoster(createState({ "a@x.io": "viewer", "new@x.io": "viewer" }, viewers));
  const fit = async (seats: number, ...elsewhere: number[]) => {
    const { context } = createContext(viewers, { seats });
    return formatPlan(await fitPlan(context.api, organizationId, change, ...elsewhere));
  };

  test("first removes people if too few seats are free", async () => {
    const grant = ["invite new@x.io viewer"];
    expect(await fit(5)).toEqual({ grant, remove: ["remove b@x.io", "remove c@x.io"] });
    expect(await fit(4)).toEqual({ makeRoom: ["remove b@x.io"], grant, remove: ["remove c@x.io"] });
  });

  test("leaves seats to the rest of the program", async () => {
    expect(await fit(5, 1)).toMatchObject({ makeRoom: ["remove b@x.io"] });
    await expect(fit(4, 2)).rejects.toThrow(
      "The organization has no free seat for 1 more person: limit 4, members 4, pending invitations 0, other invitations of this program 2. " +
        "Even if the provider first removes 2 people, 1 seat is missing.",
    );
  });
});

test("only addresses in state can belong to a different user", () => {
  const prior = new Map([["a@x.io", { userId: "u-1" }]]);
  const observed = [
    ["a@x.io", { userId: "u-2" }],
    ["b@x.io", { userId: "u-3" }],
  ] as const;
  expect(findMismatches(prior, observed)).toEqual([
    "The address a@x.io belongs to a different user (u-2) than the one in state (u-1).",
  ]);
});
