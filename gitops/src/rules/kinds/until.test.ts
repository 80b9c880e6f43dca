import { collectLastDays } from "../lastDays";
import { createAccess, ada, bob, carl, grace, checkMessages, createOrganization, checkYaml } from "../testing/acme";
import { parseLayout } from "#layout";

const lastDays = collectLastDays([
  parseLayout(
    [
      {
        file: "layout.yaml",
        text: `
organizations: { acme-dev: , acme-production: }
teams: { partners: [dora@partner.example, emil@partner.example] }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  Carl@partner.example: { acme-dev: { role: developer, until: 2027-03-31 }, acme-production: viewer }
  ended@partner.example: { acme-dev: { role: developer, until: 2027-01-30 } }
  today@partner.example: { acme-dev: { role: developer, until: 2027-01-31 } }
  partners: { acme-dev: { role: viewer, until: 2099-12-31 } }
`,
      },
    ],
    { today: "2027-01-31", version: "0.1.0" },
  ),
]);

const outside = 'people: { except: "*@acme.example" }';
const ends = `Outsiders leave: { ${outside}, until: required }`;
const soon = `Outsiders leave: { ${outside}, until: { withinDays: 60 } }`;

test("accepts a last day from the person's entry or from a team", () => {
  const people = {
    [ada]: "admin",
    [carl]: "developer",
    "dora@partner.example": "viewer",
    "today@partner.example": "viewer",
  } as const;
  expect(checkMessages(ends, createOrganization({ people }), { lastDays })).toEqual([]);
});

test("reports access without a last day, and people that no layout declares", () => {
  const state = createAccess(
    createOrganization({ name: "acme-production", people: { [carl]: "viewer", "fay@partner.example": "viewer" } }),
    createOrganization({ name: "acme-lab", people: { [carl]: "viewer" } }),
  );
  expect(checkYaml(ends, state, { lastDays })).toEqual([
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message: `The given layouts have no entry of ${carl} for acme-lab, but the rule requires a last day. Declare the person with \`until\` in a layout, and add the layout with --layout.`,
      organizations: ["acme-lab"],
      people: [carl],
      before: false,
    },
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message: `${carl} has no last day in acme-production, but the rule requires a last day. Set \`until\` in the layout.`,
      organizations: ["acme-production"],
      people: [carl],
      before: false,
    },
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message:
        "The given layouts have no entry of fay@partner.example for acme-production, but the rule requires a last day. Declare the person with `until` in a layout, and add the layout with --layout.",
      organizations: ["acme-production"],
      people: ["fay@partner.example"],
      before: false,
    },
  ]);
});

test("reports a last day that is too far away, with the latest allowed one", () => {
  const people = { [carl]: "developer", "emil@partner.example": "viewer" } as const;
  expect(checkMessages(soon, createOrganization({ people }), { lastDays })).toEqual([
    "emil@partner.example is in acme-dev until 2099-12-31, but the rule requires a last day within 60 days. Set `until: 2027-04-01`, or an earlier day, in the layout.",
  ]);
  expect(checkMessages(soon.replace("60", "59"), createOrganization({ people }), { lastDays })).toHaveLength(1);
  expect(checkMessages(soon.replace("60", "58"), createOrganization({ people }), { lastDays })).toHaveLength(2);
});

test("reports a person who stays after the last day", () => {
  expect(
    checkMessages(soon, createOrganization({ people: { "ended@partner.example": "developer" } }), { lastDays }),
  ).toEqual([
    "ended@partner.example is still in acme-dev after the last day, 2027-01-30. Run `pulumi preview` again. If the person stays, remove the person's other declarations, or the pattern in `ignore` that matches the person.",
  ]);
});

test("cannot check the last days in an organization with an unknown name", () => {
  const state = createOrganization({ name: undefined, id: "prn:1:x", people: { [carl]: "viewer" } });
  expect(checkMessages(ends, state, { lastDays })).toEqual([
    `The name of prn:1:x is unknown, so the rule cannot check the last day of ${carl}. Add the preview of the stack that declares the organization.`,
  ]);
});

test("reports people with hidden addresses, because the rule may apply to them", () => {
  expect(checkMessages(ends, createOrganization({ hiddenPeople: 3 }), { lastDays })).toEqual([
    "3 people in acme-dev cannot be checked against the rule, because the addresses are hidden. Declare the addresses as plain values, not as secrets or unknown outputs.",
  ]);
});

test("cannot check the rule without a layout", () => {
  expect(() => checkMessages(ends, createOrganization())).toThrow(
    'The rule "Outsiders leave" checks `until`, which only layouts contain. Add --layout.',
  );
  expect(checkMessages("x: { role: viewer }", createOrganization())).toEqual([]);
});

test("cannot tell if access ended in time before the change, because layouts describe the state after the change", () => {
  const state = createAccess(createOrganization({ people: { "emil@partner.example": "viewer" } }));
  expect(checkYaml(soon, state, { lastDays, before: state }).map(({ before }) => before)).toEqual([false]);
});

test("the latest of several last days counts", () => {
  const layout = (until?: string) => ({
    organizations: [
      {
        name: "acme-dev",
        members: { [bob]: "viewer" } as const,
        roster: {},
        ...(until !== undefined && { lastDays: { [bob]: until } }),
      },
    ],
  });
  const placeOf = (...layouts: ReturnType<typeof layout>[]) =>
    collectLastDays(layouts).find("acme-dev", "BOB@acme.example");
  expect(placeOf(layout("2027-03-31"), layout("2027-02-28"))).toEqual({ until: "2027-03-31" });
  expect(placeOf(layout("2027-03-31"), layout())).toEqual({ until: undefined });
  expect(placeOf(layout(), layout("2027-03-31"))).toEqual({ until: undefined });
  expect(collectLastDays([layout()]).find("acme-dev", grace)).toBeUndefined();
  expect(collectLastDays([layout()]).find("acme-lab", bob)).toBeUndefined();
});

test("in drift, a person without a last day breaks the rule only if the person is new", () => {
  const state = createOrganization({ people: { "fay@partner.example": "developer" } });
  const flags = (before: typeof state) =>
    checkYaml(ends, state, { before: createAccess(before), lastDays, earlierLastDays: lastDays }).map(
      (one) => one.before,
    );
  expect(flags(state)).toEqual([true]);
  expect(flags(createOrganization({}))).toEqual([false]);
});
