import fc from "fast-check";
import type { LayoutOrganization } from "#layout";
import { draw } from "./graph";
import { graph } from "./schema";
import { formatMermaid, explainSize } from "./mermaid";

function laidOut(name: string, rest: Partial<LayoutOrganization> = {}): LayoutOrganization {
  return { name, members: { "ada@acme.example": "admin" }, roster: {}, ...rest };
}

/** The characters of a chart: labels contain letters, digits, a few signs, numbered characters and our own two tags. */
const label = String.raw`(?:[\p{L}\p{M}\p{N} @.,:/+'()-]|#\d+;|<br>|<\/?b>)*`;
const line = new RegExp(
  [
    "flowchart (?:LR|RL|TB|BT)",
    String.raw`  \w+\(\["${label}"\]\):::policies`,
    String.raw`  \w+\["${label}"\](?::::organization)?`,
    String.raw`  \w+ -\.- \w+`,
    String.raw`  \w+\("${label}"\)`,
    String.raw`  \w+ -->(?:\|"${label}"\|)? \w+`,
    "  classDef [a-z]+ [a-z0-9: -]+",
  ]
    .map((form) => `^${form}$`)
    .join("|"),
  "u",
);

/** Returns the lines that do not belong to a chart. */
function strange(chart: string): string[] {
  return chart
    .trimEnd()
    .split("\n")
    .filter((one) => !line.test(one));
}

test("draws policies, organizations and people by role", () => {
  const organizations = [
    laidOut("acme-dev", {
      displayName: "Acme development",
      members: {
        "ada@acme.example": "admin",
        "bob@acme.example": "viewer",
        "carl@acme.example": "member",
        "grace@acme.example": "admin",
      },
      owner: "Grace@Acme.example",
      security: { requireTwoFactor: true, ipAllowlist: [{ cidr: "203.0.113.0/24" }] },
      roster: { minAdmins: 2, ignore: ["*@partner.example"] },
    }),
    laidOut("acme-lab"),
  ];
  expect(formatMermaid(draw(organizations, "each"), "TB")).toBe(
    [
      "flowchart TB",
      '  policies_1(["second factor required<br>access only from 203.0.113.0/24<br>at least 2 admins<br>ignores #42;@partner.example"]):::policies',
      '  organization_acme_dev["<b>Acme development</b><br>acme-dev"]:::organization',
      '  admin_acme_dev["ada@acme.example<br>grace@acme.example (owner)"]',
      '  member_acme_dev["carl@acme.example"]',
      '  viewer_acme_dev["bob@acme.example"]',
      '  organization_acme_lab["<b>acme-lab</b>"]:::organization',
      '  admin_acme_lab["ada@acme.example"]',
      "  policies_1 -.- organization_acme_dev",
      '  organization_acme_dev -->|"2 admins"| admin_acme_dev',
      '  organization_acme_dev -->|"1 with the role member"| member_acme_dev',
      '  organization_acme_dev -->|"1 viewer"| viewer_acme_dev',
      '  organization_acme_lab -->|"1 admin"| admin_acme_lab',
      "  classDef organization stroke-width:2px",
      "  classDef policies stroke-dasharray:4 4",
      "",
    ].join("\n"),
  );
});

test("draws counted people as lines of their organization", () => {
  const members = Object.fromEntries(
    Array.from({ length: 1_200 }, (_, at) => [`p${at}@acme.example`, "viewer" as const]),
  );
  const chart = formatMermaid(
    draw([laidOut("acme", { members: { "ada@acme.example": "admin", ...members } })], "count"),
    "LR",
  );
  expect(chart).toContain('  organization_acme["<b>acme</b><br>1 admin<br>1,200 viewers"]:::organization\n');
  expect(chart).not.toMatch(/-->|@/);
});

