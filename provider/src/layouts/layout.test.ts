import { parseLayout, type LayoutOptions, type Layout } from "./layout";
import { InvalidLayoutError, formatLayoutMistake } from "./mistakes";
import type { LayoutSource } from "./source";

const here: LayoutOptions = { today: "2027-01-31", version: "0.1.0" };

const acme = `
organizations:
  acme-dev: { displayName: Acme development }
people:
  ada@acme.example: { acme-dev: admin }
`;

function read(text: string, circumstances: Partial<LayoutOptions> = {}): Layout {
  return parseLayout([{ file: "acme.yaml", text }], { ...here, ...circumstances });
}

function mistakesIn(sources: string | readonly LayoutSource[], circumstances: Partial<LayoutOptions> = {}): string[] {
  const list = typeof sources === "string" ? [{ file: "acme.yaml", text: sources }] : sources;
  try {
    parseLayout(list, { ...here, ...circumstances });
  } catch (error) {
    if (error instanceof InvalidLayoutError) return error.mistakes.map(formatLayoutMistake);
    throw error;
  }
  return [];
}

const members = (layout: Layout, name = "acme-dev") =>
  layout.organizations.find((organization) => organization.name === name)?.members;

describe("a layout", () => {
  test("says everything of an organization as the resources' inputs do", () => {
    const layout = read(`
requires: ">=0.1 <1"
organizations:
  acme-production:
    displayName: Acme production
    description: Devices in the field
    contactEmail: devices@acme.example
    owner: Ada@acme.example
    roster: { minAdmins: 2, maxRemovals: 10%, ignore: ["*@partner.example"] }
    security:
      requireTwoFactor: true
      ipAllowlist: [203.0.113.0/24, { cidr: "2001:db8::/32", description: Berlin }]
      sessionTimeout: 8h
      apiKeyRotation: { maxAgeDays: 90 }
    billing:
      billingEmail: invoices@acme.example
      paymentMethod: invoice
      usageAlerts: [{ resourceType: users, thresholdPercent: 90 }]
people:
  ada@acme.example: { acme-production: admin }
  bob@acme.example: { acme-production: { role: viewer } }
`);
    expect(layout).toEqual({
      organizations: [
        {
          name: "acme-production",
          displayName: "Acme production",
          description: "Devices in the field",
          contactEmail: "devices@acme.example",
          owner: "Ada@acme.example",
          members: { "ada@acme.example": "admin", "bob@acme.example": "viewer" },
          roster: { minAdmins: 2, maxRemovals: "10%", ignore: ["*@partner.example"] },
          security: {
            requireTwoFactor: true,
            ipAllowlist: [{ cidr: "2001:db8::/32", description: "Berlin" }, { cidr: "203.0.113.0/24" }],
            sessionTimeout: "8h",
            apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 0 },
          },
          billing: {
            billingEmail: "invoices@acme.example",
            paymentMethod: "invoice",
            usageAlerts: [{ resourceType: "users", thresholdPercent: 90 }],
          },
        },
      ],
    });
  });

  test("takes a number of removals", () => {
    const layout = read(acme.replace("displayName: Acme development", "roster: { maxRemovals: 3 }"));
    expect(layout.organizations[0]?.roster).toEqual({ maxRemovals: "3" });
  });

  test("says nothing of what it leaves out", () => {
    expect(read("organizations:\n  acme-dev:\npeople:\n  ada@acme.example: { acme-dev: admin }\n")).toEqual({
      organizations: [{ name: "acme-dev", members: { "ada@acme.example": "admin" }, roster: {} }],
    });
  });

  test("takes each setting from the defaults that the organization does not give", () => {
    const { organizations } = read(`
defaults:
  contactEmail: devices@acme.example
  security: { requireTwoFactor: true, ipAllowlist: [203.0.113.0/24], apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 } }
organizations:
  acme-dev: { security: { ipAllowlist: [], apiKeyRotation: { maxAgeDays: 30 } } }
  acme-staging: { contactEmail: staging@acme.example }
people:
  ada@acme.example: { acme-dev: admin, acme-staging: admin }
`);
    expect(organizations).toMatchObject([
      {
        name: "acme-dev",
        contactEmail: "devices@acme.example",
        security: {
          requireTwoFactor: true,
          ipAllowlist: [],
          // One setting, so its parts are not mixed with those of the defaults.
          apiKeyRotation: { maxAgeDays: 30, gracePeriodDays: 0 },
        },
      },
      {
        name: "acme-staging",
        contactEmail: "staging@acme.example",
        security: { requireTwoFactor: true, ipAllowlist: [{ cidr: "203.0.113.0/24" }] },
      },
    ]);
  });

  test("is the same in any order, layout and division into files", () => {
    const one = read(`
defaults: { security: { sessionTimeout: 8h } }
organizations:
  acme-dev: { displayName: Development, security: { ipAllowlist: [203.0.113.0/24, 198.51.100.0/24] } }
  acme-production: { displayName: Production, roster: { ignore: ["a@*", "b@*"] } }
groups:
  firmware: [bob@acme.example, Carl@acme.example]
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  firmware: { acme-dev: developer }
`);
    const sources = [
      {
        file: "people.yaml",
        text: `
people:
    firmware:
        "acme-dev": developer
    ada@acme.example:
        acme-production: admin # for ever
groups: { firmware: [Carl@acme.example, bob@acme.example] }
`,
      },
      {
        file: "production.json",
        text: JSON.stringify({
          organizations: { "acme-production": { roster: { ignore: ["b@*", "a@*"] }, displayName: "Production" } },
          defaults: { security: { sessionTimeout: "8h" } },
        }),
      },
      {
        file: "development.yml",
        text: `
people: { ADA@acme.example: { acme-dev: admin } }
organizations: { acme-dev: { displayName: Development, security: { ipAllowlist: [198.51.100.0/24, 203.0.113.0/24] } } }
`.replace("ADA", "ada"),
      },
    ];
    expect(JSON.stringify(parseLayout(sources, here))).toBe(JSON.stringify(one));
    expect(JSON.stringify(parseLayout(sources.toReversed(), here))).toBe(JSON.stringify(one));
  });

  test("may be a program's arguments", () => {
    const value = { organizations: { "acme-dev": {} }, people: { "ada@acme.example": { "acme-dev": "admin" } } };
    expect(members(parseLayout([{ value }], here))).toEqual({ "ada@acme.example": "admin" });
  });

  test("may use one anchor thousands of times", () => {
    const people = Array.from({ length: 3_000 }, (_, i) => `  person${i}@acme.example: *roles\n`);
    const text = acme.replace("{ acme-dev: admin }", "&roles { acme-dev: admin }") + people.join("");
    expect(Object.keys(members(read(text)) ?? {})).toHaveLength(3_001);
  });

  test("may merge maps in a chain of a hundred", () => {
    const step = (i: number) => `  person${i}@acme.example: &p${i} { <<: *p${i - 1} }\n`;
    const chain = Array.from({ length: 99 }, (_, i) => step(i + 1));
    const text = acme.replace("{ acme-dev: admin }", "&p0 { acme-dev: admin }") + chain.join("");
    expect(Object.keys(members(read(text)) ?? {})).toHaveLength(100);
  });

  test("may use anchors and merge keys", () => {
    const layout = read(`
organizations:
  acme-dev: { security: &strict { requireTwoFactor: true, sessionTimeout: 8h } }
  acme-production: { security: { <<: *strict, sessionTimeout: 1h } }
people:
  ada@acme.example: &everywhere { acme-dev: admin, acme-production: admin }
  bob@acme.example: *everywhere
`);
    expect(layout.organizations[1]?.security).toEqual({ requireTwoFactor: true, sessionTimeout: "1h" });
    expect(members(layout)).toEqual({ "ada@acme.example": "admin", "bob@acme.example": "admin" });
  });
});

