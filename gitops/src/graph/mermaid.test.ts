import fc from "fast-check";
import type { LayoutOrganization } from "#layout";
import { draw, graph } from "./graph";
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
    String.raw`  \w+ -->\|"[\d,]+ [a-z ]+"\| \w+`,
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
  fc.assert(
    fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 5 }), text, text, (names, displayName, email) => {
      const members = { "ada@acme.example": "admin", [email]: "viewer" } as const;
      const drawn = draw(
        names.map((name) => laidOut(name, { displayName, members, owner: email, roster: { ignore: [email] } })),
        "each",
      );
      expect(graph.safeParse(drawn).error).toBeUndefined();
      expect(strange(formatMermaid(drawn, "LR"))).toEqual([]);
    }),
  );
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
  expect(explainSize("", many)).toMatch(/^The chart exceeds Mermaid's default limit of 500 edges/);
  const counted = draw([laidOut("acme", { members })], "count");
  expect(explainSize("x".repeat(50_001), counted)).toMatch(/Draw fewer organizations with --organization\.$/);
  const small = draw([laidOut("acme")], "each");
  expect(explainSize(formatMermaid(small, "LR"), small)).toBeUndefined();
});
