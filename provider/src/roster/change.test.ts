import { IdentityMismatchError, UserError, type Values } from "#framework";
import { oneOf, type Role, roles, type RosterEntry } from "../api";
import { organizationId } from "../api/testing/memoryClient";
import { describeEffects, findMismatches, fitPlan, guardrailsOf, planChange, planPermittedChange } from "./change";
import type { DeclaredRoster } from "./declaration";
import { planRoster } from "./plan";
import type { PriorStatuses, RosterState } from "./state";
import { createContext } from "./testing/context";
import { createInvitation, createMember, createState, formatPlan } from "./testing/sample";

const viewers = ["a@x.io", "b@x.io", "c@x.io"].map((email) => createMember(email, "viewer"));
const auditor = oneOf(roles).parse("auditor");
const reads = [`list pending invitations of ${organizationId}`, `list members of ${organizationId}`, "get caller"];

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
    [{ groups: { "b@x.io": "0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10" } }, "a group for b@x.io", "`groups`"],
    [{ lastDays: { "b@x.io": "2027-01-01" } }, "a last day for b@x.io", "`lastDays`"],
  ])("rejects a property of a person without a role: %j", async (more, what, property) => {
    await expect(plan([], { members: { "a@x.io": "viewer" }, ...more })).rejects.toThrow(
      `the roster declares ${what}, but no role. Add this address to \`members\`, or remove it from ${property}.`,
    );
  });

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

test("a permitted change is within its limits and fits into the seats", async () => {
  const { context } = createContext(viewers, { seats: 4 });
  const members = { "b@x.io": "viewer", "c@x.io": "viewer", "new@x.io": "viewer" } as const;
  const attempt = (more: DeclaredRoster) =>
    planPermittedChange(context, organizationId, { members, ...more }, new Map());
  expect(formatPlan(await attempt({}))).toEqual({ makeRoom: ["remove a@x.io"], grant: ["invite new@x.io viewer"] });
  await expect(attempt({ maxRemovals: "0" })).rejects.toThrow("but maxRemovals (0) allows 0");
});