test.each(["7", "007", "1e3", "0x10", "1.0", "True"])("an organization called %s is that one, or a mistake", (name) => {
  const text = (key: string) => acme.replaceAll("acme-dev", key);
  expect(read(text(`"${name}"`)).organizations).toMatchObject([{ name }]);
  if (name === "7") expect(read(text(name)).organizations).toMatchObject([{ name }]);
  else expect(mistakesIn(text(name))).toEqual(Array(2).fill(expect.stringContaining(`put it in quotes, as "${name}"`)));
});

describe("a person", () => {
  const until = (day: string) => `${acme}  carl@partner.example: { acme-dev: { role: developer, until: ${day} } }\n`;

  test("is declared on the last day, and no more on the next", () => {
    expect(members(read(until("2027-01-31")))).toHaveProperty(["carl@partner.example"], "developer");
    expect(members(read(until("2027-01-30")))).toEqual({ "ada@acme.example": "admin" });
  });

  test("has a last day in the layout, by the own entry or by the group that lasts, before and after it", () => {
    const { organizations } = read(`
groups: { firmware: [Bob@acme.example, dora@acme.example], support: [bob@acme.example, emil@acme.example] }
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

  const grouped = `
groups:
  firmware: [ada@acme.example, Bob@acme.example, carl@partner.example]
  support: [bob@acme.example]
${acme}  bob@acme.example: { acme-dev: viewer }
  firmware: { acme-dev: developer }
`;

  test("has the roles of the groups, and those of an own entry before them", () => {
    expect(members(read(grouped))).toEqual({
      "ada@acme.example": "admin",
      "bob@acme.example": "viewer",
      "carl@partner.example": "developer",
    });
  });

  test("does not fall back to a group's role when the own entry has ended", () => {
    expect(members(read(grouped.replace("viewer", "{ role: viewer, until: 2026-12-31 }")))).toEqual({
      "ada@acme.example": "admin",
      "carl@partner.example": "developer",
    });
  });

  test("stays as long as one of the groups does", () => {
    const both = (firmware: string, support: string) => `
groups: { firmware: [bob@acme.example], support: [bob@acme.example] }
${acme}  firmware: { acme-dev: { role: viewer, until: ${firmware} } }
  support: { acme-dev: { role: viewer, until: ${support} } }
`;
    expect(members(read(both("2027-01-30", "2027-02-28")))).toHaveProperty(["bob@acme.example"]);
    expect(members(read(both("2027-02-28", "2027-01-30")))).toHaveProperty(["bob@acme.example"]);
    expect(members(read(both("2027-01-30", "2027-01-30")))).not.toHaveProperty(["bob@acme.example"]);
  });

  test("has the role of the group that lasts, whatever the role was in one that has ended", () => {
    const two = (ended: string) => `
groups: { firmware: [bob@acme.example], support: [bob@acme.example] }
${acme}  firmware: { acme-dev: { role: developer, until: ${ended} } }
  support: { acme-dev: { role: viewer, until: 2027-01-31 } }
`;
    expect(members(read(two("2027-01-30")))).toHaveProperty(["bob@acme.example"], "viewer");
    expect(mistakesIn(two("2027-01-31"))).toEqual([expect.stringContaining("another role than the group firmware")]);
  });

  test("of two groups that give different roles needs an own entry", () => {
    const contradiction =
      grouped.replace("  bob@acme.example: { acme-dev: viewer }\n", "") + "  support: { acme-dev: viewer }\n";
    expect(mistakesIn(contradiction)).toEqual([
      'acme.yaml:11:24: people.support["acme-dev"] gives bob@acme.example another role than the group firmware does, ' +
        "at acme.yaml:10:15: give them entries of their own, which win",
    ]);
  });
});

describe("only", () => {
  const two = `
organizations: { acme-dev: , acme-production: }
people: { ada@acme.example: { acme-dev: admin, acme-production: admin } }
`;

  test("leaves the other organizations out", () => {
    expect(read(two, { only: ["acme-production"] }).organizations.map(({ name }) => name)).toEqual(["acme-production"]);
  });

  test("names organizations of the layout", () => {
    expect(mistakesIn(two, { only: ["acme-production", "acme-prod", "acme-dve"] })).toEqual([
      'only[1] is "acme-prod", which is no organization of the layout; it has acme-dev, acme-production',
      'only[2] is "acme-dve", which is no organization of the layout; it has acme-dev, acme-production; did you mean acme-dev?',
    ]);
  });
});

describe("requires", () => {
  test("asks for a version, before anything else is looked at", () => {
    expect(mistakesIn(`requires: ">=0.2"\nbudget: 1\n${acme}`)).toEqual([
      "acme.yaml:1:11: requires asks for a version >=0.2 of the provider, and this is 0.1.0: " +
        "install one that fits with `pulumi plugin install resource peridio VERSION`, or change `requires`",
    ]);
  });

  test("is a range", () => {
    expect(mistakesIn(`requires: newest\n${acme}`)).toEqual([
      'acme.yaml:1:11: requires is not a range of versions, such as ">=0.1 <1"',
    ]);
    expect(mistakesIn(`requires: 0.1\n${acme}`)).toEqual([
      'acme.yaml:1:11: requires must be a text: write "0.1", in quotes',
    ]);
  });

  test("is met by a version before its release", () => {
    expect(mistakesIn(`requires: ">=0.1"\n${acme}`, { version: "0.2.0-alpha.1" })).toEqual([]);
  });
});

describe("a mistake", () => {
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
      "a number of removals that is none",
      acme.replace("displayName: Acme development", "roster: { maxRemovals: -1 }"),
      '3:38: organizations["acme-dev"].roster.maxRemovals must be a number from 0 to 9999, such as 3, or a share from 0% to 100%, such as "25%"',
    ],
    [
      "a key at the top",
      `${acme}persons: {}\n`,
      "6:1: persons is no key here; there are $schema, requires, defaults, organizations, groups, people",
    ],
    [
      "a key of an organization",
      acme.replace("displayName", "displayNam"),
      '3:15: organizations["acme-dev"].displayNam is no key here; there are displayName, description, contactEmail, forceDestroy, deletionPolicy, owner, roster, security, billing; did you mean displayName?',
    ],
    [
      "a key of a setting",
      `${acme}defaults:\n  security: { sesionTimeout: 8h }\n`,
      "7:15: defaults.security.sesionTimeout is no key here; there are requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation; did you mean sessionTimeout?",
    ],
    [
      "a role",
      `${acme}  bob@acme.example: { acme-dev: develper }\n`,
      '6:33: people["bob@acme.example"]["acme-dev"] must be one of admin, manager, developer, member, viewer; did you mean developer?',
    ],
    [
      "a role with a day",
      `${acme}  bob@acme.example: { acme-dev: { role: root, until: 2027-01-31 } }\n`,
      '6:41: people["bob@acme.example"]["acme-dev"].role must be one of admin, manager, developer, member, viewer',
    ],
    [
      "a key beside a role",
      `${acme}  bob@acme.example: { acme-dev: { role: viewer, untill: 2027-01-31 } }\n`,
      '6:49: people["bob@acme.example"]["acme-dev"].untill is no key here; there are role, until; did you mean until?',
    ],
    [
      "a role that is missing",
      `${acme}  bob@acme.example: { acme-dev: { until: 2027-01-31 } }\n`,
      '6:23: people["bob@acme.example"]["acme-dev"].role is required',
    ],
    [
      "a day",
      `${acme}  bob@acme.example: { acme-dev: { role: viewer, until: 2027-02-30 } }\n`,
      '6:56: people["bob@acme.example"]["acme-dev"].until is not a date, such as 2027-01-31',
    ],
    [
      "an address of a person",
      `${acme}  bob@acme: { acme-dev: viewer }\n`,
      '6:3: people["bob@acme"] is not an e-mail address, such as ada@acme.example',
    ],
    [
      "an address in a group",
      `${acme}groups: { firmware: [bob@acme] }\n`,
      "6:22: groups.firmware[0] is not an e-mail address, such as ada@acme.example",
    ],
    [
      "a block of addresses",
      `${acme}defaults: { security: { ipAllowlist: [203.0.113.0/33] } }\n`,
      '6:39: defaults.security.ipAllowlist[0] "203.0.113.0/33" is not a CIDR block: write it like 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      "overlapping blocks",
      `${acme}defaults: { security: { ipAllowlist: [203.0.113.0/24, 203.0.113.7/32] } }\n`,
      "6:55: defaults.security.ipAllowlist[1] 203.0.113.7/32 overlaps 203.0.113.0/24: keep the wider block only",
    ],
    [
      "a duration",
      `${acme}defaults: { security: { sessionTimeout: long } }\n`,
      "6:41: defaults.security.sessionTimeout is not a duration, such as 8h, 90m or 30d",
    ],
    [
      "a value that is missing",
      `${acme}defaults: { security: { sessionTimeout: } }\n`,
      "6:41: defaults.security.sessionTimeout has no value: give one, or remove the key",
    ],
    [
      "a setting that is incomplete",
      `${acme}defaults: { security: { apiKeyRotation: { gracePeriodDays: 7 } } }\n`,
      "6:25: defaults.security.apiKeyRotation.maxAgeDays is required",
    ],
    [
      "an organization of a person",
      `${acme}  bob@acme.example: { acme-dve: viewer }\n`,
      '6:23: people["bob@acme.example"]["acme-dve"] is no organization of the layout, which has acme-dev: correct the name, declare it under `organizations` or, if it has left the layout, remove this entry too; did you mean acme-dev?',
    ],
    [
      "a group that is not there",
      `${acme}  frmware: { acme-dev: viewer }\ngroups: { firmware: [bob@acme.example] }\n`,
      "6:3: people.frmware is neither an e-mail address nor a group: declare it under `groups`, or write an address; did you mean firmware?",
    ],
    [
      "a key that reads as another number",
      acme.replaceAll("acme-dev", "007").replace("{ 007: admin", '{ "007": admin'),
      '3:3: organizations["007"] reads as the number 7: put it in quotes, as "007"',
    ],
    [
      "a key that reads as nothing",
      `${acme}groups: { ~: [bob@acme.example] }\n`,
      '6:11: groups["~"] reads as nothing: put it in quotes, as "~"',
    ],
    [
      "a text that reads as another number",
      acme.replace("Acme development", "007"),
      '3:28: organizations["acme-dev"].displayName must be a text: write "007", in quotes',
    ],
    [
      "a person twice",
      `${acme}  Ada@acme.example: { acme-dev: viewer }\n`,
      '6:3: people["Ada@acme.example"] is the same person as ada@acme.example, at acme.yaml:5:3: make one entry of the two',
    ],
    [
      "a person twice in a group",
      `${acme}groups: { firmware: [bob@acme.example, Bob@acme.example] }\n`,
      "6:40: groups.firmware[1] is in the group already: keep one of the two",
    ],
    [
      "a person in no organization",
      `${acme}  bob@acme.example: {}\n`,
      '6:3: people["bob@acme.example"] is in no organization: give a role in one, or remove the entry',
    ],
    [
      "a key twice",
      `${acme}  ada@acme.example: { acme-dev: admin }\n`,
      '6:3: people["ada@acme.example"] is given before, at acme.yaml:5:3: keep one of the two',
    ],
    [
      "an organization without an admin",
      acme.replace(": admin", ": manager"),
      '3:3: organizations["acme-dev"] has no admin: give somebody the role admin in it, under `people`',
    ],
    [
      "an organization whose admin has ended",
      acme.replace(": admin", ": { role: admin, until: 2027-01-30 }"),
      '3:3: organizations["acme-dev"] has no admin, since ada@acme.example was one until 2027-01-30: give somebody the role admin in it, under `people`',
    ],
    [
      "an owner who is no admin",
      `${acme}  bob@acme.example: { acme-dev: manager }\ndefaults: { owner: bob@acme.example }\n`,
      "7:20: defaults.owner must be an admin of acme-dev: give bob@acme.example that role, under `people`",
    ],
    [
      "nothing",
      "# to be written\n",
      "1:1: the layout is empty: declare `organizations`, `people`, `groups` or `defaults`, or remove the file",
    ],
    ["no organization", "people: {}\n", "1:1: the layout has no organization: declare one under `organizations`"],
    ["a list", "- acme-dev\n", "1:1: the layout must be an object"],
    ["what is no YAML", "organizations: { acme-dev\npeople: {}\n", "2:1: the layout is no valid YAML here"],
    [
      "a tab",
      "organizations:\n\tacme-dev: {}\n",
      "2:1: the layout is indented with a tab here: YAML takes spaces only",
    ],
    [
      "a second document",
      `${acme}---\n${acme}`,
      "6:1: the layout has a second document here: remove the line `---`, or make it a file of its own",
    ],
    ["a tag", acme.replace("Acme", "!secret Acme"), "3:28: the layout has a tag here that means nothing in layouts"],
    [
      "an anchor that is not there",
      acme.replace("admin", "*admin"),
      "5:33: the layout has no anchor &admin before this",
    ],
  ];

  test.each(cases)("in %s is one, with its place and remedy", (_, text, expected) => {
    const mistakes = mistakesIn(text);
    expect(mistakes).toEqual([expect.stringContaining(`acme.yaml:${expected}`)]);
  });

  test.each([
    ["lists", "[".repeat(50_000), "1:101"],
    ["maps", "{ a: ".repeat(50_000), "1:498"],
    ["lists in lines", `a: ${"- ".repeat(50_000)}b`.replace("a: ", "a:\n  "), "2:201"],
  ])("in a file of deeply nested %s is one, with its place", (_, text, place) => {
    expect(mistakesIn(text)).toEqual([`acme.yaml:${place}: the layout is nested too deeply here: remove levels`]);
  });

  test("in a file with a long chain of aliases is one, with its place", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "0" : `*a${i - 1}`}]`);
    expect(mistakesIn(rows.join("\n"))).toEqual([
      "acme.yaml:102:14: the layout is nested too deeply here: remove levels",
    ]);
  });

  test("in a file that is not UTF-8 is one, with its place", () => {
    const source = { file: "acme.yaml", text: acme, undecodable: { line: 3, column: 7 } };
    expect(mistakesIn([source])).toEqual([
      "acme.yaml:3:7: the layout has bytes here that are no UTF-8: save the file in UTF-8",
    ]);
  });

  test("in a file that stands for an endless one is one, with its place", () => {
    const rows = Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${i === 0 ? "0" : `*a${i - 1},`.repeat(9)}]`);
    expect(mistakesIn(rows.join("\n"))).toEqual([
      "acme.yaml:7:18: the layout repeats too much here: its aliases (`*`) stand for more than 500,000 values. " +
        "Use fewer aliases within what other aliases stand for",
    ]);
  });

  test("in a file whose merges double at each step is one, with its place", () => {
    const merged = (i: number) => (i === 0 ? "b: 0" : `<<: [*a${i - 1}, *a${i - 1}]`);
    const rows = Array.from({ length: 90 }, (_, i) => `a${i}: &a${i} { ${merged(i)} }`);
    expect(mistakesIn(rows.join("\n"))).toEqual([
      expect.stringContaining("acme.yaml:17:24: the layout repeats too much here"),
    ]);
  });

  test.each(["[*a]", "{ <<: *a }", "{ b: { <<: *a } }"])(
    "in a file with an anchor that holds itself is one: %s",
    (value) => {
      expect(mistakesIn(`a: &a ${value}`)).toEqual([expect.stringContaining("the layout repeats too much here")]);
    },
  );

  test("in what an anchor stands for is where the anchor is", () => {
    const text = `${acme.replace("{ displayName: Acme development }", "{ security: &s { sessionTimeout: long } }")}defaults: { security: *s }\n`;
    expect(mistakesIn(text)).toEqual([
      expect.stringContaining("acme.yaml:3:46: defaults.security"),
      expect.stringContaining("acme.yaml:3:46: organizations"),
    ]);
  });

  test("is listed among the first hundred, with the number of the others", () => {
    const mistakes = Array.from({ length: 60_001 }, (_, i) => ({ path: `people.p${i}`, reason: "is wrong" }));
    const lines = new InvalidLayoutError(mistakes).message.split("\n");
    expect(lines).toHaveLength(102);
    expect(lines[0]).toBe("the layout has 60,001 mistakes:");
    expect(lines.slice(-2)).toEqual(["  people.p99 is wrong", "  and 59,901 more"]);
  });

  test("in a program's arguments names the property", () => {
    const value = { organizations: { "acme-dev": {} }, people: { "ada@acme.example": { "acme-dev": "boss" } } };
    expect(mistakesIn([{ value }])).toEqual([
      'people["ada@acme.example"]["acme-dev"] must be one of admin, manager, developer, member, viewer',
    ]);
  });

  test("hides no mistake of another file", () => {
    expect(
      mistakesIn([
        { file: "a.yaml", text: "people: [" },
        { file: "b.yaml", text: "peple: {}" },
      ]),
    ).toEqual([
      expect.stringContaining("a.yaml:1:10: the layout is no valid YAML here"),
      expect.stringContaining("b.yaml:1:1: peple is no key here"),
    ]);
  });
});

describe("an organization is not said to lack an admin", () => {
  const grouped = (people: string, groups: string) => `
organizations: { acme-dev: }
groups: ${groups}
people: ${people}
`;

  test.each([
    ["is misspelt", "{ ada@acme.example: { acme-dve: admin } }", "{}"],
    ["has a role that is misspelt", "{ ada@acme.example: { acme-dev: amdin } }", "{}"],
    ["has an address that is none", "{ ada@acme: { acme-dev: admin } }", "{}"],
    ["is in a group that is misspelt", "{ frmware: { acme-dev: admin } }", "{ firmware: [ada@acme.example] }"],
    ["is in a group with a mistake", "{ firmware: { acme-dev: admin } }", "{ firmware: [ada@acme] }"],
    [
      "has another role by another group",
      "{ firmware: { acme-dev: { role: admin, until: 2099-12-31 } }, support: { acme-dev: viewer } }",
      "{ firmware: [ada@acme.example], support: [ada@acme.example] }",
    ],
    [
      "is the owner under an address that is none",
      "{ ada@acme: { acme-dev: admin }, bob@acme.example: { acme-dev: admin } }",
      "{}\ndefaults: { owner: ada@acme.example }",
    ],
  ])("when the person who may be one %s", (_, people, groups) => {
    expect(mistakesIn(grouped(people, groups))).toHaveLength(1);
  });
});

test("a file is YAML 1.2 even if it says otherwise", () => {
  const text = `%YAML 1.1\n---\n${acme}  bob@acme.example: { acme-dev: { role: viewer, until: 2027-01-31 } }\n`;
  expect(members(read(text))).toHaveProperty(["bob@acme.example"], "viewer");
});

test("a mistake alone is told as one", () => {
  expect(() => read("people: {}")).toThrow(
    "the layout has a mistake:\n  acme.yaml:1:1: the layout has no organization",
  );
});

test("what two files say is a mistake that names both places", () => {
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
  expect(mistakesIn(sources)).toEqual([
    'more.yaml:2:30: organizations["acme-dev"].displayName is given before, at acme.yaml:3:15: keep one of the two',
    'more.yaml:3:31: people["ADA@acme.example"]["acme-dev"] is given before, at acme.yaml:5:23: keep one of the two',
  ]);
});

test("three organizations and forty people with five different mistakes give five errors", () => {
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
  expect(mistakesIn(text)).toEqual([]);
  const broken = text
    .replace("sessionTimeout: 8h", "sessionTimout: 8h")
    .replace("{ displayName: acme-staging }", "{ security: { ipAllowlist: [10.0.0.0] } }")
    .replace("person7@acme.example: { acme-dev: developer", "person7@acme.example: { acme-dev: develoer")
    .replace(
      "person20@acme.example: { acme-dev: viewer, acme-staging",
      "person20@acme.example: { acme-dev: viewer, acme-stagin",
    )
    .replace("person39@", "Person3@");
  expect(mistakesIn(broken)).toEqual([
    "acme.yaml:2:39: defaults.security.sessionTimout is no key here; there are requireTwoFactor, ipAllowlist, sessionTimeout, apiKeyRotation; did you mean sessionTimeout?",
    'acme.yaml:5:45: organizations["acme-staging"].security.ipAllowlist[0] "10.0.0.0" is not a CIDR block: add a prefix length, such as 10.0.0.0/32 for this one address',
    'acme.yaml:15:37: people["person7@acme.example"]["acme-dev"] must be one of admin, manager, developer, member, viewer; did you mean developer?',
    'acme.yaml:28:46: people["person20@acme.example"]["acme-stagin"] is no organization of the layout, which has acme-dev, acme-staging, acme-production: correct the name, declare it under `organizations` or, if it has left the layout, remove this entry too; did you mean acme-staging?',
    'acme.yaml:47:3: people["Person3@acme.example"] is the same person as person3@acme.example, at acme.yaml:11:3: make one entry of the two',
  ]);
});
