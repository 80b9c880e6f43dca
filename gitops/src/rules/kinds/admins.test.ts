import type { Organization } from "../../model/organization";
import { secret, unknown } from "../../hidden";
import { ada, bob, carl, dora, eve, checkMessages, createAccess, createOrganization, checkYaml } from "../testing/acme";

const two = "Two admins: { admins: { atLeast: 2 } }";
const one = "One admin: { admins: { atMost: 1 } }";

const waiting = {
  [ada]: "admin",
  [bob]: { role: "admin", status: "pending" },
  [carl]: { role: "admin", status: "planned" },
  [dora]: { role: "admin", status: "expired" },
} as const;

const from = (before: Parameters<typeof createOrganization>[0]) => ({
  before: createAccess(createOrganization(before)),
});

test("an invitation counts as an admin, unless it has expired", () => {
  const three = two.replace("2", "3");
  expect(checkMessages(three, createOrganization({ people: waiting }))).toEqual([]);
  expect(checkMessages(three, createOrganization({ people: waiting }), from({ people: waiting }))).toEqual([]);
  expect(
    checkMessages(
      two,
      createOrganization({ people: { [ada]: "admin", [dora]: { role: "admin", status: "expired" } } }),
    ),
  ).toHaveLength(1);
});

test.each([
  ["a member of the admins leaves", { ...waiting, [eve]: "admin" }],
  ["the role of a former admin is hidden", { ...waiting, [eve]: secret }],
] as const)("an invitation does not replace an admin: %s", (_, people) => {
  expect(checkMessages(two, createOrganization({ people: waiting }), from({ people }))).toEqual([
    `acme-dev has 1 admin (${ada}), but the rule requires at least 2. Make another person an admin. ${bob}, ${carl} will count after accepting the invitation, because fewer members are certain to be admins after the change.`,
  ]);
});

test("an invitation counts if another member becomes an admin in the place of one", () => {
  const before = from({ people: { ...waiting, [ada]: "viewer", [eve]: "admin" } });
  expect(checkMessages(two, createOrganization({ people: waiting }), before)).toEqual([]);
});

test("counts invitations if the rule says so, but not expired ones", () => {
  expect(
    checkMessages("x: { admins: { atLeast: 3, countInvited: true } }", createOrganization({ people: waiting })),
  ).toEqual([]);
  expect(
    checkMessages("x: { admins: { atLeast: 4, countInvited: true } }", createOrganization({ people: waiting })),
  ).toEqual([
    `acme-dev has 3 admins (${ada}, ${bob}, ${carl}), but the rule requires at least 4. Make another person an admin.`,
  ]);
});

test("counts planned admins in a new organization", () => {
  const people = {
    [ada]: { role: "admin", status: "planned" },
    [bob]: { role: "admin", status: "planned" },
  } as const;
  const created = createOrganization({ id: undefined, change: "created", people });
  expect(checkMessages(two, created, { before: createAccess() })).toEqual([]);
  const adopted = createOrganization({ change: "adopted", people });
  expect(checkMessages(two, adopted, { before: createAccess() })).toHaveLength(1);
});

test("claims no waiting invitation of a person who may be a member already", () => {
  const organization = createOrganization({ people: { [ada]: "admin", [bob]: { role: "admin", status: "planned" } } });
  const people = new Map(
    [...organization.people].map(([address, person]) => [address, { ...person, mayBeMember: person.email === bob }]),
  );
  const known = `It is not known if ${bob} is already a member.`;
  const before = from({ people: { [ada]: "admin", [dora]: "admin" } });
  const check = (limits: string) => checkMessages(`x: { admins: ${limits} }`, { ...organization, people }, before);
  expect(check("{ atLeast: 2 }")).toEqual([
    `1 admin of acme-dev is known (${ada}), but the rule requires at least 2. ${known}`,
  ]);
  expect(check("{ atLeast: 3 }")).toEqual([
    `1 admin of acme-dev is known (${ada}), but the rule requires at least 3. Make another person an admin. ${known}`,
  ]);
  expect(check(`{ including: ${bob} }`)).toEqual([`The rule requires that ${bob} is an admin of acme-dev. ${known}`]);
  expect(check("{ atLeast: 2, countInvited: true }")).toEqual([]);
});

test("counts everyone who may become an admin against a maximum", () => {
  expect(checkMessages(one, createOrganization({ people: { [ada]: "admin", [bob]: "manager" } }))).toEqual([]);
  expect(checkMessages("x: { admins: { atMost: 2 } }", createOrganization({ people: waiting }))).toEqual([
    `acme-dev has 4 admins (${ada}, ${bob}, ${carl}, ${dora}), including invitations, but the rule allows at most 2. Give 2 of these admins another role.`,
  ]);
});

test("hidden roles count neither toward the minimum nor toward the maximum", () => {
  const hidden = createOrganization({ people: { [ada]: "admin", [bob]: unknown }, hiddenPeople: 1 });
  expect(checkMessages(two, hidden)).toEqual([
    `acme-dev has 1 admin (${ada}), but the rule requires at least 2. Make another person an admin. 2 people whose address or role is hidden do not count.`,
  ]);
  expect(checkMessages(one, hidden)).toEqual([
    `acme-dev may have 3 admins, including invitations, but the rule allows at most 1. The number includes ${ada}, and 2 people whose address or role is hidden. Declare hidden addresses and roles as plain values, or give admins another role.`,
  ]);
  expect(checkMessages(one, createOrganization({ people: { [bob]: secret } }))).toEqual([]);
});

