import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { countCases } from "#testing";
import { formatMistake } from "#framework/documents";
import { CommandError } from "../exit";
import { kindNames } from "./kinds";
import { InvalidRulesError, readRulesFiles, parseRulesFile } from "./readRules";

function mistakesIn(text: string): readonly string[] {
  try {
    parseRulesFile({ file: "rules.yaml", text });
    return [];
  } catch (error) {
    if (error instanceof InvalidRulesError) return error.mistakes.map((mistake) => formatMistake(mistake, error.kind));
    throw error;
  }
}

const good = `
# yaml-language-server: $schema=access-rules.schema.json
rules:
  Two admins:
    admins: { atLeast: 2 }
  Outsiders look:
    organizations: "*-production"
    people: { except: "*@acme.example" }
    role: { atMost: viewer }
    severity: approve
    because: They are guests.
    exempt:
      - { person: carl@partner.example, until: 2027-03-31, because: He moves the fleet. }
`;

test("reads rules in order, and fills in defaults", () => {
  expect(parseRulesFile({ file: "rules.yaml", text: good }).rules).toMatchObject([
    {
      name: "Two admins",
      organizations: { like: ["*"], except: [] },
      people: { like: ["*"], except: [] },
      requirements: [["admins", expect.anything()]],
      severity: "refuse",
      because: undefined,
      exempt: [],
    },
    {
      name: "Outsiders look",
      organizations: { like: ["*-production"], except: [] },
      people: { like: ["*"], except: ["*@acme.example"] },
      requirements: [["role", expect.anything()]],
      severity: "approve",
      because: "They are guests.",
      exempt: [{ person: "carl@partner.example", until: "2027-03-31", because: "He moves the fleet." }],
    },
  ]);
});

test("reads JSON, and YAML anchors", () => {
  expect(mistakesIn('{ "$schema": "x", "rules": { "x": { "protect": true } } }')).toEqual([]);
  expect(
    mistakesIn(
      "rules:\n  x: { people: &out { except: a@b.example }, role: none }\n  y: { people: *out, role: none }\n",
    ),
  ).toEqual([]);
});

const every = kindNames.join(", ");
const keys = `organizations, people, ${every}, existing, authors, approvers, severity, because, exempt`;