test("counts people if there are more than a hundred of them", () => {
  const of = (count: number) =>
    laidOut("acme", {
      members: Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}@acme.example`, "admin"])),
    });
  const people = (count: number) => draw([of(count)], "auto").nodes.find(({ kind }) => kind === "people");
  expect(people(100)).toMatchObject({ count: 100, emails: Object.keys(of(100).members) });
  expect(people(101)).toEqual({ kind: "people", id: "admin_acme", role: "admin", count: 101 });
});

test("draws equal policies of organizations once", () => {
  const security = { requireTwoFactor: true };
  const { nodes, edges } = draw([laidOut("a", { security }), laidOut("b", { security }), laidOut("c")], "each");
  expect(nodes.filter(({ kind }) => kind === "policies")).toHaveLength(1);
  expect(edges.filter(({ from }) => from === "policies_1").map(({ to }) => to)).toEqual([
    "organization_a",
    "organization_b",
  ]);
});

test("draws policies once that only list blocks in another order", () => {
  const allow = (...blocks: readonly string[]) => ({ security: { ipAllowlist: blocks.map((cidr) => ({ cidr })) } });
  const [one, other] = ["203.0.113.1/32", "203.0.113.2/32"] as const;
  const { nodes } = draw([laidOut("a", allow(one, other)), laidOut("b", allow(other, one))], "each");
  expect(nodes.filter(({ kind }) => kind === "policies")).toHaveLength(1);
});

test("draws different policies apart, even if their words are the same", () => {
  const allow = (first: number) => ({
    ipAllowlist: Array.from({ length: 5 }, (_, at) => ({ cidr: `203.0.113.${first + at}/32` })),
  });
  const rotate = (gracePeriodDays: number) => ({ apiKeyRotation: { maxAgeDays: 90, gracePeriodDays } });
  for (const [one, other] of [
    [allow(1), allow(101)],
    [rotate(0), rotate(30)],
  ] as const) {
    const organizations = [
      laidOut("a", { security: one }),
      laidOut("b", { security: other }),
      laidOut("c", { security: one }),
    ];
    const { nodes, edges } = draw(organizations, "each");
    const policies = nodes.filter((node) => node.kind === "policies");
    expect(policies.map(({ id }) => id)).toEqual(["policies_1", "policies_2"]);
    expect(policies[0]?.policies).toEqual(policies[1]?.policies);
    expect(edges.filter(({ from }) => from.startsWith("policies"))).toEqual([
      { from: "policies_1", to: "organization_a" },
      { from: "policies_2", to: "organization_b" },
      { from: "policies_1", to: "organization_c" },
    ]);
  }
});

test("draws organizations apart whose names differ in signs only", () => {
  const { nodes } = draw([laidOut("a-b"), laidOut("a_b"), laidOut("a b")], "each");
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(6);
});

test("draws any name as text", () => {
  const text = fc.oneof(
    fc.string({ minLength: 1, unit: "binary" }),
    fc.constantFrom(
      '"]; click a href "javascript:alert(1)"',
      "%%{init: {}}%%",
      "<script>",
      "end",
      "`x`",
      "a --> b",
      "#quot;",
      "a\nb",
    ),
  );
  const drawings = fc.constantFrom("each" as const, "count" as const);
  fc.assert(
    fc.property(
      fc.uniqueArray(text, { minLength: 1, maxLength: 5 }),
      text,
      text,
      drawings,
      (names, displayName, email, drawing) => {
        const members = { "ada@acme.example": "admin", [email]: "viewer" } as const;
        const open = { name: email, everyoneEnabled: true };
        const restricted = {
          name: displayName,
          everyoneEnabled: false,
          access: { users: [email], groups: [displayName] },
        };
        const objects = {
          groups: [{ name: displayName, members: [email] }],
          projects: [{ ...restricted, cohorts: [open, restricted] }],
          lastDays: { [email]: "2027-01-31" },
        };
        const drawn = draw(
          names.map((name) =>
            laidOut(name, { displayName, members, owner: email, roster: { ignore: [email] }, ...objects }),
          ),
          drawing,
        );
        expect(graph.safeParse(drawn).error).toBeUndefined();
        expect(strange(formatMermaid(drawn, "LR"))).toEqual([]);
      },
    ),
  );
});

/** An organization with groups, projects and cohorts. */
const fleet = laidOut("fleet", {
  members: { "ada@acme.example": "admin", "bob@acme.example": "member", "carl@acme.example": "member" },
  lastDays: { "carl@acme.example": "2027-01-31", "eve@acme.example": "2020-01-31" },
  groups: [{ name: "field", members: ["bob@acme.example", "carl@acme.example"] }, { name: "lab" }],
  projects: [
    {
      name: "firmware",
      everyoneEnabled: false,
      access: { users: ["carl@acme.example"], groups: ["field", "lab"] },
      cohorts: [
        { name: "beta", everyoneEnabled: true },
        { name: "canary", everyoneEnabled: false, access: { users: ["bob@acme.example"], groups: [] } },
        { name: "edge", everyoneEnabled: false, access: { users: ["bob@acme.example"], groups: [] } },
        { name: "lab", everyoneEnabled: false, access: { users: [], groups: ["lab"] } },
      ],
    },
    { name: "gateways", everyoneEnabled: true, cohorts: [{ name: "beta", everyoneEnabled: true }] },
    { name: "sensors", everyoneEnabled: true, cohorts: [] },
    { name: "secret", everyoneEnabled: false, access: { users: [], groups: [] }, cohorts: [] },
    { name: "unmanaged", everyoneEnabled: false, cohorts: [] },
  ],
});

test("draws groups, projects and cohorts, those with equal access together, and last days", () => {
  expect(
    formatMermaid(draw([fleet], "each"), "LR")
      .split("\n")
      .slice(1, -3),
  ).toEqual([
    '  organization_fleet["<b>fleet</b>"]:::organization',
    '  admin_fleet["ada@acme.example"]',
    '  member_fleet["bob@acme.example<br>carl@acme.example (until 2027-01-31)"]',
    '  group_fleet_1("<b>group field</b><br>bob@acme.example<br>carl@acme.example")',
    '  group_fleet_2("<b>group lab</b>")',
    '  projects_fleet_1["<b>project firmware</b><br>open cohort beta"]',
    '  cohorts_fleet_1["<b>2 cohorts</b><br>firmware/canary<br>firmware/edge"]',
    '  cohorts_fleet_2["<b>cohort firmware/lab</b>"]',
    '  projects_fleet_2["<b>2 projects</b><br>gateways, open cohort beta<br>sensors"]',
    '  projects_fleet_3["<b>project secret</b>"]',
    '  projects_fleet_4["<b>project unmanaged</b>"]',
    '  organization_fleet -->|"1 admin"| admin_fleet',
    '  organization_fleet -->|"2 with the role member"| member_fleet',
    '  organization_fleet -->|"2 people"| group_fleet_1',
    '  organization_fleet -->|"members not declared"| group_fleet_2',
    '  organization_fleet -->|"carl@acme.example"| projects_fleet_1',
    "  group_fleet_1 --> projects_fleet_1",
    "  group_fleet_2 --> projects_fleet_1",
    '  projects_fleet_1 -->|"bob@acme.example"| cohorts_fleet_1',
    "  projects_fleet_1 --> cohorts_fleet_2",
    "  group_fleet_2 --> cohorts_fleet_2",
    '  organization_fleet -->|"everyone"| projects_fleet_2',
    '  organization_fleet -->|"only admins"| projects_fleet_3',
    '  organization_fleet -->|"grants not declared"| projects_fleet_4',
  ]);
});

test("draws counted groups as lines of their organization, and as words of edges", () => {
  expect(
    formatMermaid(draw([fleet], "count"), "LR")
      .split("\n")
      .slice(1, -3),
  ).toEqual([
    '  organization_fleet["<b>fleet</b><br>1 admin<br>2 with the role member<br>group field, 2 people<br>group lab, members not declared"]:::organization',
    '  projects_fleet_1["<b>project firmware</b><br>1 open cohort"]',
    '  cohorts_fleet_1["<b>2 cohorts</b><br>firmware/canary<br>firmware/edge"]',
    '  cohorts_fleet_2["<b>cohort firmware/lab</b>"]',
    '  projects_fleet_2["<b>2 projects</b><br>gateways, 1 open cohort<br>sensors"]',
    '  projects_fleet_3["<b>project secret</b>"]',
    '  projects_fleet_4["<b>project unmanaged</b>"]',
    '  organization_fleet -->|"group field<br>group lab<br>1 person"| projects_fleet_1',
    '  projects_fleet_1 -->|"1 person"| cohorts_fleet_1',
    '  projects_fleet_1 -->|"group lab"| cohorts_fleet_2',
    '  organization_fleet -->|"everyone"| projects_fleet_2',
    '  organization_fleet -->|"only admins"| projects_fleet_3',
    '  organization_fleet -->|"grants not declared"| projects_fleet_4',
  ]);
});

test("counts people if there are more than a hundred grants to groups, and the chart stays small", () => {
  const groups = Array.from({ length: 30 }, (_, index) => ({ name: `group-${index}`, members: ["ada@acme.example"] }));
  const access = (index: number) => ({
    users: [],
    groups: Array.from({ length: 12 }, (_, one) => `group-${(index + one) % 30}`),
  });
  const projects = Array.from({ length: 50 }, (_, index) => ({
    name: `project-${index}`,
    everyoneEnabled: false,
    access: access(index),
    cohorts: [],
  }));
  const many = laidOut("acme", { groups, projects });
  const [counted, each] = [draw([many], "auto"), draw([many], "each")];
  const chart = formatMermaid(counted, "LR");
  expect(chart.match(/-->/g)).toHaveLength(30);
  expect(chart).toContain('organization_acme -->|"12 groups"|');
  expect(explainSize(chart, counted)).toBeUndefined();
  expect(counted.edges).toEqual(each.edges);
  expect(formatMermaid(each, "LR")).toContain("<b>group group-0</b><br>ada@acme.example");
});

test("replaces line breaks and changes of the reading direction by spaces", () => {
  expect(formatMermaid(draw([laidOut("a\nb\u202Ec")], "each"), "LR")).toContain('["<b>a b c</b>"]');
});

test("explains a chart that Mermaid would reject, with the remedy", () => {
  const members = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, at) => [`p${at}@acme.example`, "admin" as const]),
  );
  const large = draw([laidOut("acme", { members })], "each");
  expect(explainSize(formatMermaid(large, "LR"), large)).toMatch(
    /^The chart exceeds Mermaid's default limit of 50,000 characters\. .*--people count/,
  );
  const many = draw(
    Array.from({ length: 501 }, (_, at) => laidOut(`acme-${at}`)),
    "each",
  );
  const edges = formatMermaid(many, "LR").match(/^.* -->.*$/gm) ?? [];
  expect(explainSize(edges.join("\n"), many)).toMatch(/^The chart exceeds Mermaid's default limit of 500 edges/);
  const counted = draw([laidOut("acme", { members })], "count");
  expect(explainSize("x".repeat(50_001), counted)).toMatch(/Draw fewer organizations with --organization\.$/);
  const small = draw([laidOut("acme")], "each");
  expect(explainSize(formatMermaid(small, "LR"), small)).toBeUndefined();
});
