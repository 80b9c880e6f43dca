import { formatLayoutMistake } from "./mistakes";
import { acme, listMistakes, getMembers, parseText } from "./testing/layouts";

describe("the role of a person", () => {
  const until = (day: string) => `${acme}  carl@partner.example: { acme-dev: { role: developer, until: ${day} } }\n`;

  test("ends after the last day", () => {
    expect(getMembers(parseText(until("2027-01-31")))).toHaveProperty(["carl@partner.example"], "developer");
    expect(getMembers(parseText(until("2027-01-30")))).toEqual({ "ada@acme.example": "admin" });
  });

  test("has the last day of the person's entry or of the team that ends last", () => {
    const { organizations } = parseText(`
teams: { firmware: [Bob@acme.example, dora@acme.example], support: [bob@acme.example, emil@acme.example] }
${until("2027-01-30")}  dora@acme.example: { acme-dev: viewer }
  firmware: { acme-dev: { role: developer, until: 2027-02-28 } }
  support: { acme-dev: { role: developer, until: 2027-03-31 } }
`);
    expect(organizations[0]?.lastDays).toEqual({
      "bob@acme.example": "2027-03-31",
      "carl@partner.example": "2027-01-30",
      "emil@acme.example": "2027-03-31",
    });
  });

  test("ends at a moment, and each spelling of it is the same", () => {
    const end = "2027-01-31T08:00Z";
    const at = (moment: string, text = until(end)) => parseText(text, { now: new Date(moment) });
    expect(getMembers(at("2027-01-31T07:59:59.999Z"))).toHaveProperty(["carl@partner.example"], "developer");
    expect(getMembers(at(end))).toEqual({ "ada@acme.example": "admin" });
    for (const spelling of ["2027-01-31T09:00:00+01:00", "2027-01-31T08:00:00Z"])
      expect(parseText(until(spelling)).organizations).toEqual(parseText(until(end)).organizations);
    expect(parseText(until("2027-02-01T00:00Z")).organizations).toEqual(parseText(until("2027-01-31")).organizations);
  });

  test("is another one after the end, without a last day", () => {
    const text = `${acme}  Bob@acme.example: { acme-dev: { role: admin, until: 2027-01-31T08:00Z, afterwards: viewer } }\n`;
    const at = (moment: string) => parseText(text, { now: new Date(moment) }).organizations[0];
    expect(at("2027-01-31T07:59Z")).toMatchObject({
      members: { "Bob@acme.example": "admin" },
      lastDays: { "Bob@acme.example": "2027-01-31T08:00Z" },
      rolesAfterwards: { "Bob@acme.example": "viewer" },
    });
    const ended = at("2027-01-31T08:00Z");
    expect(ended?.members).toEqual({ "Bob@acme.example": "viewer", "ada@acme.example": "admin" });
    expect(ended).not.toHaveProperty("lastDays");
    expect(ended).not.toHaveProperty("rolesAfterwards");
  });

  test("after the end of a team is that of the team, unless an own entry overrides it", () => {
    const text = `
teams: { oncall: [bob@acme.example, dora@acme.example] }
${acme}  oncall: { acme-dev: { role: admin, until: 2027-01-30, afterwards: viewer } }
  dora@acme.example: { acme-dev: { role: developer, until: 2027-01-30 } }
`;
    expect(getMembers(parseText(text))).toEqual({ "ada@acme.example": "admin", "bob@acme.example": "viewer" });
  });

  test("after an end comes from the team that ends last, and teams that differ are a mistake at any time", () => {
    const two = (support: string) => `
teams: { firmware: [bob@acme.example], support: [bob@acme.example] }
${acme}  firmware: { acme-dev: { role: admin, until: 2027-01-29, afterwards: viewer } }
  support: { acme-dev: ${support} }
`;
    const same = two("{ role: admin, until: 2027-02-28, afterwards: viewer }");
    expect(parseText(same).organizations[0]).toMatchObject({
      members: { "bob@acme.example": "admin" },
      lastDays: { "bob@acme.example": "2027-02-28" },
    });
    for (const support of ["viewer", "admin", "{ role: admin, until: 2027-02-28 }"])
      for (const now of [new Date("2027-01-29"), new Date("2027-01-31")])
        expect(listMistakes(two(support), { now })).toEqual([
          expect.stringContaining(", but the team firmware gives admin, then viewer"),
        ]);
    expect(getMembers(parseText(two("{ role: admin, until: 2027-01-30 }")))).toHaveProperty(
      ["bob@acme.example"],
      "viewer",
    );
  });

  const withTeams = `
teams:
  firmware: [ada@acme.example, Bob@acme.example, carl@partner.example]
  support: [bob@acme.example]
${acme}  bob@acme.example: { acme-dev: viewer }
  firmware: { acme-dev: developer }
`;

  test("comes from the person's entry, otherwise from a team", () => {
    expect(getMembers(parseText(withTeams))).toEqual({
      "ada@acme.example": "admin",
      "bob@acme.example": "viewer",
      "carl@partner.example": "developer",
    });
  });

  test("ends with the person's entry, even if a team continues", () => {
    expect(getMembers(parseText(withTeams.replace("viewer", "{ role: viewer, until: 2026-12-31 }")))).toEqual({
      "ada@acme.example": "admin",
      "carl@partner.example": "developer",
    });
  });

  test("continues until the last team ends", () => {
    const both = (firmware: string, support: string) => `
teams: { firmware: [bob@acme.example], support: [bob@acme.example] }
${acme}  firmware: { acme-dev: { role: viewer, until: ${firmware} } }
  support: { acme-dev: { role: viewer, until: ${support} } }
`;
    expect(getMembers(parseText(both("2027-01-30", "2027-02-28")))).toHaveProperty(["bob@acme.example"]);
    expect(getMembers(parseText(both("2027-02-28", "2027-01-30")))).toHaveProperty(["bob@acme.example"]);
    expect(getMembers(parseText(both("2027-01-30", "2027-01-30")))).not.toHaveProperty(["bob@acme.example"]);
  });

  test("ignores a team that has ended", () => {
    const two = (ended: string) => `
teams: { firmware: [bob@acme.example], support: [bob@acme.example] }
${acme}  firmware: { acme-dev: { role: developer, until: ${ended} } }
  support: { acme-dev: { role: viewer, until: 2027-01-31 } }
`;
    expect(getMembers(parseText(two("2027-01-30")))).toHaveProperty(["bob@acme.example"], "viewer");
    expect(listMistakes(two("2027-01-31"))).toEqual([
      expect.stringContaining("the role viewer, but the team firmware gives developer"),
    ]);
  });

  test("comes from no team without people, and a warning names such a team", () => {
    const layout = parseText(`teams: { firmware: [] }\n${acme}  firmware: { acme-dev: viewer }\n`);
    expect(getMembers(layout)).toEqual({ "ada@acme.example": "admin" });
    expect(layout.warnings.map(formatLayoutMistake)).toEqual([
      "acme.yaml:1:10: teams.firmware contains no one, so its roles give no one access",
    ]);
  });

  test("is none with the entry none, also in groups, whatever the teams say", () => {
    const layout = parseText(`
teams: { firmware: [bob@acme.example, dora@acme.example] }
organizations: { acme-dev: { groups: { field: { members: [firmware] } } } }
people:
  ada@acme.example: { acme-dev: admin }
  firmware: { acme-dev: viewer }
  Bob@acme.example: { acme-dev: none }
`);
    expect(layout.warnings).toEqual([]);
    expect(layout.organizations[0]).toMatchObject({
      members: { "ada@acme.example": "admin", "dora@acme.example": "viewer" },
      groups: [{ name: "field", members: ["dora@acme.example"] }],
    });
    expect(layout.organizations[0]).not.toHaveProperty("lastDays");
  });

  test("cannot be none for a team, with an end or for the only admin", () => {
    const team = (role: string) =>
      `teams: { firmware: [bob@acme.example] }\n${acme}  firmware: { acme-dev: ${role} }\n`;
    expect(listMistakes(team("none"))).toEqual([
      'acme.yaml:7:25: people.firmware["acme-dev"] is `none`, which only a person\'s own entry can be: remove this entry',
    ]);
    expect(listMistakes(team("{ role: none, until: 2099-12-31 }"))).toHaveLength(1);
    const admins = team("admin").replace("acme-dev: admin", "acme-dev: none");
    expect(listMistakes(admins)).toEqual([]);
    expect(listMistakes(`${admins}  bob@acme.example: { acme-dev: none }\n`)).toEqual([
      expect.stringContaining("has no admin"),
    ]);
  });

  test("of the last admin has an end, which a warning says", () => {
    const lapsing = acme.replace(": admin", ": { role: admin, until: 2099-05-31 }");
    const { lapses, warnings } = parseText(lapsing);
    expect(warnings).toEqual(lapses);
    expect(lapses.map(formatLayoutMistake)).toEqual([
      expect.stringContaining(
        'organizations["acme-dev"] is valid until 2099-05-31. Afterwards it has no admin, because ada@acme.example was',
      ),
    ]);
    expect(parseText(`${lapsing}  bob@acme.example: { acme-dev: admin }\n`).lapses).toEqual([]);
    const owned = parseText(
      `${lapsing}  bob@acme.example: { acme-dev: admin }\ndefaults: { owner: ada@acme.example }\n`,
    );
    expect(owned.lapses).toHaveLength(1);
  });

  test("is none without effect if no team gives a role, which a warning says", () => {
    const { warnings } = parseText(`${acme}  bob@acme.example: { acme-dev: none }\n`);
    expect(warnings.map(formatLayoutMistake)).toEqual([
      'acme.yaml:6:23: people["bob@acme.example"]["acme-dev"] has no effect, because no team gives this person a role there: remove the entry',
    ]);
  });

  test("is a mistake if two teams give different roles", () => {
    const contradiction =
      withTeams.replace("  bob@acme.example: { acme-dev: viewer }\n", "") + "  support: { acme-dev: viewer }\n";
    expect(listMistakes(contradiction)).toEqual([
      'acme.yaml:11:24: people.support["acme-dev"] gives bob@acme.example the role viewer, but the team firmware gives developer, ' +
        "at acme.yaml:10:15: add an entry for this person under `people`. It overrides the teams",
    ]);
  });
});