/** Returns the mistakes of a rule called x, without `rules.x`, and with line and column first. */
const cases: readonly (readonly [string, string, string])[] = [
  [
    "a severity in other words",
    "rules:\n  x: { protect: true, severity: block }",
    "2:33: rules.x.severity must be one of refuse, approve, note; did you mean refuse?",
  ],
  [
    "a number in the place of prefixes",
    "rules:\n  x: { ipAllowlist: { widest: 24 } }",
    "2:31: rules.x.ipAllowlist.widest must be an object, such as `{ ipv4: 24, ipv6: 48 }`",
  ],
  [
    "an unknown key at the top",
    "rule: {}\nrules: { x: { protect: true } }",
    "1:1: rule is not a key here: use one of $schema, existing, logins, rules, tests; did you mean rules?",
  ],
  ["no rules", "$schema: x", "1:1: the rules file has neither rules nor tests: add `rules` or `tests`"],
  [
    "an empty file",
    "# to be written",
    "1:1: the rules file is empty: write a rule under `rules`, or remove the file from the command line",
  ],
  ["a list of rules", "rules: []", "1:8: rules must be a map: write each name as a key (`name:`), not as a list item"],
  ["no rule", "rules: {}", "1:8: rules has no rule: write one, or remove the file from the command line"],
  ["a rule without a value", "rules:\n  x:", "2:5: rules.x has no value: set a value, or remove the key"],
  [
    "a rule without a requirement",
    "rules:\n  x: { severity: note }",
    `2:3: rules.x has no requirement: add one of ${every}`,
  ],
  [
    "a number as the name of a rule",
    "rules:\n  7: { protect: true }",
    '2:3: rules["7"] must not be empty or a number: choose a name that states the requirement',
  ],
  ...["all", "environments", "known resource types"].flatMap((name) =>
    ["rules", "tests"].map((section): readonly [string, string, string] => [
      `a name among ${section} that no policy can have: ${name}`,
      `${section}:\n  ${name}: ${section === "rules" ? "{ protect: true }" : "{ person: ada@acme.example, only: true }"}`,
      `2:3: ${section}${name.includes(" ") ? `["${name}"]` : `.${name}`} must not have this name, which has another meaning in a policy pack: choose another name`,
    ]),
  ),
  [
    "a key that is misspelt",
    "rules:\n  x: { admin: { atLeast: 2 } }",
    `2:8: rules.x.admin is not a key here: use one of ${keys}; did you mean admins?`,
  ],
  [
    "a rule that is declared twice",
    "rules:\n  x: { protect: true }\n  x: { protect: true }",
    "3:3: rules.x is already declared, at rules.yaml:2:3: keep one of the two",
  ],
  [
    "an unknown severity",
    "rules:\n  x: { protect: true, severity: refused }",
    "2:33: rules.x.severity must be one of refuse, approve, note; did you mean refuse?",
  ],
  [
    "people in a rule that is not about people",
    "rules:\n  x: { people: a@b.example, protect: true, roster: required }",
    "2:8: rules.x.people has no effect, because roster and protect apply to organizations and not to people: remove the key, or add one of admins, role, until, change, notTogether, groups, access",
  ],
  [
    "an exempt person in a rule that is not about people",
    "rules:\n  x: { protect: true, exempt: [{ person: a@b.example, until: 2027-01-31, because: y }] }",
    "2:34: rules.x.exempt[0].person has no effect, because protect applies to organizations and not to people: remove the key, or add one of admins, role, until, change, notTogether, groups, access",
  ],
  [
    "a text that is neither an address nor a pattern",
    "rules:\n  x: { people: acme.example, role: none }",
    "2:16: rules.x.people must be an e-mail address or a pattern, such as *@acme.example",
  ],
  [
    "one wrong entry among several people",
    "rules:\n  x: { people: { except: [ada@acme.example, acme] }, role: none }",
    "2:45: rules.x.people.except[1] must be an e-mail address or a pattern, such as *@acme.example",
  ],
  [
    "an unknown key of people",
    "rules:\n  x: { people: { but: a@b.example, except: a@b.example }, role: none }",
    "2:18: rules.x.people.but is not a key here: use one of like, except",
  ],
  [
    "groups that are no text",
    "rules:\n  x: { groups: 5 }",
    "2:16: rules.x.groups must be `none`, the name of a group, a pattern such as field-*, or a list",
  ],
  [
    "an empty list of groups",
    "rules:\n  x: { groups: [] }",
    "2:16: rules.x.groups must not be empty: add an entry, or remove the key",
  ],
  [
    "an empty selector of groups",
    "rules:\n  x: { groups: {} }",
    "2:16: rules.x.groups is empty: add `like`, `except` or both, or remove the key",
  ],
  [
    "everyoneEnabled that is true",
    "rules:\n  x: { everyoneEnabled: true }",
    "2:25: rules.x.everyoneEnabled must be false or absent",
  ],
  [
    "an unknown word for an expiry",
    "rules:\n  x: { expiresAt: require }",
    "2:19: rules.x.expiresAt must be `required`, or an object such as `{ withinDays: 90 }`",
  ],
  [
    "an expiry without a requirement",
    "rules:\n  x: { expiresAt: {} }",
    "2:19: rules.x.expiresAt has no requirement: add `withinDays` or `of`, or replace the object with `required`",
  ],
  [
    "an expiry within no day",
    "rules:\n  x: { expiresAt: { withinDays: 0 } }",
    "2:33: rules.x.expiresAt.withinDays must be at least 1 day",
  ],
  [
    "an unknown type of tokens",
    "rules:\n  x: { expiresAt: { of: claimToken } }",
    "2:25: rules.x.expiresAt.of must be one of ClaimToken, OrganizationApiToken; did you mean ClaimToken?",
  ],
  [
    "the URL of a webhook instead of its host",
    "rules:\n  x: { webhookHosts: [hooks.example, 'https://hooks.example'] }",
    "2:38: rules.x.webhookHosts[1] must be a host or a pattern without a port, such as *.acme.example",
  ],
  [
    "no host",
    "rules:\n  x: { webhookHosts: [] }",
    "2:22: rules.x.webhookHosts must not be empty: add an entry, or remove the key",
  ],
  [
    "an empty selector of organizations",
    "rules:\n  x: { organizations: {}, protect: true }",
    "2:23: rules.x.organizations is empty: add `like`, `except` or both, or remove the key",
  ],
  [
    "an empty list of organizations",
    "rules:\n  x: { organizations: [], protect: true }",
    "2:23: rules.x.organizations must not be empty: add an entry, or remove the key",
  ],
  [
    "an unknown role",
    "rules:\n  x: { role: viewr }",
    "2:14: rules.x.role must be one of admin, manager, developer, member, viewer, none; did you mean viewer?",
  ],
  [
    "one unknown role among several",
    "rules:\n  x: { role: [viewer, developr] }",
    "2:23: rules.x.role[1] must be one of admin, manager, developer, member, viewer; did you mean developer?",
  ],
  [
    "an unknown highest role",
    "rules:\n  x: { role: { atMost: none } }",
    "2:24: rules.x.role.atMost must be one of admin, manager, developer, member, viewer",
  ],
  [
    "an unknown key of a role",
    "rules:\n  x: { role: { atMost: viewer, atLeast: viewer } }",
    "2:32: rules.x.role.atLeast is not a key here: use one of atMost",
  ],
  [
    "admins without a number",
    "rules:\n  x: { admins: {} }",
    "2:16: rules.x.admins has no requirement: add `atLeast`, `atMost` or `including`",
  ],
  [
    "a minimum of admins above the maximum",
    "rules:\n  x: { admins: { atLeast: 3, atMost: 2 } }",
    "2:27: rules.x.admins.atLeast must not be more than `atMost`, which is 2",
  ],
  ["too few admins", "rules:\n  x: { admins: { atLeast: 0 } }", "2:27: rules.x.admins.atLeast must be at least 1"],
  [
    "a number of admins as a text",
    'rules:\n  x: { admins: { atLeast: "2" } }',
    "2:27: rules.x.admins.atLeast must be a whole number",
  ],
  [
    "a required admin without an address",
    "rules:\n  x: { admins: { including: [ada] } }",
    "2:30: rules.x.admins.including[0] must be an e-mail address, such as ada@acme.example",
  ],
  [
    "an unknown requirement of a last day",
    "rules:\n  x: { until: 180d }",
    "2:15: rules.x.until must be `required`, or an object such as `{ withinDays: 180 }`",
  ],
  [
    "too few days until the last day",
    "rules:\n  x: { until: { withinDays: 0 } }",
    "2:29: rules.x.until.withinDays must be at least 1 day",
  ],
  [
    "a single duty",
    "rules:\n  x: { notTogether: [{ role: admin }] }",
    "2:21: rules.x.notTogether must have at least two entries",
  ],
  [
    "a duty without a role",
    "rules:\n  x: { notTogether: [{ role: admin }, { organizations: a }] }",
    "2:39: rules.x.notTogether[1].role is required",
  ],
  [
    "two factors that are not required",
    "rules:\n  x: { requireTwoFactor: false }",
    "2:26: rules.x.requireTwoFactor must be true or absent",
  ],
  [
    "an unknown requirement of a roster",
    "rules:\n  x: { roster: exceptOwner }",
    "2:16: rules.x.roster must be one of required, exceptOwners; did you mean exceptOwners?",
  ],
  [
    "an invalid duration of sessions",
    "rules:\n  x: { sessionTimeout: { atMost: 8 hours } }",
    "2:34: rules.x.sessionTimeout.atMost must be a duration, such as 8h, 90m or 30d",
  ],
  [
    "a session without a limit",
    "rules:\n  x: { sessionTimeout: 8h }",
    "2:24: rules.x.sessionTimeout must be an object: write a key and its value, such as `atMost: …`",
  ],
  [
    "an unknown requirement of an allowlist",
    "rules:\n  x: { ipAllowlist: requird }",
    "2:21: rules.x.ipAllowlist must be `required`, or an object with `within`, `widest` or both, such as `{ within: [203.0.113.0/24] }`",
  ],
  [
    "an invalid block of an allowlist",
    "rules:\n  x: { ipAllowlist: { within: [10.0.0.0] } }",
    '2:32: rules.x.ipAllowlist.within[0] "10.0.0.0" is not a CIDR block: add a prefix length, such as 10.0.0.0/32 for this one address',
  ],
  [
    "an allowlist without a limit",
    "rules:\n  x: { ipAllowlist: {} }",
    "2:21: rules.x.ipAllowlist has no requirement: add `within` or `widest`, or replace the object with `required`",
  ],
  [
    "a prefix that is too long",
    "rules:\n  x: { ipAllowlist: { widest: { ipv4: 33 } } }",
    "2:39: rules.x.ipAllowlist.widest.ipv4 must be at most 32",
  ],
  [
    "widest blocks without a prefix",
    "rules:\n  x: { ipAllowlist: { widest: {} } }",
    "2:31: rules.x.ipAllowlist.widest has no requirement: add `ipv4`, `ipv6` or both",
  ],
  [
    "API keys without a maximum age",
    "rules:\n  x: { apiKeyRotation: { gracePeriodDays: 7 } }",
    "2:8: rules.x.apiKeyRotation.maxAgeDays is required",
  ],
  [
    "an invalid regular expression",
    'rules:\n  x: { name: { regex: "acme-(" } }',
    "2:23: rules.x.name.regex must be a regular expression, such as acme-[a-z]+",
  ],
  [
    "an unknown requirement of a display name",
    "rules:\n  x: { displayName: true }",
    "2:21: rules.x.displayName must be `required` or absent",
  ],
  [
    "an exemption of everything",
    "rules:\n  x: { role: none, exempt: [{ until: 2027-01-31, because: y }] }",
    "2:29: rules.x.exempt[0] applies to everything: add `person`, `organization` or both",
  ],
  [
    "an exemption without an end",
    "rules:\n  x: { role: none, exempt: [{ person: a@b.example, because: y }] }",
    "2:29: rules.x.exempt[0].until is required",
  ],
  [
    "an exemption without a reason",
    "rules:\n  x: { role: none, exempt: [{ person: a@b.example, until: 2027-01-31 }] }",
    "2:29: rules.x.exempt[0].because is required",
  ],
  [
    "an invalid last day of an exemption",
    "rules:\n  x: { role: none, exempt: [{ person: a@b.example, until: 2027-02-30, because: y }] }",
    "2:59: rules.x.exempt[0].until is 2027-02-30, a day that does not exist: correct the date",
  ],
  [
    "a YAML tag",
    "rules:\n  x: { role: !secret none }",
    "2:14: the rules file has a tag here that access rules do not support (Unresolved tag: !secret): remove the tag",
  ],
];

