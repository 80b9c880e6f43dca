import { unknown } from "../../hidden";
import { createAccess, ada, carl, grace, checkMessages, createOrganization, checkYaml } from "../testing/acme";

const apart = `
Who runs production does not pay for it:
  notTogether:
    - { role: admin, organizations: "*-production" }
    - { role: [admin, manager], organizations: acme-billing }
`;

const production = (people: Parameters<typeof createOrganization>[0]) =>
  createOrganization({ name: "acme-production", ...people });
const billing = (people: Parameters<typeof createOrganization>[0]) =>
  createOrganization({ name: "acme-billing", ...people });

test("reports a person with both duties once, with all organizations", () => {
  const state = createAccess(
    production({ people: { [ada]: "admin", [grace]: "admin" } }),
    createOrganization({ name: "acme-eu-production", people: { [grace]: "admin" } }),
    billing({ people: { "Grace@acme.example": { role: "manager", status: "pending" } } }),
  );
  expect(checkYaml(apart, state)).toEqual([
    {
      rule: "Who runs production does not pay for it",
      severity: "refuse",
      message: `${grace} has the role admin in acme-eu-production, acme-production together with the role manager in acme-billing, but the rule forbids this combination. Remove one of these roles.`,
      organizations: ["acme-billing", "acme-eu-production", "acme-production"],
      people: [grace],
      objects: ["role manager in acme-billing", "role admin in acme-eu-production", "role admin in acme-production"],
      before: false,
    },
  ]);
});

test("any two of three duties break the rule", () => {
  const three = `x: { notTogether: [{ role: admin, organizations: a }, { role: admin, organizations: b }, { role: admin, organizations: c }] }`;
  const state = createAccess(
    ...["a", "b", "c"].map((name) => createOrganization({ name, people: { [ada]: "admin" } })),
  );
  expect(checkYaml(three, state).map(({ organizations }) => organizations)).toEqual([
    ["a", "b"],
    ["a", "c"],
    ["b", "c"],
  ]);
});

test("a duty applies to the organizations and people of its rule only", () => {
  const state = createAccess(production({ people: { [carl]: "admin" } }), billing({ people: { [carl]: "admin" } }));
  expect(checkMessages(apart, state)).toHaveLength(1);
  expect(checkMessages(`${apart}  organizations: "*-production"\n`, state)).toEqual([]);
  expect(checkMessages(`${apart}  people: "*@acme.example"\n`, state)).toEqual([]);
  expect(
    checkMessages(
      `${apart}  exempt: [{ person: ${carl}, organization: acme-billing, until: 2027-01-31, because: x }]\n`,
      state,
    ),
  ).toEqual([]);
});

test("a hidden role may be one of the duties, and people with hidden addresses may have both", () => {
  const state = createAccess(
    production({ people: { [ada]: "admin" }, hiddenPeople: 1 }),
    billing({ people: { [ada]: unknown } }),
    createOrganization({ name: "acme-lab", hiddenPeople: 7 }),
  );
  expect(checkMessages(apart, state)).toEqual([
    `${ada} has the role admin in acme-production together with a hidden role in acme-billing, but the rule may forbid this combination. Declare hidden roles as plain values, or remove one of the roles.`,
    "1 person in acme-production cannot be checked against the rule, because the address is hidden. Declare the address as a plain value, not as a secret or an unknown output.",
  ]);
  const same = "x: { notTogether: [{ role: admin }, { role: admin }] }";
  const hidden = createAccess(production({ people: { [ada]: unknown } }), billing({ people: { [ada]: unknown } }));
  expect(checkMessages(same, hidden)).toEqual([
    `${ada} has a hidden role in acme-billing, acme-production. If a hidden role is one that the rule names, this breaks the rule. Declare hidden roles as plain values, or keep a role in only one of these organizations.`,
  ]);
});