describe("an organization without an admin is not reported", () => {
  const withTeams = (people: string, teams: string) => `
organizations: { acme-dev: }
teams: ${teams}
people: ${people}
`;

  test.each([
    ["is in a misspelled organization", "{ ada@acme.example: { acme-dve: admin } }", "{}"],
    ["has a misspelled role", "{ ada@acme.example: { acme-dev: amdin } }", "{}"],
    ["has an invalid address", "{ ada@acme: { acme-dev: admin } }", "{}"],
    ["is in a misspelled team", "{ frmware: { acme-dev: admin } }", "{ firmware: [ada@acme.example] }"],
    ["is in a team with a mistake", "{ firmware: { acme-dev: admin } }", "{ firmware: [ada@acme] }"],
    [
      "has another role by another team",
      "{ firmware: { acme-dev: { role: admin, until: 2099-12-31 } }, support: { acme-dev: viewer } }",
      "{ firmware: [ada@acme.example], support: [ada@acme.example] }",
    ],
    [
      "is the owner and has an invalid address",
      "{ ada@acme: { acme-dev: admin }, bob@acme.example: { acme-dev: admin } }",
      "{}\ndefaults: { owner: ada@acme.example }",
    ],
  ])("if a possible admin %s", (_, people, teams) => {
    expect(listMistakes(withTeams(people, teams))).toHaveLength(1);
  });
});