test.each(cases)("%s is a mistake, with its place and remedy", (_, text, expected) => {
  expect(mistakesIn(text)).toEqual([`rules.yaml:${expected}`]);
});

test("reports all mistakes at once, in the order of the file", () => {
  const text = good
    .replace("atLeast: 2", "atLeast: 2, atmost: 3")
    .replace("viewer", "vewer")
    .replace("2027-03-31", "in March")
    .replace("*@acme.example", "acme.example");
  expect(mistakesIn(text)).toEqual([
    'rules.yaml:5:27: rules["Two admins"].admins.atmost is not a key here: use one of atLeast, atMost, including, countInvited; did you mean atMost?',
    'rules.yaml:8:23: rules["Outsiders look"].people.except must be an e-mail address or a pattern, such as *@acme.example',
    'rules.yaml:9:21: rules["Outsiders look"].role.atMost must be one of admin, manager, developer, member, viewer; did you mean viewer?',
    'rules.yaml:13:48: rules["Outsiders look"].exempt[0].until must be a date, such as 2027-01-31',
  ]);
  expect(() => parseRulesFile({ file: "rules.yaml", text: "rules: 1\nrule: 2" }).rules).toThrow(
    "the rules file has 2 mistakes:\n  rules.yaml:1:8: rules must be a map\n  rules.yaml:2:1: rule is not a key here",
  );
});

