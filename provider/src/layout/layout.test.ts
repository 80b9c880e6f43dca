import { parseLayout } from "./layout";
import { acme, listMistakes, getMembers, parseText } from "./testing/layouts";

const options = { now: new Date("2027-01-31"), version: "0.1.0" };

describe("parsing a layout", () => {
  test("returns each organization as inputs of resources", () => {
    const layout = parseText(`
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
    expect(layout.organizations).toEqual([
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
    ]);
  });

  test("accepts a number as maxRemovals", () => {
    const layout = parseText(acme.replace("displayName: Acme development", "roster: { maxRemovals: 3 }"));
    expect(layout.organizations[0]?.roster).toEqual({ maxRemovals: "3" });
  });

  test("omits undeclared settings", () => {
    const text = "organizations:\n  acme-dev:\npeople:\n  ada@acme.example: { acme-dev: admin }\n";
    expect(parseText(text).organizations).toEqual([
      { name: "acme-dev", members: { "ada@acme.example": "admin" }, roster: {} },
    ]);
  });

  test("uses the default of each setting that the organization does not override", () => {
    const { organizations } = parseText(`
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
          // One setting: its properties are not merged with those of the default.
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

  test("ignores order, formatting and the division into files", () => {
    const one = parseText(`
defaults: { security: { sessionTimeout: 8h } }
organizations:
  acme-dev: { displayName: Development, security: { ipAllowlist: [203.0.113.0/24, 198.51.100.0/24] } }
  acme-production: { displayName: Production, roster: { ignore: ["a@*", "b@*"] } }
teams:
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
teams: { firmware: [Carl@acme.example, bob@acme.example] }
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
    expect(JSON.stringify(parseLayout(sources, options))).toBe(JSON.stringify(one));
    expect(JSON.stringify(parseLayout(sources.toReversed(), options))).toBe(JSON.stringify(one));
  });

  test("accepts the arguments of a program", () => {
    const value = { organizations: { "acme-dev": {} }, people: { "ada@acme.example": { "acme-dev": "admin" } } };
    expect(getMembers(parseLayout([{ value }], options))).toEqual({ "ada@acme.example": "admin" });
  });

  test("accepts an anchor with thousands of aliases", () => {
    const people = Array.from({ length: 3_000 }, (_, i) => `  person${i}@acme.example: *roles\n`);
    const text = acme.replace("{ acme-dev: admin }", "&roles { acme-dev: admin }") + people.join("");
    expect(Object.keys(getMembers(parseText(text)) ?? {})).toHaveLength(3_001);
  });

  test("accepts a chain of a hundred merged maps", () => {
    const step = (i: number) => `  person${i}@acme.example: &p${i} { <<: *p${i - 1} }\n`;
    const chain = Array.from({ length: 99 }, (_, i) => step(i + 1));
    const text = acme.replace("{ acme-dev: admin }", "&p0 { acme-dev: admin }") + chain.join("");
    expect(Object.keys(getMembers(parseText(text)) ?? {})).toHaveLength(100);
  });

  test("accepts anchors and merge keys", () => {
    const layout = parseText(`
organizations:
  acme-dev: { security: &strict { requireTwoFactor: true, sessionTimeout: 8h } }
  acme-production: { security: { <<: *strict, sessionTimeout: 1h } }
people:
  ada@acme.example: &everywhere { acme-dev: admin, acme-production: admin }
  bob@acme.example: *everywhere
`);
    expect(layout.organizations[1]?.security).toEqual({ requireTwoFactor: true, sessionTimeout: "1h" });
    expect(getMembers(layout)).toEqual({ "ada@acme.example": "admin", "bob@acme.example": "admin" });
  });
});

test.each(["7", "007", "1e3", "0x10", "1.0", "True"])(
  "keeps the organization name %s, or rejects it without quotes",
  (name) => {
    const text = (key: string) => acme.replaceAll("acme-dev", key);
    expect(parseText(text(`"${name}"`)).organizations).toMatchObject([{ name }]);
    if (name === "7") expect(parseText(text(name)).organizations).toMatchObject([{ name }]);
    else
      expect(listMistakes(text(name))).toEqual(
        Array(2).fill(expect.stringContaining(`put the key in quotes, as "${name}"`)),
      );
  },
);

describe("only", () => {
  const two = `
organizations: { acme-dev: , acme-production: }
people: { ada@acme.example: { acme-dev: admin, acme-production: admin } }
`;

  test("excludes the other organizations", () => {
    expect(parseText(two, { only: ["acme-production"] }).organizations.map(({ name }) => name)).toEqual([
      "acme-production",
    ]);
  });

  test("rejects an unknown organization", () => {
    expect(listMistakes(two, { only: ["acme-production", "acme-prod", "acme-dve"] })).toEqual([
      'only[1] is "acme-prod", which is not an organization in the layout: use one of acme-dev, acme-production',
      'only[2] is "acme-dve", which is not an organization in the layout: use one of acme-dev, acme-production; did you mean acme-dev?',
    ]);
  });

  test.each([
    [["*"], ["acme-dev", "acme-production"]],
    [["*-production"], ["acme-production"]],
    [
      ["acme-d*", "acme-dev", "acme-p*n"],
      ["acme-dev", "acme-production"],
    ],
  ])("%j selects %j", (only, names) => {
    expect(parseText(two, { only }).organizations.map(({ name }) => name)).toEqual(names);
  });

  test("rejects a pattern that matches no organization", () => {
    expect(listMistakes(two, { only: ["acme-*", "globex-*", "ACME-*"] })).toEqual([
      'only[1] is "globex-*", which matches no organization in the layout: use a pattern that matches one of acme-dev, acme-production',
      'only[2] is "ACME-*", which matches no organization in the layout: use a pattern that matches one of acme-dev, acme-production',
    ]);
  });
});

describe("requires", () => {
  test("rejects another version before any other mistake", () => {
    expect(listMistakes(`requires: ">=0.2"\nbudget: 1\n${acme}`)).toEqual([
      "acme.yaml:1:11: requires is >=0.2, but this is version 0.1.0: " +
        "install a matching version of the SDK and the plugin, or of peridio-gitops, or change `requires`",
    ]);
  });

  test("rejects a text that is not a range", () => {
    expect(listMistakes(`requires: newest\n${acme}`)).toEqual([
      'acme.yaml:1:11: requires must be a version range, such as ">=0.1 <1"',
    ]);
    expect(listMistakes(`requires: 0.1\n${acme}`)).toEqual([
      'acme.yaml:1:11: requires must be a string: write "0.1", in quotes',
    ]);
  });

  test("accepts a prerelease", () => {
    expect(listMistakes(`requires: ">=0.1"\n${acme}`, { version: "0.2.0-alpha.1" })).toEqual([]);
  });
});

test("reads a file as YAML 1.2 even if its directive names 1.1", () => {
  const text = `%YAML 1.1\n---\n${acme}  bob@acme.example: { acme-dev: { role: viewer, until: 2027-01-31 } }\n`;
  expect(getMembers(parseText(text))).toHaveProperty(["bob@acme.example"], "viewer");
});
