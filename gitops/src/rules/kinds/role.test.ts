import { secret, unknown } from "../../hidden";
import { ada, bob, carl, checkMessages, createOrganization } from "../testing/acme";

const outsiders = `
Outsiders only look at production:
  organizations: "*-production"
  people: { except: "*@acme.example" }
  role: { atMost: viewer }
`;

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
