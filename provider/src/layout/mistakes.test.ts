import { InvalidLayoutError } from "./mistakes";
import { acme, listMistakes, parseText } from "./testing/layouts";

describe("reporting a mistake", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "a block with host bits",
      acme.replace("displayName: Acme development", "security: { ipAllowlist: [203.0.113.7/24] }"),
      '3:41: organizations["acme-dev"].security.ipAllowlist[0] "203.0.113.7/24" has host bits set: write 203.0.113.0/24 for the block, or 203.0.113.7/32 for the one address',
    ],
    [
      "a block with host bits and a description",
      acme.replace("displayName: Acme development", "security: { ipAllowlist: [{ cidr: 10.0.0.1/8 }] }"),
      '3:49: organizations["acme-dev"].security.ipAllowlist[0].cidr "10.0.0.1/8" has host bits set: write 10.0.0.0/8 for the block, or 10.0.0.1/32 for the one address',
    ],
    [
      "an invalid number of removals",
      acme.replace("displayName: Acme development", "roster: { maxRemovals: -1 }"),
      '3:38: organizations["acme-dev"].roster.maxRemovals must be a number from 0 to 9999, such as 3, or a percentage from 0% to 100%, such as "25%"',
    ],
    [
      "an unknown key at the top",
      `${acme}persons: {}\n`,
      "6:1: persons is not a key here: use one of $schema, requires, defaults, organizations, connections, teams, people",
    ],
    [
      "a misspelled key at the top",
      `${acme}team: {}\n`,
      "6:1: team is not a key here: use one of $schema, requires, defaults, organizations, connections, teams, people; did you mean teams?",
    ],
    [
      "an unknown key of an organization",
      acme.replace("displayName", "displayNam"),
      '3:15: organizations["acme-dev"].displayNam is not a key here: use one of displayName, description, connection, contactEmail, forceDestroy, deletionPolicy, owner, roster, security, tunnels, billing, groups, projects; did you mean displayName?',
    ],
    [
      "an unknown setting",
      `${acme}defaults:\n  security: { sesionTimeout: 8h }\n`,
      "7:15: defaults.security.sesionTimeout is not a key here: use one of requireTwoFactor, ipAllowlist, allowLockout, sessionTimeout, apiKeyRotation; did you mean sessionTimeout?",
    ],
    [
      "a duration without a unit",
      "organizations: { acme-dev: { security: { sessionTimeout: 8 } } }\npeople: { ada@acme.example: { acme-dev: admin } }\n",
      '1:58: organizations["acme-dev"].security.sessionTimeout must be a duration, such as 8h, 90m or 30d',
    ],
    [
      "yes in the place of true",
      "organizations: { acme-dev: { security: { requireTwoFactor: yes } } }\npeople: { ada@acme.example: { acme-dev: admin } }\n",
      '1:60: organizations["acme-dev"].security.requireTwoFactor must be true or false: write true, because yes is a text in YAML',
    ],
    [
      "two entries of one person, one of them without an admin role",
      "organizations: { acme-dev: {} }\npeople: { ada@acme.example: { acme-dev: viewer }, Ada@acme.example: { acme-dev: admin } }\n",
      '2:51: people["Ada@acme.example"] is the same person as ada@acme.example, at acme.yaml:2:11: merge the two entries',
    ],
    [
      "a misspelled key, without mistakes that follow from it",
      "organisations: { acme-dev: {} }\npeople: { ada@acme.example: { acme-dev: admin } }\n",
      "1:1: organisations is not a key here: use one of $schema, requires, defaults, organizations, connections, teams, people; did you mean organizations?",
    ],
    [
      "an unknown role",
      `${acme}  bob@acme.example: { acme-dev: develper }\n`,
      '6:33: people["bob@acme.example"]["acme-dev"] must be one of owner, admin, manager, developer, member, viewer; did you mean developer?',
    ],
    [
      "an unknown role with a last day",
      `${acme}  bob@acme.example: { acme-dev: { role: root, until: 2027-01-31 } }\n`,
      '6:41: people["bob@acme.example"]["acme-dev"].role must be one of owner, admin, manager, developer, member, viewer',
    ],
    [
      "an owner with a last day",
      `${acme}  bob@acme.example: { acme-dev: { role: owner, until: 2027-01-31 } }\n`,
      '6:55: people["bob@acme.example"]["acme-dev"].until is not possible for an owner: the provider never removes owners. Remove `until`, or declare another role',
    ],
    [
      "an unknown key beside a role",
      `${acme}  bob@acme.example: { acme-dev: { role: viewer, untill: 2027-01-31 } }\n`,
      '6:49: people["bob@acme.example"]["acme-dev"].untill is not a key here: use one of role, until, afterwards; did you mean until?',
    ],
    [
      "a missing role",
      `${acme}  bob@acme.example: { acme-dev: { until: 2027-01-31 } }\n`,
      '6:23: people["bob@acme.example"]["acme-dev"].role is required',
    ],
    [
      "an invalid day",
      `${acme}  bob@acme.example: { acme-dev: { role: viewer, until: 2027-02-30 } }\n`,
      '6:56: people["bob@acme.example"]["acme-dev"].until is 2027-02-30, a day that does not exist: correct the date',
    ],
    [
      "a role afterwards without an end",
      `${acme}  bob@acme.example: { acme-dev: { role: admin, afterwards: viewer } }\n`,
      '6:60: people["bob@acme.example"]["acme-dev"].afterwards requires an end: add `until` for the role admin, or remove `afterwards`',
    ],
    [
      "the same role afterwards",
      `${acme}  bob@acme.example: { acme-dev: { role: admin, until: 2027-01-31T08:00Z, afterwards: admin } }\n`,
      '6:86: people["bob@acme.example"]["acme-dev"].afterwards is the same role as `role`: declare a lower role than admin, or remove `afterwards`',
    ],
    [
      "a higher role afterwards",
      `${acme}  bob@acme.example: { acme-dev: { role: viewer, until: 2027-01-31, afterwards: owner } }\n`,
      '6:80: people["bob@acme.example"]["acme-dev"].afterwards is a higher role than `role`: declare a lower role than viewer, or remove `afterwards`',
    ],
    [
      "an invalid address of a person",
      `${acme}  bob@acme: { acme-dev: viewer }\n`,
      '6:3: people["bob@acme"] must be an e-mail address, such as ada@acme.example',
    ],
    [
      "an invalid address in a team",
      `${acme}teams: { firmware: [bob@acme] }\n`,
      "6:21: teams.firmware[0] must be an e-mail address, such as ada@acme.example",
    ],
    [
      "an invalid CIDR block",
      `${acme}defaults: { security: { ipAllowlist: [203.0.113.0/33] } }\n`,
      '6:39: defaults.security.ipAllowlist[0] "203.0.113.0/33" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      "overlapping blocks",
      `${acme}defaults: { security: { ipAllowlist: [203.0.113.0/24, 203.0.113.7/32] } }\n`,
      "6:55: defaults.security.ipAllowlist[1] 203.0.113.7/32 overlaps 203.0.113.0/24: keep only one of the two, such as the wider block",
    ],
    [
      "an invalid duration",
      `${acme}defaults: { security: { sessionTimeout: long } }\n`,
      "6:41: defaults.security.sessionTimeout must be a duration, such as 8h, 90m or 30d",
    ],
    [
      "a missing value",
      `${acme}defaults: { security: { sessionTimeout: } }\n`,
      "6:41: defaults.security.sessionTimeout has no value: set a value, or remove the key",
    ],
    [
      "an incomplete setting",
      `${acme}defaults: { security: { apiKeyRotation: { gracePeriodDays: 7 } } }\n`,
      "6:25: defaults.security.apiKeyRotation.maxAgeDays is required",
    ],
    [
      "an unknown organization of a person",
      `${acme}  bob@acme.example: { acme-dve: viewer }\n`,
      '6:23: people["bob@acme.example"]["acme-dve"] is not an organization in the layout (acme-dev): correct the name, declare the organization under `organizations`, or remove this entry; did you mean acme-dev?',
    ],
    [
      "an unknown team",
      `${acme}  frmware: { acme-dev: viewer }\nteams: { firmware: [bob@acme.example] }\n`,
      "6:3: people.frmware is neither an e-mail address nor a team: write an e-mail address, or declare the team under `teams`; did you mean firmware?",
    ],
    [
      "a key that YAML reads as a number",
      acme.replaceAll("acme-dev", "007").replace("{ 007: admin", '{ "007": admin'),
      '3:3: organizations["007"] is read as the number 7: put the key in quotes, as "007"',
    ],
    [
      "a key that YAML reads as null",
      `${acme}teams: { ~: [bob@acme.example] }\n`,
      '6:10: teams["~"] is read as null: put the key in quotes, as "~"',
    ],
    [
      "a text that YAML reads as a number",
      acme.replace("Acme development", "007"),
      '3:28: organizations["acme-dev"].displayName must be a string: write "007", in quotes',
    ],
    [
      "a repeated person",
      `${acme}  Ada@acme.example: { acme-dev: viewer }\n`,
      '6:3: people["Ada@acme.example"] is the same person as ada@acme.example, at acme.yaml:5:3: merge the two entries',
    ],
    [
      "a repeated person in a team",
      `${acme}teams: { firmware: [bob@acme.example, Bob@acme.example] }\n`,
      "6:39: teams.firmware[1] is already in the team: keep one of the two",
    ],
    [
      "a person without an organization",
      `${acme}  bob@acme.example: {}\n`,
      '6:3: people["bob@acme.example"] has no role: add a role in an organization, or remove the entry',
    ],
    [
      "a repeated key",
      `${acme}  ada@acme.example: { acme-dev: admin }\n`,
      '6:3: people["ada@acme.example"] is already declared, at acme.yaml:5:3: keep one of the two',
    ],
    [
      "an organization without an admin",
      acme.replace(": admin", ": manager"),
      '3:3: organizations["acme-dev"] has no admin: give a person the role admin, under `people`',
    ],
    [
      "an organization whose admin has ended",
      acme.replace(": admin", ": { role: admin, until: 2027-01-30 }"),
      '3:3: organizations["acme-dev"] has no admin, because ada@acme.example was an admin until 2027-01-30: give a person the role admin, under `people`',
    ],
    [
      "an organization whose admin has a lower role after the end",
      acme.replace(": admin", ": { role: admin, until: 2027-01-30T23:30Z, afterwards: viewer }"),
      '3:3: organizations["acme-dev"] has no admin, because ada@acme.example was an admin until 2027-01-30T23:30Z: give a person the role admin, under `people`',
    ],
    [
      "an owner who is not an admin",
      `${acme}  bob@acme.example: { acme-dev: manager }\ndefaults: { owner: bob@acme.example }\n`,
      "7:20: defaults.owner must be an admin of acme-dev: declare an admin as the owner, or give bob@acme.example the role admin, under `people`",
    ],
    [
      "a role of a person that the roster ignores",
      `${acme}defaults: { roster: { ignore: ["*@partner.example", "ADA@*"] } }\n`,
      "6:31: defaults.roster.ignore matches ada@acme.example, who has a role in acme-dev: change the pattern, or remove the role",
    ],
    [
      "an empty file",
      "# to be written\n",
      "1:1: the layout is empty: declare `organizations`, `people`, `teams` or `defaults`, or remove the file",
    ],
    [
      "a layout without organizations",
      "people: {}\n",
      "1:1: the layout has no organization: declare one under `organizations`",
    ],
    ["a list instead of a map", "- acme-dev\n", "1:1: the layout must be an object"],
    [
      "invalid YAML",
      "organizations: { acme-dev\npeople: {}\n",
      "2:1: the layout has no `}` before this place: add `}` at the end of the list or map",
    ],
    [
      "a list item among keys",
      "organizations:\n  acme-dev:\n    projects:\n      app: { everyoneEnabled: true }\n      - sensors:\n          everyoneEnabled: true\n",
      "5:7: the layout has a list item here among keys: write a name as a key (`name:`) without the hyphen, or correct the indentation",
    ],
    [
      "a list of projects",
      acme.replace("displayName: Acme development", "projects: [sensors]"),
      '3:25: organizations["acme-dev"].projects must be a map: write each name as a key (`name:`), not as a list item',
    ],
    [
      "an indentation with a tab",
      "organizations:\n\tacme-dev: {}\n",
      "2:1: the layout is indented with a tab here: use spaces",
    ],
    [
      "a second document",
      `${acme}---\n${acme}`,
      "6:1: the layout has a second document here: remove the line `---`, or move the second document to another file",
    ],
    ["a tag", acme.replace("Acme", "!secret Acme"), "3:28: the layout has a tag here that layouts do not support"],
    [
      "an alias without an anchor",
      acme.replace("admin", "*admin"),
      "5:33: the layout has no anchor &admin before the alias *admin",
    ],
  ];

  test.each(cases)("names the place and remedy: %s", (_, text, expected) => {
    const mistakes = listMistakes(text);
    expect(mistakes).toEqual([expect.stringContaining(`acme.yaml:${expected}`)]);
  });

  test.each([
    ["lists", "[".repeat(50_000), "1:101"],
    ["maps", "{ a: ".repeat(50_000), "1:498"],
    ["lists in lines", `a: ${"- ".repeat(50_000)}b`.replace("a: ", "a:\n  "), "2:201"],
  ])("locates the first value that is nested too deeply: %s", (_, text, place) => {
    expect(listMistakes(text)).toEqual([`acme.yaml:${place}: the layout is nested too deeply here: remove levels`]);
  });

  test("locates an alias in a chain that is too long", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "0" : `*a${i - 1}`}]`);
    expect(listMistakes(rows.join("\n"))).toEqual([
      "acme.yaml:102:14: the layout is nested too deeply here: remove levels",
    ]);
  });

  test("locates bytes that are not UTF-8", () => {
    const source = { file: "acme.yaml", text: acme, undecodable: { line: 3, column: 7 } };
    expect(listMistakes([source])).toEqual([
      "acme.yaml:3:7: the layout has bytes here that are not UTF-8: save the file in UTF-8",
    ]);
  });

  test("locates the alias with which aliases repeat too many values", () => {
    const rows = Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "0" : `*a${i - 1},`.repeat(9)}]`);
    expect(listMistakes(rows.join("\n"))).toEqual([
      "acme.yaml:7:18: the layout is too large: its aliases (`*`) expand to more than 500,000 values. " +
        "Use fewer nested aliases",
    ]);
  });

  test("locates the merge key with which merges repeat too many values", () => {
    const merged = (i: number) => (i === 0 ? "b: 0" : `<<: [*a${i - 1}, *a${i - 1}]`);
    const rows = Array.from({ length: 90 }, (_, i) => `a${i}: &a${i} { ${merged(i)} }`);
    expect(listMistakes(rows.join("\n"))).toEqual([
      expect.stringContaining("acme.yaml:17:24: the layout is too large"),
    ]);
  });

  test.each(["[*a]", "{ <<: *a }", "{ b: { <<: *a } }"])("rejects an anchor that contains itself: %s", (value) => {
    expect(listMistakes(`a: &a ${value}`)).toEqual([expect.stringContaining("the layout is too large")]);
  });

  test("locates a mistake in an aliased value at its anchor", () => {
    const text = `${acme.replace("{ displayName: Acme development }", "{ security: &s { sessionTimeout: long } }")}defaults: { security: *s }\n`;
    expect(listMistakes(text)).toEqual([
      expect.stringContaining("acme.yaml:3:46: defaults.security"),
      expect.stringContaining("acme.yaml:3:46: organizations"),
    ]);
  });

  test("lists the first hundred mistakes and counts the others", () => {
    const mistakes = Array.from({ length: 60_001 }, (_, i) => ({ path: `people.p${i}`, reason: "is wrong" }));
    const lines = new InvalidLayoutError(mistakes, []).message.split("\n");
    expect(lines).toHaveLength(102);
    expect(lines[0]).toBe("the layout has 60,001 mistakes:");
    expect(lines.slice(-2)).toEqual(["  people.p99 is wrong", "  and 59,901 more"]);
  });

  test("names the property in a program's arguments", () => {
    const value = { organizations: { "acme-dev": {} }, people: { "ada@acme.example": { "acme-dev": "boss" } } };
    expect(listMistakes([{ value }])).toEqual([
      'people["ada@acme.example"]["acme-dev"] must be one of owner, admin, manager, developer, member, viewer',
    ]);
  });

  test("reports the mistakes of a file beside an unreadable file", () => {
    expect(
      listMistakes([
        { file: "a.yaml", text: "people: [" },
        { file: "b.yaml", text: "peple: {}" },
      ]),
    ).toEqual([
      expect.stringContaining("a.yaml:1:10: the layout has no `]` before this place"),
      expect.stringContaining("b.yaml:1:1: peple is not a key here"),
    ]);
  });
});

