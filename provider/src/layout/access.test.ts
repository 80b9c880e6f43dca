import { parseLayout } from "./layout";
import { listMistakes, parseText } from "./testing/layouts";

const [ada, bob, carl, dora] = ["ada", "bob", "carl", "dora"].map((name) => `${name}@acme.example`);

/** Returns a layout of one organization with this entry, with Ada, Bob and Dora, and with two teams. */
function withEntry(entry: string, { people = "", roster = "" } = {}): string {
  return `organizations:
  acme-dev: { ${roster}${entry} }
teams:
  developers: [${bob}, ${dora}]
  partners: [${carl}]
people:
  ${ada}: { acme-dev: admin }
  ${bob}: { acme-dev: member }
  ${dora}: { acme-dev: member }
${people}`;
}

function getOrganization(text: string) {
  return parseText(text).organizations[0];
}

test("returns groups, projects and cohorts as inputs of resources, with the addresses of teams", () => {
  const layout = getOrganization(
    withEntry(`
    groups: { field: { description: Updates, members: [developers, ${ada}] }, empty: { members: [] }, other: {} },
    projects: {
      firmware: {
        description: Devices,
        everyoneEnabled: false,
        access: { users: [${bob}], groups: [field, empty] },
        cohorts: { canary: { everyoneEnabled: true }, beta: { everyoneEnabled: false, access: { users: [] } } },
      },
      app: { everyoneEnabled: true },
    },
  `),
  );
  expect(layout?.groups).toEqual([
    { name: "empty", members: [] },
    { name: "field", description: "Updates", members: [ada, bob, dora] },
    { name: "other" },
  ]);
  expect(layout?.projects).toEqual([
    { name: "app", everyoneEnabled: true, cohorts: [] },
    {
      name: "firmware",
      description: "Devices",
      everyoneEnabled: false,
      access: { users: [bob], groups: ["empty", "field"] },
      cohorts: [
        { name: "beta", everyoneEnabled: false, access: { users: [], groups: [] } },
        { name: "canary", everyoneEnabled: true },
      ],
    },
  ]);
});

test("returns the tunnel policies of an organization and of cohorts, with the default of each rule", () => {
  const defaults = "defaults: { tunnels: { maxTtlSeconds: 1800, cidrAllowlist: [203.0.113.0/24] } }\n";
  const entry = `
    tunnels: { cidrAllowlist: [], maxConcurrent: 2 },
    projects: {
      firmware: {
        everyoneEnabled: true,
        cohorts: { canary: { everyoneEnabled: true, tunnels: { maxTtlSeconds: 600 } }, beta: { everyoneEnabled: true } },
      },
    },
  `;
  const layout = getOrganization(`${withEntry(entry)}${defaults}`);
  expect(layout?.tunnels).toEqual({ maxTtlSeconds: 1800, cidrAllowlist: [], maxConcurrent: 2 });
  expect(layout?.projects?.[0]?.cohorts.map(({ name, tunnels }) => [name, tunnels])).toEqual([
    ["beta", undefined],
    ["canary", { maxTtlSeconds: 600 }],
  ]);
});

test("rejects rules of tunnels with a wrong value, and the tunnels of a project", () => {
  const cohort = "cohorts: { canary: { everyoneEnabled: true, tunnels: { maxConcurrent: 11, cidrAllowlist: [any] } } }";
  const entry = `projects: { firmware: { everyoneEnabled: true, tunnels: {}, ${cohort} } }`;
  expect([...listMistakes(withEntry(entry))].sort()).toEqual([
    expect.stringContaining("projects.firmware.cohorts.canary.tunnels.maxConcurrent must be at most 10"),
    expect.stringContaining('projects.firmware.cohorts.canary.tunnels.cidrAllowlist[0] "any" is not a CIDR block'),
    expect.stringContaining("projects.firmware.tunnels is not a key here"),
  ]);
});

test("ignores the order of entries and the division into files", () => {
  const people = `{ ${ada}: { acme-dev: admin }, ${bob}: { acme-dev: member } }`;
  const whole = parseText(`
organizations:
  acme-dev:
    groups: { field: { members: [${ada}, ${bob}] }, lab: {} }
    projects: { app: { everyoneEnabled: true }, web: { everyoneEnabled: false, access: { groups: [field, lab] } } }
people: ${people}
`);
  const files = [
    `organizations: { acme-dev: { projects: { web: { access: { groups: [lab, field] }, everyoneEnabled: false } } } }`,
    `organizations: { acme-dev: { groups: { lab: {} }, projects: { app: { everyoneEnabled: true } } } }`,
    `{ people: ${people}, organizations: { acme-dev: { groups: { field: { members: [${bob}, ${ada}] } } } } }`,
  ].map((text, index) => ({ file: `${index}.yaml`, text }));
  const parse = (sources: typeof files) =>
    JSON.stringify(parseLayout(sources, { now: new Date("2027-01-31"), version: "0.1.0" }));
  expect(parse(files)).toBe(JSON.stringify(whole));
  expect(parse(files.toReversed())).toBe(JSON.stringify(whole));
});