describe("a file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rules-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("is read from a path in the folder", () => {
    writeFileSync(join(folder, "access-rules.yaml"), good);
    expect(readRulesFiles(["access-rules.yaml"], folder).rules).toHaveLength(2);
  });

  test("that cannot be read is rejected with the reason", () => {
    expect(() => readRulesFiles(["rules.yaml"], folder).rules).toThrow(
      "Cannot read rules.yaml: the file does not exist",
    );
    mkdirSync(join(folder, "rules"));
    expect(() => readRulesFiles(["rules"], folder).rules).toThrow("Cannot read rules: the path is a folder");
    writeFileSync(join(folder, "file"), good);
    expect(() => readRulesFiles(["file/rules.yaml"], folder).rules).toThrow(CommandError);
  });
});

test("reads any file, or reports its mistakes, each with a place in the file", () => {
  const slip = fc.record({
    at: fc.nat(good.length),
    without: fc.nat(12),
    instead: fc.oneof(
      fc.constantFrom(
        "",
        ":",
        "- ",
        "\n",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "!x ",
        '"',
        "#",
        "? ",
        "~",
        "1",
        "__proto__",
      ),
      fc.constantFrom("except", "like", "none", "required", "role: none\n", "rules:\n", "2027-02-30"),
    ),
  });
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
      const text = slips.reduce(
        (before, { at, without, instead }) => before.slice(0, at) + instead + before.slice(at + without),
        good,
      );
      const lines = text.split("\n");
      for (const mistake of mistakesIn(text)) {
        const [, line = "", column = ""] = /^rules\.yaml:(\d+):(\d+): /.exec(mistake) ?? [];
        expect(Number(line)).toBeGreaterThanOrEqual(1);
        expect(Number(column)).toBeGreaterThanOrEqual(1);
        expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1] ?? "").length + 1);
        expect(mistake).not.toMatch(/undefined|\[object|Invalid input/);
      }
    }),
    { numRuns: countCases(60) },
  );
});

test("rejects a rule that JavaScript would lose because of its name", () => {
  expect(mistakesIn("rules:\n  x: { protect: true }\n  __proto__: { admins: { atLeast: 50 } }\n")).toEqual([
    "rules.yaml:3:3: rules.__proto__ cannot be the name of a rule: choose another name",
  ]);
});
