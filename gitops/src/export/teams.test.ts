import fc from "fast-check";
import { countCases } from "#testing";
import { parseLayout } from "#layout";
import { type Role, version } from "#provider";
import { noOthers } from "./accessInventory";
import { createFiles } from "./documents";
import { createEntry } from "./entry";
import { chooseSpelling, type Inventory } from "./inventory";
import { findTeams } from "./teams";
import { inventory, member } from "./testing/inventories";

/** Exports with and without teams. */
function exportTwice(all: readonly Inventory[]) {
  const spelling = chooseSpelling(all);
  const exported = all.map((one) => createEntry(one, spelling));
  const teams = findTeams(exported.flatMap(({ entry }) => entry ?? []));
  const style = { project: "acme", isSplit: false, api: "Avocado Connect", backend: "connect" } as const;
  const [plain, grouped] = [createFiles(exported, { ...style, teams: [] }), createFiles(exported, { ...style, teams })];
  return { teams, plain, grouped };
}

function getLayout(files: ReadonlyMap<string, string>): string {
  return (files.get("layout.yaml") ?? "").replaceAll(/^#.*\n/gm, "");
}

/** Returns an organization with these roles and groups. */
function organization(
  name: string,
  roles: Readonly<Record<string, Role>>,
  groups: Readonly<Record<string, readonly string[]>> = {},
): Inventory {
  return inventory(name, {
    organization: { owner: undefined },
    people: Object.entries(roles).map(([email, role]) => member(email, role)),
    access: {
      groups: Object.entries(groups).map(([group, members], index) => ({
        id: `prn:1:acme/00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
        name: group,
        description: null,
        members: members.map((email) => ({ id: email, email })),
      })),
      projects: [],
      tunnelPolicies: new Map(),
      others: noOthers,
    },
  });
}

const [ada, bob, carl, dora, emil] = [
  "ada@acme.example",
  "Bob@acme.example",
  "carl@acme.example",
  "dora@acme.example",
  "emil@acme.example",
] as const;

test("three people with equal roles and groups are a team, also in groups", () => {
  const { grouped, teams } = exportTwice([
    organization(
      "acme-dev",
      { [ada]: "admin", [bob]: "member", [carl]: "member", [dora]: "member", [emil]: "member" },
      { field: [emil, bob, dora, carl], office: [emil] },
    ),
    organization("acme-prod", { [ada]: "admin", [bob]: "member", [carl]: "member", [dora]: "member" }),
  ]);
  const [team = { name: "", people: [] }] = teams;
  expect(getLayout(grouped)).toBe(`organizations:
  acme-dev:
    groups:
      field:
        members: [ emil@acme.example, ${team.name} ]
      office:
        members: [ emil@acme.example ]
  acme-prod: {}
teams:
  ${team.name}: [ Bob@acme.example, carl@acme.example, dora@acme.example ]
people:
  ada@acme.example: { acme-dev: admin, acme-prod: admin }
  emil@acme.example: { acme-dev: member }
  ${team.name}: { acme-dev: member, acme-prod: member }
`);
  expect(grouped.get("layout.yaml")).toContain("# Each team contains people with equal roles and groups.");
});

test("three people with one equal role are a team", () => {
  const { grouped, teams } = exportTwice([
    organization("acme", { [ada]: "admin", [bob]: "member", [carl]: "member", [dora]: "member" }),
  ]);
  const name = teams[0]?.name ?? "";
  expect(getLayout(grouped)).toContain(`people:\n  ada@acme.example: { acme: admin }\n  ${name}: { acme: member }\n`);
});

test("the name of a team depends only on its roles and groups", () => {
  const roles = { [bob]: "member", [carl]: "member", [dora]: "member" } as const;
  const find = (...more: readonly Inventory[]) =>
    exportTwice([
      organization("acme-dev", { [ada]: "admin", ...roles }),
      organization("acme-prod", { [ada]: "admin", ...roles }),
      ...more,
    ]).teams;
  const [first] = find();
  expect(first?.name).toMatch(/^team-[0-9a-f]{8}$/);
  const later = exportTwice([
    organization("acme-dev", { [ada]: "admin", [emil]: "member", ...roles, "new@acme.example": "admin" }),
    organization("acme-prod", { [ada]: "admin", [emil]: "member", ...roles, "new@acme.example": "viewer" }),
  ]).teams;
  expect(later).toEqual([{ name: first?.name, people: [bob, carl, dora, emil] }]);
  const [other] = find(organization("acme-lab", { [ada]: "admin", ...roles }));
  expect(other?.name).not.toBe(first?.name);
});

test.each<[string, readonly Inventory[]]>([
  [
    "two people",
    [
      organization("acme-dev", { [ada]: "admin", [bob]: "member", [carl]: "member" }),
      organization("acme-prod", { [ada]: "admin", [bob]: "member", [carl]: "member" }),
    ],
  ],
  [
    "different groups",
    [
      organization(
        "acme",
        { [ada]: "admin", [bob]: "member", [carl]: "member", [dora]: "member" },
        { field: [bob, carl], office: [dora] },
      ),
    ],
  ],
])("%s are no team, and the layout stays the same", (_, all) => {
  const { teams, plain, grouped } = exportTwice(all);
  expect(teams).toEqual([]);
  expect(grouped).toEqual(plain);
});

test("a layout with teams declares the same as one without, and needs the same import", () => {
  const emails = Array.from({ length: 9 }, (_, index) => `person${index}@acme.example`);
  const people = fc.record({
    roles: fc.array(fc.constantFrom<Role | undefined>("admin", "member", undefined), { minLength: 9, maxLength: 9 }),
    field: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
  });
  let found = 0;
  fc.assert(
    fc.property(fc.array(people, { minLength: 1, maxLength: 2 }), (all) => {
      const { teams, plain, grouped } = exportTwice(
        all.map(({ roles, field }, number) => {
          const joined = emails.filter((_, index) => roles[index] !== undefined);
          const given = emails.flatMap((email, index) => (roles[index] ? [[email, roles[index]] as const] : []));
          const members = joined.filter((email) => field[emails.indexOf(email)] === true);
          return organization(`acme-${number}`, { [ada]: "admin", ...Object.fromEntries(given) }, { field: members });
        }),
      );
      const parse = (files: ReadonlyMap<string, string>) =>
        parseLayout([{ file: "layout.yaml", text: files.get("layout.yaml") ?? "" }], {
          now: new Date("2027-01-31"),
          version,
        }).organizations;
      expect(parse(grouped)).toEqual(parse(plain));
      expect(grouped.get("import.json")).toBe(plain.get("import.json"));
      found += teams.length;
    }),
    { numRuns: countCases(60) },
  );
  expect(found).toBeGreaterThan(0);
});