test("finds a required admin in any case of the address", () => {
  const rule = `Break glass: { admins: { including: [${ada}, ${bob}, ${dora}] } }`;
  expect(
    checkMessages(
      rule,
      createOrganization({ people: { "ADA@acme.example": "admin", [bob]: "admin", [dora]: "admin" } }),
    ),
  ).toEqual([]);
  const people = { ...waiting, [dora]: "manager" } as const;
  const before = from({ people: { [ada]: "admin", [dora]: "admin" } });
  expect(checkMessages(rule, createOrganization({ people }), before)).toEqual([
    `${bob} is not yet an admin of acme-dev, but the rule requires this role. ${bob} will count after accepting the invitation, because fewer members are certain to be admins after the change.`,
    `${dora} is not an admin of acme-dev, but the rule requires this role. Give the person the role admin.`,
  ]);
});

test("says that the previews may not show all admins", () => {
  const unseen = "The previews may not show all admins.";
  const states: readonly Partial<Omit<Organization, "people">>[] = [
    { hasRoster: false },
    { hasHiddenRoster: true },
    { hasUnreportedOwners: true },
    { owner: unknown },
  ];
  for (const state of states) {
    expect(
      checkMessages("x: { admins: { atLeast: 4 } }", createOrganization({ ...state, people: { [ada]: "admin" } })),
    ).toEqual([
      `acme-dev has 1 admin (${ada}), but the rule requires at least 4. Make 3 more people admins. ${unseen}`,
    ]);
  }
  for (const state of [...states, { hiddenPeople: 1 }]) {
    expect(checkMessages(`x: { admins: { including: ${bob} } }`, createOrganization(state))).toEqual([
      `${bob} is not an admin of acme-dev, but the rule requires this role. Give the person the role admin. ${unseen}`,
    ]);
  }
});

test("asks for a valid invitation only if invitations count", () => {
  expect(
    checkMessages(`x: { admins: { including: ${dora}, countInvited: true } }`, createOrganization({ people: waiting })),
  ).toEqual([
    `${dora} is not yet an admin of acme-dev, but the rule requires this role. The person needs an invitation that has not expired.`,
  ]);
});

test("does not call a person with a hidden role no admin", () => {
  const rule = `Break glass: { admins: { including: ${bob} } }`;
  expect(checkMessages(rule, createOrganization({ people: { [ada]: "admin", [bob]: unknown } }))).toEqual([
    `The role of ${bob} in acme-dev is not known before the update, so the rule cannot check that this person is an admin. Declare the role as a plain value, not as a secret or an unknown output.`,
  ]);
});

test("an exempt person counts toward the minimum, not toward the maximum", () => {
  const exempt = `exempt: [{ person: ${bob}, until: 2027-01-31, because: handing over }]`;
  const people = { [ada]: "admin", [bob]: "admin" } as const;
  expect(
    checkMessages(
      `x: { admins: { atLeast: 2, atMost: 1 }, ${exempt} }`.replace("atLeast: 2, ", ""),
      createOrganization({ people }),
    ),
  ).toEqual([]);
  expect(checkMessages(`x: { admins: { atLeast: 2 }, ${exempt} }`, createOrganization({ people }))).toEqual([]);
  const three = { ...people, [carl]: "admin" } as const;
  expect(checkMessages(`x: { admins: { atMost: 1 }, ${exempt} }`, createOrganization({ people: three }))).toEqual([
    `acme-dev has 2 admins (${ada}, ${carl}), including invitations and excluding exempt people, but the rule allows at most 1. Give one of these admins another role.`,
  ]);
});

test("reports a hidden roster, which may contain more admins than the rule allows", () => {
  const hidden = createOrganization({ hasHiddenRoster: true, people: { [ada]: "admin" } });
  const words =
    "The people in acme-dev cannot be checked against the rule, because their roster is hidden. Declare the roster as a plain value, not as a secret or an unknown output.";
  expect(checkMessages("x: { admins: { atMost: 2 } }", hidden)).toEqual([words]);
  expect(checkMessages("x: { admins: { atLeast: 1 } }", hidden)).toEqual([]);
});

test("a violation is new if a role or the absence of more admins was hidden before", () => {
  const isOld = (limits: string, ...[before, after]: Parameters<typeof createOrganization>[0][]) =>
    checkYaml(`x: { admins: ${limits} }`, createOrganization(after), {
      before: createAccess(createOrganization(before)),
    }).map((violation) => violation.before);
  const [hidden, viewer] = [
    { people: { [ada]: "admin", [bob]: secret } },
    { people: { [ada]: "admin", [bob]: "viewer" } },
  ] as const;
  expect(isOld("{ atLeast: 2 }", hidden, viewer)).toEqual([false]);
  expect(isOld("{ atLeast: 2 }", viewer, viewer)).toEqual([true]);
  expect(isOld("{ atLeast: 2 }", hidden, hidden)).toEqual([false]);
  expect(isOld("{ atLeast: 3 }", { ...viewer, hasRoster: false }, viewer)).toEqual([false]);
  expect(isOld("{ atMost: 1 }", hidden, { people: { [ada]: "admin", [bob]: "admin" } })).toEqual([false]);
  expect(isOld(`{ including: ${bob} }`, hidden, viewer)).toEqual([false]);
  const absent = { people: { [ada]: "admin" }, hasRoster: false } as const;
  expect(isOld(`{ including: ${bob} }`, absent, { ...viewer, hasRoster: false })).toEqual([false]);
  const invited = {
    people: { [ada]: "admin", [bob]: { role: "admin", status: "expired" } },
    hasRoster: false,
  } as const;
  expect(isOld(`{ including: ${bob} }`, invited, invited)).toEqual([true]);
  expect(isOld(`{ including: ${bob} }`, invited, absent)).toEqual([false]);
});