test("rejects a group and a project that two files declare, and names both places", () => {
  const sources = [
    { file: "a.yaml", text: withEntry("groups: { field: {} }, projects: { app: { everyoneEnabled: true } }") },
    {
      file: "b.yaml",
      text: "organizations: { acme-dev: { groups: { field: {} }, projects: { app: { everyoneEnabled: true } } } }",
    },
  ];
  const elsewhere = (column: number) => `is already declared, at a.yaml:2:${column}: keep one of the two`;
  expect(listMistakes(sources)).toEqual([
    `b.yaml:1:40: organizations["acme-dev"].groups.field ${elsewhere(25)}`,
    `b.yaml:1:65: organizations["acme-dev"].projects.app ${elsewhere(50)}`,
  ]);
});

test("removes a person after the last day, also from the people of a team", () => {
  const text = (until: string) =>
    withEntry(
      `groups: { field: { members: [developers, ${carl}] } }, projects: { app: { everyoneEnabled: false, access: { users: [${carl}] } } }`,
      { people: `  ${carl}: { acme-dev: { role: member, until: ${until} } }\n` },
    );
  expect(getOrganization(text("2027-01-31"))?.groups?.[0]?.members).toEqual([bob, carl, dora]);
  expect(getOrganization(text("2027-01-31"))?.projects?.[0]?.access?.users).toEqual([carl]);
  expect(getOrganization(text("2027-01-30"))?.groups?.[0]?.members).toEqual([bob, dora]);
  expect(getOrganization(text("2027-01-30"))?.projects?.[0]?.access?.users).toEqual([]);
});

test("names a person once, in the spelling of `people`", () => {
  const members = `[developers, ${bob?.toUpperCase() ?? ""}]`;
  expect(getOrganization(withEntry(`groups: { field: { members: ${members} } }`))?.groups?.[0]?.members).toEqual([
    bob,
    dora,
  ]);
});

test("accepts people that the roster ignores", () => {
  const entry = withEntry("groups: { field: { members: [partners, Eve@partner.example] } }", {
    roster: 'roster: { ignore: ["carl@*", "*@partner.example"] }, ',
  });
  expect(getOrganization(entry)?.groups?.[0]?.members).toEqual([carl, "Eve@partner.example"]);
  const byDefault = withEntry(`groups: { field: { members: [${carl}] } }`).concat(
    'defaults: { roster: { ignore: ["carl@*"] } }\n',
  );
  expect(listMistakes(byDefault)).toEqual([]);
});

test("a group without a value has no properties, and its members are not declared", () => {
  const text = withEntry(
    "groups: { field: , lab: {} }, projects: { app: { everyoneEnabled: false, access: { groups: [field] } } }",
  );
  expect(getOrganization(text)?.groups).toEqual([{ name: "field" }, { name: "lab" }]);
  expect(getOrganization(text)?.projects?.[0]?.access?.groups).toEqual(["field"]);
  const again = "organizations: { acme-dev: { groups: { field: } } }";
  expect(
    listMistakes([
      { file: "acme.yaml", text },
      { file: "again.yaml", text: again },
    ]),
  ).toEqual([expect.stringContaining('organizations["acme-dev"].groups.field is already declared')]);
});

