import type { LayoutSource } from "./files";
import { formatLayoutMistake, InvalidLayoutError } from "./mistakes";
import { type Layout, parseLayout } from "./layout";
import { getMembers, listMistakes } from "./testing/layouts";

/** A layout with teams under this key, in line 12. */
function withTeams(key: string, { support = "" } = {}): string {
  return `
organizations:
  acme-dev:
    groups: { field: { members: [firmware] } }
    projects:
      app: { everyoneEnabled: false, access: { users: [support, bob@acme.example], groups: [field] } }
people:
  ada@acme.example: { acme-dev: admin }
  firmware: { acme-dev: { role: member, until: 2027-02-28 } }
  support: { acme-dev: { role: member, until: 2027-01-31 } }

${key}:
  firmware: [bob@acme.example]
  support: [bob@acme.example, dora@acme.example${support}]
`;
}

const warning = "groups has the new name `teams`: rename the key. The next version does not accept `groups` here.";
const bothKeys =
  "groups is the former name of the key `teams`, which is here too: move all teams to `teams`, and remove `groups`";

function parse(sources: readonly LayoutSource[]): Layout {
  return parseLayout(sources, { now: new Date("2027-01-31"), version: "0.1.0" });
}

function parseFile(text: string): Layout {
  return parse([{ file: "acme.yaml", text }]);
}

test("teams below the former key are the same teams, with a warning", () => {
  const { organizations, warnings } = parseFile(withTeams("groups"));
  expect(organizations).toEqual(parseFile(withTeams("teams")).organizations);
  expect(organizations[0]).toMatchObject({
    lastDays: { "bob@acme.example": "2027-02-28", "dora@acme.example": "2027-01-31" },
    groups: [{ name: "field", members: ["bob@acme.example"] }],
    projects: [{ access: { users: ["bob@acme.example", "dora@acme.example"], groups: ["field"] } }],
  });
  expect(warnings.map(formatLayoutMistake)).toEqual([`acme.yaml:12:1: ${warning}`]);
  expect(parseFile(withTeams("teams")).warnings).toEqual([]);
});

test("properties of a program have the same warning, without a place", () => {
  const layout = parse([
    {
      value: {
        organizations: { "acme-dev": {} },
        groups: { firmware: ["bob@acme.example"] },
        people: { "ada@acme.example": { "acme-dev": "admin" }, firmware: { "acme-dev": "viewer" } },
      },
    },
  ]);
  expect(getMembers(layout)).toEqual({ "ada@acme.example": "admin", "bob@acme.example": "viewer" });
  expect(layout.warnings.map(formatLayoutMistake)).toEqual([warning]);
});

test("each file has a warning, and two files cannot declare one team", () => {
  const other = (key: string) => ({ file: "b.yaml", text: `${key}: { operators: [dora@acme.example] }` });
  const acme = { file: "acme.yaml", text: withTeams("groups") };
  expect(parse([acme, other("groups")]).warnings.map(formatLayoutMistake)).toEqual([
    `acme.yaml:12:1: ${warning}`,
    `b.yaml:1:1: ${warning}`,
  ]);
  expect(parse([acme, other("teams")]).warnings).toHaveLength(1);
  expect(listMistakes([acme, { file: "b.yaml", text: "teams: { firmware: [dora@acme.example] }" }])).toEqual([
    "b.yaml:1:10: teams.firmware is already declared, at acme.yaml:13:3: keep one of the two",
  ]);
});

test("one file cannot contain both keys, and the teams of both keys exist", () => {
  const people =
    "people: { ada@acme.example: { acme-dev: admin }, old: { acme-dev: viewer }, new: { acme-dev: viewer } }";
  const keys = (key: string, name: string) => `${key}: { ${name}: [bob@acme.example] }`;
  const text = ["organizations: { acme-dev: }", people, keys("groups", "old"), keys("teams", "new")].join("\n");
  expect(listMistakes(text)).toEqual([`acme.yaml:3:1: ${bothKeys}`]);
  const wrong = text.replace("old: [bob@acme.example]", "old: [bob]").replace("new: [bob@acme.example]", "new: [carl]");
  const reason = "must be an e-mail address, such as ada@acme.example";
  expect(listMistakes(wrong)).toEqual([
    `acme.yaml:3:1: ${bothKeys}`,
    `acme.yaml:3:17: teams.old[0] ${reason}`,
    `acme.yaml:4:16: teams.new[0] ${reason}`,
  ]);
  expect(listMistakes(text.replace(/teams:.*/, "teams: carl"))).toEqual([
    `acme.yaml:3:1: ${bothKeys}`,
    "acme.yaml:4:8: teams must be a map",
  ]);
  const value = { organizations: { "acme-dev": {} }, people: { "ada@acme.example": { "acme-dev": "admin" } } };
  expect(listMistakes([{ value: { ...value, groups: {}, teams: {} } }])).toEqual([bothKeys]);
});

test.each([
  ["an address", withTeams("groups", { support: ", carl" }), "14:50: teams.support[2] must be an e-mail address"],
  ["the key", "groups:\n", "1:8: teams has no value: set a value, or remove the key"],
  ["the key of an organization", withTeams("teams").replace("groups:", "teams:"), 'acme-dev"].teams is not a key here'],
])("a mistake has its place in the file: %s", (_, text, expected) => {
  expect(listMistakes(text)).toContainEqual(expect.stringContaining(expected));
});

test("a contradiction between two teams names their places", () => {
  const text = withTeams("groups").replace(/support: \{ acme-dev.*\}/, "support: { acme-dev: admin }");
  expect(listMistakes(text)).toEqual([
    'acme.yaml:10:24: people.support["acme-dev"] gives bob@acme.example the role admin, but the team firmware gives member, ' +
      "at acme.yaml:9:15: add an entry for this person under `people`. It overrides the teams",
  ]);
});

test("the warning accompanies mistakes, unless the layout requires another version", () => {
  const listWarnings = (text: string) => {
    try {
      return parseFile(text).warnings;
    } catch (error) {
      if (error instanceof InvalidLayoutError) return error.warnings;
      throw error;
    }
  };
  const wrong = withTeams("groups", { support: ", carl" });
  expect(listWarnings(wrong).map(formatLayoutMistake)).toEqual([`acme.yaml:12:1: ${warning}`]);
  expect(listWarnings(`requires: ">=9"\n${wrong}`)).toEqual([]);
});