test("reports a single mistake in the singular", () => {
  expect(() => parseText("people: {}")).toThrow(
    "the layout has a mistake:\n  acme.yaml:1:1: the layout has no organization",
  );
});

test("rejects a value that two files declare, and names both places", () => {
  const sources = [
    { file: "acme.yaml", text: acme },
    {
      file: "more.yaml",
      text: `
organizations: { acme-dev: { displayName: Acme, description: Lab } }
people: { ADA@acme.example: { acme-dev: admin } }
`,
    },
  ];
  expect(listMistakes(sources)).toEqual([
    'more.yaml:2:30: organizations["acme-dev"].displayName is already declared, at acme.yaml:3:15: keep one of the two',
    'more.yaml:3:31: people["ADA@acme.example"]["acme-dev"] is already declared, at acme.yaml:5:23: keep one of the two',
  ]);
});

test("reports five mistakes among three organizations and forty people", () => {
  const organizations = ["acme-dev", "acme-staging", "acme-production"];
  const roles = ["admin", "developer", "viewer"];
  const people = Array.from({ length: 40 }, (_, person) => {
    const places = organizations.map((name, index) => `${name}: ${roles[(person + index) % 3] ?? ""}`);
    return `  person${person}@acme.example: { ${places.join(", ")} }`;
  });
  const text = [
    "defaults:",
    "  security: { requireTwoFactor: true, sessionTimeout: 8h }",
    "organizations:",
    ...organizations.map((name) => `  ${name}: { displayName: ${name} }`),
    "people:",
    ...people,
  ].join("\n");
  expect(listMistakes(text)).toEqual([]);
  const broken = text
    .replace("sessionTimeout: 8h", "sessionTimout: 8h")
    .replace("{ displayName: acme-staging }", "{ security: { ipAllowlist: [10.0.0.0] } }")
    .replace("person7@acme.example: { acme-dev: developer", "person7@acme.example: { acme-dev: develoer")
    .replace(
      "person20@acme.example: { acme-dev: viewer, acme-staging",
      "person20@acme.example: { acme-dev: viewer, acme-stagin",
    )
    .replace("person39@", "Person3@");
  expect(listMistakes(broken)).toEqual([
    "acme.yaml:2:39: defaults.security.sessionTimout is not a key here: use one of requireTwoFactor, ipAllowlist, allowLockout, sessionTimeout, apiKeyRotation; did you mean sessionTimeout?",
    'acme.yaml:5:45: organizations["acme-staging"].security.ipAllowlist[0] "10.0.0.0" is not a CIDR block: add a prefix length, such as 10.0.0.0/32 for this one address',
    'acme.yaml:15:37: people["person7@acme.example"]["acme-dev"] must be one of owner, admin, manager, developer, member, viewer; did you mean developer?',
    'acme.yaml:28:46: people["person20@acme.example"]["acme-stagin"] is not an organization in the layout (acme-dev, acme-staging, acme-production): correct the name, declare the organization under `organizations`, or remove this entry; did you mean acme-staging?',
    'acme.yaml:47:3: people["Person3@acme.example"] is the same person as person3@acme.example, at acme.yaml:11:3: merge the two entries',
  ]);
});