test("a roster without limits has the default limits", () => {
  expect(guardrailsOf({})).toEqual({ minAdmins: 1, maxRemovals: "25%" });
  expect(guardrailsOf({ minAdmins: 3, maxRemovals: "7", ignore: [] })).toEqual({ minAdmins: 3, maxRemovals: "7" });
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

describe("the effects in a preview", () => {
  const owner = "owner@x.io";

  /** Describes the change from these people to the desired roles. `members` are the roles in state. */
  function describeChange(
    desired: Record<string, Role>,
    people: readonly RosterEntry[],
    members: Values | undefined,
    more: Partial<RosterState> & { readonly ignore?: readonly string[] } = {},
  ): readonly string[] {
    const { ignore, ...rest } = more;
    const found = { ...createState(desired, people, ignore), ...rest };
    return describeEffects(planRoster(found), found, { members });
  }

  test("contain each removal, invitation, promotion and demotion that is no difference from the state", () => {
    expect(
      describeChange(
        { "a@x.io": "viewer", "b@x.io": "admin", "c@x.io": "viewer" },
        [createMember("a@x.io", "admin"), createMember("b@x.io", "viewer"), createMember("d@x.io", "viewer")],
        { "A@x.io": "viewer", "b@X.io": "admin", "c@x.io": "viewer" },
      ),
    ).toEqual([
      "In addition to the changes that Pulumi shows, this update removes d@x.io and invites or promotes b@x.io, c@x.io and demotes a@x.io.",
    ]);
  });

  test("contain only people whose desired role is the one in state", () => {
    const people = [...viewers, createMember("d@x.io", "admin"), createMember("e@x.io", "admin")];
    const desired = { "a@x.io": "admin", "d@x.io": "viewer", "E@x.io": "viewer", "new@x.io": "viewer" } as const;
    const members = { "a@x.io": "viewer", "b@x.io": "viewer", "c@x.io": "viewer", "d@x.io": "admin" };
    expect(describeChange(desired, people, { ...members, "e@x.io": "viewer" })).toEqual([
      "In addition to the changes that Pulumi shows, this update demotes E@x.io.",
    ]);
    expect(describeChange(desired, people, { ...members, "e@x.io": "admin" })).toEqual([]);
  });

  test("contain all removals without members in state", () => {
    expect(describeChange({}, viewers, undefined)).toEqual([
      "In addition to the changes that Pulumi shows, this update removes a@x.io, b@x.io, c@x.io.",
    ]);
  });

  test("contain the removals that free seats", () => {
    const found = createState({}, viewers);
    const { remove, ...plan } = planRoster(found);
    const effects = describeEffects({ ...plan, makeRoom: remove.slice(0, 1), remove: remove.slice(2) }, found, {});
    expect(effects).toEqual(["In addition to the changes that Pulumi shows, this update removes a@x.io, c@x.io."]);
  });

  test.each([
    [["a@x.io"], "Peridio sends a new e-mail to a@x.io: the invitation has expired."],
    [["a@x.io", "b@x.io"], "Peridio sends a new e-mail to a@x.io, b@x.io: the invitations have expired."],
  ])("contain the e-mails for the expired invitations of %j", (emails, expected) => {
    const members = Object.fromEntries(emails.map((email) => [email, "viewer"] as const));
    const people = emails.map((email) => createInvitation(email, "viewer", "expired"));
    expect(describeChange(members, people, members)).toEqual([expected]);
  });

  test("contain the e-mails for pending invitations with another role", () => {
    const people = [createInvitation("a@x.io", "viewer"), createInvitation("b@x.io", "admin")];
    const members = { "a@x.io": "admin", "b@x.io": "viewer" } as const;
    expect(describeChange(members, people, members)).toEqual([
      "Peridio sends a new e-mail to a@x.io, b@x.io: Peridio cannot edit an invitation, so the provider revokes it and sends a new one.",
    ]);
  });

  test("contain the people in state that the roster does not remove", () => {
    const people = [...viewers, createInvitation("P@y.io", "viewer"), createInvitation("q@y.io", "viewer")];
    const desired = { "a@x.io": "viewer", "b@x.io": "viewer", "c@x.io": "viewer" } as const;
    const members = { ...desired, [owner.toUpperCase()]: "admin", "p@Y.io": "viewer" };
    expect(describeChange(desired, people, members, { ignore: ["*@y.io"] })).toEqual([
      "The roster does not remove owner@x.io, P@y.io: it keeps the owner, the API key's user and the people that `ignore` matches.",
    ]);
  });

  test("contain revoked invitations to former addresses, which are no removals of people", () => {
    const members = { "a@x.io": "viewer" } as const;
    const orphanedInvitations = [createInvitation("a@x.io", "viewer"), createInvitation("z@x.io", "viewer")];
    expect(describeChange(members, viewers.slice(0, 1), members, { orphanedInvitations })).toEqual([
      "This update revokes pending invitations to former addresses of declared users: a@x.io, z@x.io.",
    ]);
  });

  test("begin with the changes that Pulumi does not show, and end with the people who stay", () => {
    const expired = createInvitation("a@x.io", "viewer", "expired");
    const pending = createInvitation("b@x.io", "admin");
    const members = { "a@x.io": "viewer", "b@x.io": "viewer" } as const;
    const orphanedInvitations = [createInvitation("z@x.io", "viewer")];
    const inState = { ...members, [owner]: "admin" };
    const effects = describeChange(members, [expired, pending, ...viewers.slice(2)], inState, { orphanedInvitations });
    expect(effects).toEqual([
      expect.stringMatching(/ this update removes c@x\.io\.$/),
      expect.stringMatching(/^This update revokes /),
      expect.stringMatching(/ has expired\.$/),
      expect.stringMatching(/ cannot edit an invitation, /),
      expect.stringMatching(/^The roster does not remove /),
    ]);
  });
});