const two = `
organizations: { acme-dev: , acme-production: }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
`;

/** Returns the mistakes of entries in a layout of two organizations, without their places. */
function listEntryMistakes(...entries: readonly string[]): readonly string[] {
  const mistakes = listMistakes(`${two}${entries.map((entry) => `  ${entry}\n`).join("")}`);
  return mistakes.map((line) => line.replace(/^acme\.yaml:\d+:\d+: /, ""));
}

const bob = 'people["bob@acme.example"]';
const there = "applies to one organization: write it in the entry of that organization, such as";
const level = "is not a key of a person's entry: write the organizations directly in the entry, such as";
const withUntil = "{ role: developer, until: 2027-03-31 }";

describe("a misplaced key", () => {
  test.each([
    [
      "a last day beside the role",
      "{ acme-production: developer, until: 2027-03-31 }",
      [`${bob}.until ${there} \`acme-production: ${withUntil}\``],
    ],
    [
      "a last day beside a role with an entry",
      "{ acme-production: { role: developer }, until: 2027-03-31 }",
      [`${bob}.until ${there} \`acme-production: ${withUntil}\``],
    ],
    [
      "a role afterwards beside the role",
      "{ acme-production: { role: developer, until: 2027-03-31 }, afterwards: viewer }",
      [`${bob}.afterwards ${there} \`acme-production: { role: developer, until: 2027-03-31, afterwards: viewer }\``],
    ],
    [
      "an invalid last day beside a valid one",
      "{ acme-production: { role: developer, until: 2027-03-31 }, until: { day: 31 } }",
      [`${bob}.until ${there} \`acme-production: ${withUntil}\``],
    ],
    [
      "a role without an organization",
      "{ role: developer, until: 2027-03-31 }",
      [`${bob}.role ${there} \`acme-dev: ${withUntil}\``, `${bob}.until ${there} \`acme-dev: ${withUntil}\``],
    ],
    ["an unknown role", "{ role: boss }", [`${bob}.role ${there} \`acme-dev: viewer\``]],
    ["roles", "{ roles: { acme-production: developer } }", [`${bob}.roles ${level} \`acme-production: developer\``]],
    [
      "a last day beside roles",
      "{ roles: { acme-production: developer }, until: 2027-03-31 }",
      [
        `${bob}.roles ${level} \`acme-production: ${withUntil}\``,
        `${bob}.until ${there} \`acme-production: ${withUntil}\``,
      ],
    ],
    ["invalid roles", "{ roles: [admin] }", [`${bob}.roles ${level} \`acme-dev: viewer\``]],
  ])("is reported once, with a correct entry: %s", (_, entry, mistakes) => {
    expect(listEntryMistakes(`bob@acme.example: ${entry}`)).toEqual(mistakes);
  });

  test("does not hide other mistakes of the entry", () => {
    expect(listEntryMistakes("bob@acme.example: { untilx: 2027-03-31, until: 2027-03-31 }")).toEqual([
      expect.stringMatching(/untilx is not an organization in the layout/),
      expect.stringMatching(/untilx must be one of/),
      `${bob}.until ${there} \`acme-dev: { role: viewer, until: 2027-03-31 }\``,
    ]);
  });

  test("is accepted if an organization has that name", () => {
    const text = "organizations: { until: , role: }\npeople: { ada@acme.example: { until: admin, role: admin } }\n";
    const { organizations } = parseText(text);
    expect(organizations.map(({ name }) => name)).toEqual(["role", "until"]);
  });

  test("does not report a missing admin", () => {
    const text = "organizations: { acme-dev: }\npeople: { ada@acme.example: { roles: { acme-dev: admin } } }\n";
    expect(() => parseText(text)).toThrow(
      /has a mistake:\n {2}acme\.yaml:2:31: people\["ada@acme\.example"\]\.roles is not a key of a person's entry/,
    );
  });
});

test("counts the entries that name an organization outside the layout", () => {
  const gone = (who: string, remedy: string) =>
    `people["${who}@acme.example"]["acme-stage"] is not an organization in the layout (acme-dev, acme-production): ` +
    `correct the name, declare the organization under \`organizations\`, or remove ${remedy}`;
  expect(
    listEntryMistakes("bob@acme.example: { acme-stage: viewer }", "carl@acme.example: { acme-stage: viewer }"),
  ).toEqual([gone("bob", "the 2 entries for this organization"), gone("carl", "the 2 entries for this organization")]);
  expect(listEntryMistakes("bob@acme.example: { acme-stage: viewer }")).toEqual([gone("bob", "this entry")]);
});
