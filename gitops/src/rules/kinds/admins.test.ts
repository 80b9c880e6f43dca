import { secret, unknown } from "../../preview/resource";
import { ada, bob, carl, dora, messages, organization, violations } from "../testing/acme";

const two = "Two admins: { admins: { atLeast: 2 } }";
const one = "One admin: { admins: { atMost: 1 } }";

test("enough admins pass", () => {
  expect(violations(two, organization({ people: { [ada]: "admin", [bob]: "admin", [carl]: "viewer" } }))).toEqual([]);
});

test("names too few admins and the missing number", () => {
  expect(violations(two, organization({ people: { [ada]: "admin", [carl]: "viewer" } }))).toEqual([
    {
      rule: "Two admins",
      severity: "refuse",
      message: `acme-dev has 1 admin (${ada}), but the rule requires at least 2: make another person admin.`,
      organizations: ["acme-dev"],
      people: [ada],
      before: false,
    },
  ]);
  expect(messages(two, organization())).toEqual([
    "acme-dev has no admin, but the rule requires at least 2: make another person admin.",
  ]);
});

const waiting = {
  [ada]: "admin",
  [bob]: { role: "admin", standing: "pending" },
  [carl]: { role: "admin", standing: "planned" },
  [dora]: { role: "admin", standing: "expired" },
} as const;

test("an invitation does not count as an admin, and the message explains its acceptance", () => {
  expect(messages(two, organization({ people: waiting }))).toEqual([
    `acme-dev has 1 admin (${ada}), but the rule requires at least 2: make another person admin; ${bob}, ${carl} will count after accepting the invitation.`,
  ]);
});

test("counts invitations if the rule says so, but not expired ones", () => {
  expect(messages("x: { admins: { atLeast: 3, countInvited: true } }", organization({ people: waiting }))).toEqual([]);
  expect(messages("x: { admins: { atLeast: 4, countInvited: true } }", organization({ people: waiting }))).toEqual([
    `acme-dev has 3 admins (${ada}, ${bob}, ${carl}), but the rule requires at least 4: make another person admin.`,
  ]);
});

test("counts planned admins in a new organization", () => {
  const people = {
    [ada]: { role: "admin", standing: "planned" },
    [bob]: { role: "admin", standing: "planned" },
  } as const;
  expect(messages(two, organization({ id: undefined, people }))).toEqual([]);
  expect(messages(two, organization({ people }))).toHaveLength(1);
});

test("counts everyone who may become an admin against a maximum", () => {
  expect(messages(one, organization({ people: { [ada]: "admin", [bob]: "manager" } }))).toEqual([]);
  expect(messages("x: { admins: { atMost: 2 } }", organization({ people: waiting }))).toEqual([
    `acme-dev has 4 admins (${ada}, ${bob}, ${carl}, ${dora}), counting invitations, but the rule allows at most 2: give 2 of them another role.`,
  ]);
});

test("hidden roles count neither toward the minimum nor toward the maximum", () => {
  const hidden = organization({ people: { [ada]: "admin", [bob]: unknown }, hiddenPeople: 1 });
  expect(messages(two, hidden)).toEqual([
    `acme-dev has 1 admin (${ada}), but the rule requires at least 2: make another person admin; the hidden roles of 2 people do not count.`,
  ]);
  expect(messages(one, hidden)).toEqual([
    `acme-dev has 1 admin (${ada}), and 2 people with hidden roles, counting invitations, but the rule allows at most 1: give 2 of them another role.`,
  ]);
  expect(messages(one, organization({ people: { [bob]: secret } }))).toEqual([]);
});

test("counts only the people that the rule applies to", () => {
  const rule = 'x: { people: "*@acme.example", admins: { atLeast: 2 } }';
  expect(messages(rule, organization({ people: { [ada]: "admin", [carl]: "admin" } }))).toEqual([
    `acme-dev has 1 admin among *@acme.example (${ada}), but the rule requires at least 2: make another person admin.`,
  ]);
  expect(messages('x: { people: { except: "*@acme.example" }, admins: { atLeast: 1 } }', organization())).toEqual([
    "acme-dev has no admin among all but *@acme.example, but the rule requires at least 1: make another person admin.",
  ]);
});

test("finds a required admin in any case of the address", () => {
  const rule = `Break glass: { admins: { including: [${ada}, ${bob}, ${dora}] } }`;
  expect(
    messages(rule, organization({ people: { "ADA@acme.example": "admin", [bob]: "admin", [dora]: "admin" } })),
  ).toEqual([]);
  expect(messages(rule, organization({ people: { ...waiting, [dora]: "manager" } }))).toEqual([
    `${bob} is not yet an admin of acme-dev, but the rule requires it: the person must accept the invitation.`,
    `${dora} is no admin of acme-dev, but the rule requires it: give the person that role.`,
  ]);
});

test("an exempt person counts toward the minimum, not toward the maximum", () => {
  const exempt = `exempt: [{ person: ${bob}, until: 2027-01-31, because: handing over }]`;
  const people = { [ada]: "admin", [bob]: "admin" } as const;
  expect(
    messages(
      `x: { admins: { atLeast: 2, atMost: 1 }, ${exempt} }`.replace("atLeast: 2, ", ""),
      organization({ people }),
    ),
  ).toEqual([]);
  expect(messages(`x: { admins: { atLeast: 2 }, ${exempt} }`, organization({ people }))).toEqual([]);
});
