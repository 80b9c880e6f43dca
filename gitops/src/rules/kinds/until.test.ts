import { lastDaysOf } from "../lastDays";
import { access, ada, bob, carl, grace, messages, organization, violations } from "../testing/acme";
import { layoutOf } from "#provider";

const lastDays = lastDaysOf([
  layoutOf(
    [
      {
        file: "layout.yaml",
        text: `
organizations: { acme-dev: , acme-production: }
groups: { partners: [dora@partner.example, emil@partner.example] }
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

test("whoever has a last day keeps the rule, by the person's own entry or by a group's", () => {
  const people = {
    [ada]: "admin",
    [carl]: "developer",
    "dora@partner.example": "viewer",
    "today@partner.example": "viewer",
  } as const;
  expect(messages(ends, organization({ people }), { lastDays })).toEqual([]);
});

test("a place without a last day is told, and so is one that no layout knows", () => {
  const state = access(
    organization({ name: "acme-production", people: { [carl]: "viewer", "fay@partner.example": "viewer" } }),
    organization({ name: "acme-lab", people: { [carl]: "viewer" } }),
  );
  expect(violations(ends, state, { lastDays })).toEqual([
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message: `${carl} has no place in acme-lab by the layouts that were given, and the rule asks for a last day: give \`until\` in the layout.`,
      organizations: ["acme-lab"],
      people: [carl],
      before: false,
    },
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message: `${carl} has no last day in acme-production, and the rule asks for a last day: give \`until\` in the layout.`,
      organizations: ["acme-production"],
      people: [carl],
      before: false,
    },
    {
      rule: "Outsiders leave",
      severity: "refuse",
      message:
        "fay@partner.example has no place in acme-production by the layouts that were given, and the rule asks for a last day: give `until` in the layout.",
      organizations: ["acme-production"],
      people: ["fay@partner.example"],
      before: false,
    },
  ]);
});

test("a last day that is too far away is told with the day that would do", () => {
  const people = { [carl]: "developer", "emil@partner.example": "viewer" } as const;
  expect(messages(soon, organization({ people }), { lastDays })).toEqual([
    "emil@partner.example is in acme-dev until 2099-12-31, and the rule asks for a last day within 60 days: give `until: 2027-04-01`, or an earlier day, in the layout.",
  ]);
  expect(messages(soon.replace("60", "59"), organization({ people }), { lastDays })).toHaveLength(1);
  expect(messages(soon.replace("60", "58"), organization({ people }), { lastDays })).toHaveLength(2);
});

test("somebody whose last day has passed by now is in a preview that is too old", () => {
  expect(messages(soon, organization({ people: { "ended@partner.example": "developer" } }), { lastDays })).toEqual([
    "ended@partner.example is still in acme-dev, where the last day was 2027-01-30: make the preview again, since it is older than that.",
  ]);
});

test("an organization without a name is in no layout", () => {
  const state = organization({ name: undefined, id: "prn:1:x", people: { [carl]: "viewer" } });
  expect(messages(ends, state, { lastDays })).toEqual([
    `${carl} has no place in prn:1:x by the layouts that were given, and the rule asks for a last day: give \`until\` in the layout.`,
  ]);
});

test("people whose addresses are hidden may be outsiders", () => {
  expect(messages(ends, organization({ hiddenPeople: 3 }), { lastDays })).toEqual([
    "3 people in acme-dev cannot be checked against the rule: the addresses are hidden. Declare them so that they can be read.",
  ]);
});

test("without a layout, the rule cannot be checked at all", () => {
  expect(() => messages(ends, organization())).toThrow(
    'the rule "Outsiders leave" asks when access ends, which is in layouts and not in a preview: say with --layout where the layout is',
  );
  expect(messages("x: { role: viewer }", organization())).toEqual([]);
});

test("that access did not end in time before is never known, since layouts tell it of the time after alone", () => {
  const state = access(organization({ people: { "emil@partner.example": "viewer" } }));
  expect(violations(soon, state, { lastDays, before: state }).map(({ before }) => before)).toEqual([false]);
});

test("of several layouts that know a person, the place that lasts longest counts", () => {
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
    lastDaysOf(layouts).placeOf("acme-dev", "BOB@acme.example");
  expect(placeOf(layout("2027-03-31"), layout("2027-02-28"))).toEqual({ until: "2027-03-31" });
  expect(placeOf(layout("2027-03-31"), layout())).toEqual({ until: undefined });
  expect(placeOf(layout(), layout("2027-03-31"))).toEqual({ until: undefined });
  expect(lastDaysOf([layout()]).placeOf("acme-dev", grace)).toBeUndefined();
  expect(lastDaysOf([layout()]).placeOf("acme-lab", bob)).toBeUndefined();
});
