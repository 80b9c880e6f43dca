import { secret, unknown } from "../../hidden";
import { createAccess, ada, bob, carl, dora, eve, checkMessages, createOrganization, checkYaml } from "../testing/acme";

const outsiders = `
Outsiders only look at production:
  organizations: "*-production"
  people: { except: "*@acme.example" }
  role: { atMost: viewer }
`;

test("ignores people and organizations that the rule does not apply to", () => {
  const state = createAccess(
    createOrganization({
      name: "acme-production",
      people: { [ada]: "admin", "BOB@ACME.example": "admin", [carl]: "viewer" },
    }),
    createOrganization({ name: "acme-dev", people: { [carl]: "admin" } }),
  );
  expect(checkYaml(outsiders, state)).toEqual([]);
});

test("reports a role that is too high with person, organization, limit and remedy", () => {
  const state = createAccess(
    createOrganization({ name: "acme-production", people: { "Carl@Partner.example": "developer" } }),
    createOrganization({ name: "acme-eu-production", people: { [ada]: "admin", [carl]: "admin" } }),
  );
  const remedy = "Give the person an allowed role, or remove the person.";
  expect(checkYaml(outsiders, state)).toEqual([
    {
      rule: "Outsiders only look at production",
      severity: "refuse",
      message: `${carl} has the role admin in acme-eu-production, but the rule allows at most viewer. ${remedy}`,
      organizations: ["acme-eu-production"],
      people: [carl],
      objects: ["role admin"],
      before: false,
    },
    {
      rule: "Outsiders only look at production",
      severity: "refuse",
      message: `Carl@Partner.example has the role developer in acme-production, but the rule allows at most viewer. ${remedy}`,
      organizations: ["acme-production"],
      people: ["Carl@Partner.example"],
      objects: ["role developer"],
      before: false,
    },
  ]);
});

test("asks for a transfer of the ownership before another role", () => {
  const state = createOrganization({ owner: ada, people: { [ada]: "admin" } });
  expect(checkMessages("x: { role: { atMost: manager } }", state)).toEqual([
    `${ada} has the role admin in acme-dev, but the rule allows at most manager. Transfer the ownership of the organization to another person first. Give the person an allowed role, or remove the person.`,
  ]);
});

test("the role member is above viewer and below developer, because members share projects", () => {
  const rule = (most: string) => `Outsiders: { people: { except: "*@acme.example" }, role: { atMost: ${most} } }`;
  const state = createAccess(
    createOrganization({
      name: "acme-production",
      people: { [carl]: "member", "eve@partner.example": { role: "member", status: "pending" } },
    }),
  );
  const remedy = "Give the person an allowed role, or remove the person.";
  expect(checkMessages(rule("viewer"), state)).toEqual([
    `${carl} has the role member in acme-production, but the rule allows at most viewer. ${remedy}`,
    `eve@partner.example is invited to acme-production with the role member, but the rule allows at most viewer. ${remedy}`,
  ]);
  for (const most of ["member", "developer"]) expect(checkMessages(rule(most), state)).toEqual([]);
});

test("counts invitations, planned and expired ones too, as if they were accepted", () => {
  const people = {
    [ada]: { role: "admin", status: "planned" },
    [bob]: { role: "admin", status: "pending" },
    [carl]: { role: "admin", status: "expired" },
  } as const;
  const messages = checkMessages("x: { role: { atMost: manager } }", createOrganization({ people }));
  expect(messages.map((message) => message.split(",")[0])).toEqual([
    `${ada} is to be invited to acme-dev as admin`,
    `${bob} is invited to acme-dev as admin`,
    `${carl} has an expired invitation to acme-dev as admin`,
  ]);
});

test.each([
  ["{ atMost: manager }", ["admin"], "at most manager"],
  ["viewer", ["admin", "manager", "developer"], "only viewer"],
  ["[developer, viewer]", ["admin", "manager"], "only developer or viewer"],
  ["member", ["admin", "manager", "developer", "viewer"], "only role member"],
  ["[admin, member]", ["manager", "developer", "viewer"], "only admin or role member"],
  ["none", ["admin", "manager", "developer", "viewer"], "no role"],
  ["{ atMost: admin }", [], ""],
])("role: %s", (limit, broken, words) => {
  const people = { [ada]: "admin", [bob]: "manager", [dora]: "developer", [eve]: "viewer" } as const;
  const messages = checkMessages(`x: { role: ${limit} }`, createOrganization({ people }));
  expect(messages).toHaveLength(broken.length);
  broken.forEach((role, index) => {
    expect(messages[index]).toContain(`has the role ${role} in acme-dev, but the rule allows ${words}. `);
  });
});

test("rejects every role if the rule says none", () => {
  expect(
    checkMessages(
      `x: { people: ${carl}, role: none }`,
      createOrganization({ people: { [ada]: "admin", [carl]: unknown } }),
    ),
  ).toEqual([
    `${carl} has a role in acme-dev that is not known before the update, but the rule allows no role. Remove the person.`,
  ]);
});

test("does not accept a hidden role", () => {
  const people = { [ada]: unknown, [bob]: secret } as const;
  expect(checkMessages("x: { role: [viewer] }", createOrganization({ people }))).toEqual([
    `${ada} has a role in acme-dev that is not known before the update, but the rule allows only viewer. Declare the role as a plain value, not as a secret or an unknown output.`,
    `${bob} has a role in acme-dev that is secret, but the rule allows only viewer. Declare the role as a plain value, not as a secret or an unknown output.`,
  ]);
  expect(checkMessages("x: { role: { atMost: admin } }", createOrganization({ people, hiddenPeople: 1 }))).toEqual([]);
});

test("reports people with hidden addresses, because the rule may apply to them", () => {
  const state = createOrganization({ name: "acme-production", hiddenPeople: 2 });
  expect(checkMessages(outsiders, state)).toEqual([
    "2 people in acme-production cannot be checked against the rule, because the addresses are hidden. Declare the addresses as plain values, not as secrets or unknown outputs.",
  ]);
  expect(checkMessages(outsiders, createOrganization({ name: "acme-production", hiddenPeople: 1 }))[0]).toMatch(
    /^1 person in/,
  );
});