describe("a mistake is reported with its place and remedy:", () => {
  const access = (list: string) => `projects: { app: { everyoneEnabled: false, access: { ${list} } } }`;
  const app = 'organizations["acme-dev"].projects.app';

  test.each([
    [
      "a person without a role in the organization",
      "groups: { field: { members: [carl@acme.example] } }",
      '2:44: organizations["acme-dev"].groups.field.members[0] is carl@acme.example, who has no role in acme-dev: ' +
        "give this person a role under `people`, or add the address to the organization's `roster.ignore`",
    ],
    [
      "a misspelled person",
      access("users: [bobb@acme.example]"),
      `2:76: ${app}.access.users[0] is bobb@acme.example, who has no role in acme-dev: ` +
        "give this person a role under `people`, or add the address to the organization's `roster.ignore`; did you mean bob@acme.example?",
    ],
    [
      "a person with a misspelled domain",
      "groups: { field: { members: [Bob@acmee.example] } }",
      '2:44: organizations["acme-dev"].groups.field.members[0] is Bob@acmee.example, who has no role in acme-dev: ' +
        "give this person a role under `people`, or add the address to the organization's `roster.ignore`; did you mean bob@acme.example?",
    ],
    [
      "another person with a similar domain",
      access("users: [eve@acmee.example]"),
      `2:76: ${app}.access.users[0] is eve@acmee.example, who has no role in acme-dev: ` +
        "give this person a role under `people`, or add the address to the organization's `roster.ignore`",
    ],
    [
      "a team with a person without a role in the organization",
      access("users: [developers, partners]"),
      `2:88: ${app}.access.users[1] contains carl@acme.example, who has no role in acme-dev: ` +
        "give this person a role under `people`, or add the address to the organization's `roster.ignore`",
    ],
    [
      "an unknown team",
      "groups: { field: { members: [developer] } }",
      '2:44: organizations["acme-dev"].groups.field.members[0] is "developer", which is neither an e-mail address nor a team: ' +
        "write an e-mail address, or declare the team under `teams`; did you mean developers?",
    ],
    [
      "a group in Peridio in the place of people",
      `groups: { field: {} }, ${access("users: [field]")}`,
      `2:99: ${app}.access.users[0] is "field", which is neither an e-mail address nor a team: ` +
        '"field" is a group in Peridio, which only `access.groups` can name',
    ],
    [
      "an unknown group in Peridio",
      `groups: { field: {} }, ${access("groups: [feld]")}`,
      `2:100: ${app}.access.groups[0] is "feld", which is not a group of acme-dev in the layout (field): ` +
        "correct the name, or declare the group under `groups` of the organization; did you mean field?",
    ],
    [
      "a team in the place of a group in Peridio",
      access("groups: [developers]"),
      `2:77: ${app}.access.groups[0] is "developers", which is a team, not a group in Peridio: write it under \`users\``,
    ],
    [
      "an unknown group of a cohort",
      "projects: { app: { everyoneEnabled: false, cohorts: { canary: { everyoneEnabled: false, access: { groups: [feld] } } } } }",
      `2:122: ${app}.cohorts.canary.access.groups[0] is "feld", which is not a group of acme-dev in the layout: ` +
        "correct the name, or declare the group under `groups` of the organization",
    ],
    [
      "a person who is listed twice",
      access("users: [bob@acme.example, developers, Bob@acme.example]"),
      `2:106: ${app}.access.users[2] is listed twice: remove one of the two`,
    ],
    [
      "a group that is listed twice",
      `groups: { field: {} }, ${access("groups: [field, field]")}`,
      `2:107: ${app}.access.groups[1] is listed twice: remove one of the two`,
    ],
    [
      "an unknown group whose name differs in case, and contains @",
      `groups: { ops@night: {} }, ${access("groups: [ops@night, Ops@night]")}`,
      `2:115: ${app}.access.groups[1] is "Ops@night", which is not a group of acme-dev in the layout (ops@night): ` +
        "correct the name, or declare the group under `groups` of the organization; did you mean ops@night?",
    ],
    [
      "an invalid address",
      access("users: [bob@acme]"),
      `2:76: ${app}.access.users[0] must be an e-mail address, such as ada@acme.example`,
    ],
    [
      "a project whose name contains a slash",
      "projects: { app/web: { everyoneEnabled: true } }",
      '2:27: organizations["acme-dev"].projects["app/web"] must not contain /, which separates the names of a project and a cohort: ' +
        "rename the project in Peridio, or declare it outside the layout, as a Project",
    ],
    ["a project without everyoneEnabled", "projects: { app: {} }", `2:27: ${app}.everyoneEnabled is required`],
    ["a project without a value", "projects: { app: }", `2:32: ${app} has no value: set a value, or remove the key`],
    [
      "groups without a value",
      "groups: ",
      '2:24: organizations["acme-dev"].groups has no value: set a value, or remove the key',
    ],
    [
      "members without a value",
      "groups: { field: { members: } }",
      '2:43: organizations["acme-dev"].groups.field.members has no value: set a value, or remove the key',
    ],
    [
      "groups that are a list",
      "groups: [field]",
      '2:23: organizations["acme-dev"].groups must be a map: write each name as a key (`name:`), not as a list item',
    ],
    [
      "an unknown key",
      access("user: []"),
      `2:68: ${app}.access.user is not a key here: use one of users, groups; did you mean users?`,
    ],
  ])("%s", (_, entry, expected) => {
    expect(listMistakes(withEntry(entry))).toEqual([`acme.yaml:${expected}`]);
  });

  test("groups in the defaults", () => {
    expect(listMistakes(`${withEntry("")}defaults: { groups: {} }\n`)).toEqual([
      "acme.yaml:10:13: defaults.groups is not a key here: use one of connection, contactEmail, forceDestroy, deletionPolicy, owner, roster, security, tunnels, billing",
    ]);
  });
});

describe("the consequences of another mistake are not reported:", () => {
  test("people without a role, if a mistake hides the role", () => {
    expect(
      listMistakes(
        withEntry(`groups: { field: { members: [${carl}] } }`, { people: `  ${carl}: { acme-dev: membr }\n` }),
      ),
    ).toEqual([expect.stringContaining("must be one of owner, admin, manager, developer, member, viewer")]);
  });

  test("people of a team with a mistake", () => {
    const text = withEntry("groups: { field: { members: [partners] } }").replace(carl ?? "", "carl@acme");
    expect(listMistakes(text)).toEqual([expect.stringContaining("teams.partners[0] must be an e-mail address")]);
  });

  test("people and groups that an unreadable file may declare", () => {
    const entry =
      "groups: { field: { members: [support, eve@acme.example] } }, projects: { app: { everyoneEnabled: false, access: { groups: [lab] } } }";
    const sources = [
      { file: "a.yaml", text: withEntry(entry) },
      { file: "b.yaml", text: "people: [" },
    ];
    expect(listMistakes(sources)).toEqual([
      expect.stringContaining("b.yaml:1:10: the layout has no `]` before this place"),
    ]);
  });
});
