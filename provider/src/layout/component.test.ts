import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Child, Composition, Source, Values } from "#framework";
import { formatSource } from "#framework/messages";
import { acceptedLayout } from "./schema";
import { layoutComponent } from "./component";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layout-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];

function composed(inputs: Values): Composition {
  return layoutComponent.compose({ now: new Date("2027-01-31"), version: "0.1.0", folder }, inputs);
}

/** Returns the composition without the places of its declarations. */
function declared(inputs: Values): Pick<Composition, "children" | "outputs"> {
  const { children, outputs } = composed(inputs);
  return { children, outputs };
}

/** Returns the child of a type, such as `SecurityPolicy`, and a name. */
function child({ children }: Composition, type: string, name = "acme-dev"): Child | undefined {
  return children.find((one) => one.type === `peridio:index:${type}` && one.name === name);
}

const plain = { organizations: { "acme-dev": {} }, people: { [ada]: { "acme-dev": "admin" } } };

test("declares an organization before its roster, and protects both", () => {
  const composition = composed(plain);
  expect(composition.children.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "peridio:index:Organization acme-dev",
    "peridio:index:OrganizationMembers acme-dev",
  ]);
  const [organization, roster] = composition.children;
  expect(organization).toMatchObject({ inputs: { name: "acme-dev" }, protect: true });
  expect(roster).toMatchObject({ inputs: { members: { [ada]: "admin" } }, protect: true });
  expect(roster?.inputs.organizationId).toEqual({ child: organization });
  expect(composition.outputs.organizationIds).toEqual({ "acme-dev": organization });
});

test("declares and protects the settings that the layout contains", () => {
  const composition = composed({
    ...plain,
    organizations: {
      "acme-dev": { billing: { billingEmail: ada } },
      "acme-lab": { security: { requireTwoFactor: true } },
    },
    people: { [ada]: { "acme-dev": "admin", "acme-lab": "admin" } },
  });
  expect(child(composition, "BillingSettings")).toMatchObject({
    inputs: { billingEmail: ada },
    protect: true,
  });
  expect(child(composition, "SecurityPolicy")).toBeUndefined();
  expect(child(composition, "SecurityPolicy", "acme-lab")).toMatchObject({
    inputs: { requireTwoFactor: true },
    protect: true,
  });
});

test("declares the owner last", () => {
  const composition = composed({
    ...plain,
    organizations: { "acme-dev": { owner: ada, security: { requireTwoFactor: true } } },
  });
  const ownership = child(composition, "OrganizationOwner");
  expect(ownership?.inputs).toMatchObject({ email: ada });
  expect(ownership?.after).toEqual([child(composition, "OrganizationMembers"), child(composition, "SecurityPolicy")]);
  expect(composition.children.at(-1)).toBe(ownership);
});

const listed = (security: Values) =>
  composed({
    ...plain,
    organizations: {
      "acme-dev": {
        owner: ada,
        security,
        billing: { billingEmail: ada },
        groups: { field: {} },
        projects: { app: { everyoneEnabled: true, cohorts: { canary: { everyoneEnabled: true } } } },
      },
    },
  });

test("declares an allowlist after all other parts except the owner, because Peridio applies it to the next request", () => {
  const composition = listed({ ipAllowlist: ["203.0.113.0/24"], allowLockout: true });
  const policy = child(composition, "SecurityPolicy");
  expect(policy?.inputs).toMatchObject({ ipAllowlist: [{ cidr: "203.0.113.0/24" }], allowLockout: true });
  expect(policy?.after?.map(({ type }) => type.replace("peridio:index:", ""))).toEqual([
    "OrganizationMembers",
    "BillingSettings",
    "Group",
    "Project",
    "Cohort",
  ]);
  expect(child(composition, "OrganizationOwner")?.after).toContain(policy);
  expect(composition.children.slice(-2).map(({ type }) => type)).toEqual([
    "peridio:index:SecurityPolicy",
    "peridio:index:OrganizationOwner",
  ]);
});

test.each([{ requireTwoFactor: true }, { ipAllowlist: [] }])(
  "declares settings without an allowlist independently of people, so that their failure keeps no list in force: %j",
  (security) => {
    expect(child(listed(security), "SecurityPolicy")?.after).toBeUndefined();
  },
);

test("declares a roster with guardrails, from people and teams", () => {
  const composition = composed({
    ...plain,
    organizations: { "acme-dev": { roster: { minAdmins: 2 } } },
    teams: { all: [bob] },
  });
  const roster = child(composition, "OrganizationMembers");
  expect(roster?.inputs).toMatchObject({ minAdmins: 2 });
  expect(roster?.from).toEqual(expect.arrayContaining(["people", "teams"]));
  expect(child(composition, "Organization")?.from).not.toContain("people");
});

const withProjects = {
  ...plain,
  organizations: {
    "acme-dev": {
      groups: { field: { description: "Updates", members: ["firmware"] }, lab: {} },
      projects: {
        app: {
          everyoneEnabled: false,
          access: { users: [ada], groups: ["lab", "field"] },
          cohorts: { canary: { everyoneEnabled: true, access: { groups: ["field"] } } },
        },
      },
    },
  },
  teams: { firmware: [ada] },
};

test("declares groups, projects and cohorts with the ids of each other, and protects them", () => {
  const composition = composed(withProjects);
  expect(composition.children.slice(2).map(({ type, name }) => `${type} ${name}`)).toEqual([
    "peridio:index:Group acme-dev/field",
    "peridio:index:Group acme-dev/lab",
    "peridio:index:Project acme-dev/app",
    "peridio:index:Cohort acme-dev/app/canary",
  ]);
  const [organization, , field, lab, project, cohort] = composition.children;
  const organizationId = { child: organization };
  expect(field?.inputs).toEqual({ organizationId, name: "field", description: "Updates", members: [ada] });
  expect(lab?.inputs).toEqual({ organizationId, name: "lab" });
  expect(project?.inputs).toEqual({
    organizationId,
    name: "app",
    everyoneEnabled: false,
    access: { users: [ada], groups: [{ child: field }, { child: lab }] },
  });
  expect(cohort?.inputs).toEqual({
    projectId: { child: project },
    name: "canary",
    everyoneEnabled: true,
    access: { users: [], groups: [{ child: field }] },
  });
  expect(composition.children.every(({ protect }) => protect)).toBe(true);
  expect(field?.from).toEqual(["path", "organizations", "defaults", "people", "teams", "groups"]);
});

test("accepts the former key of teams with a warning, and keeps the same texts secret", () => {
  const { teams, ...others } = withProjects;
  const { warnings, ...former } = composed({ ...others, groups: teams });
  expect(former.children).toEqual(composed(withProjects).children);
  expect(warnings).toEqual([
    "groups has the new name `teams`: rename the key. The next version does not accept `groups` here.",
  ]);
  expect(composed(withProjects).warnings).toEqual([]);
  for (const key of ["teams", "groups"]) {
    expect(layoutComponent.confidential([key], { firmware: [ada] }, { [key]: { firmware: [ada] } })).toEqual([ada]);
    const named = { firmware: { "acme-dev": "viewer" }, [ada]: { "acme-dev": "admin" } };
    expect(layoutComponent.confidential(["people"], named, { [key]: { firmware: [ada] } })).toEqual([ada]);
  }
});

test("excludes a member after the last day", () => {
  const until = (day: string) => ({
    ...plain,
    people: { ...plain.people, [bob]: { "acme-dev": { role: "viewer", until: day } } },
  });
  const members = (day: string) => child(composed(until(day)), "OrganizationMembers")?.inputs.members;
  expect(members("2027-01-31")).toEqual({ [ada]: "admin", [bob]: "viewer" });
  expect(members("2027-01-30")).toEqual({ [ada]: "admin" });
});

test("declares only the named organizations", () => {
  const two = {
    organizations: { "acme-dev": {}, "acme-lab": {} },
    people: { [ada]: { "acme-dev": "admin", "acme-lab": "admin" } },
  };
  const composition = composed({ ...two, only: ["acme-lab"] });
  expect(composition.children.map(({ name }) => name)).toEqual(["acme-lab", "acme-lab"]);
  expect(Object.keys(composition.outputs.organizationIds ?? {})).toEqual(["acme-lab"]);
});

test("ignores null properties, but rejects null as a role", () => {
  const place = { role: "admin", until: null };
  const organization = { description: null, security: { requireTwoFactor: true, ipAllowlist: null }, billing: null };
  const said = {
    organizations: { "acme-dev": organization },
    people: { [ada]: { "acme-dev": place } },
    defaults: { contactEmail: null, roster: null },
    teams: null,
    path: null,
  };
  expect(declared(said)).toEqual(
    declared({ ...plain, organizations: { "acme-dev": { security: { requireTwoFactor: true } } } }),
  );
  const reason = "has no value: set a value, or remove the key";
  const people = (places: unknown) => ({ ...plain, people: { ...plain.people, [bob]: places } });
  expect(() => composed(people(null))).toThrow(`people["${bob}"] ${reason}`);
  expect(() => composed(people({ "acme-dev": null }))).toThrow(
    `people["${bob}"]["acme-dev"] has no value: set one of owner, admin, manager, developer, member, viewer`,
  );
  expect(() => composed({ ...plain, teams: { firmware: null } })).toThrow(`teams.firmware ${reason}`);

  const app = { everyoneEnabled: true, description: null, access: null, cohorts: null };
  const objects = (object: Values) => ({ ...plain, organizations: { "acme-dev": object } });
  expect(declared(objects({ groups: { field: { members: null } }, projects: { app } }))).toEqual(
    declared(objects({ groups: { field: {} }, projects: { app: { everyoneEnabled: true } } })),
  );
  expect(declared(objects({ groups: { field: null } }))).toEqual(declared(objects({ groups: { field: {} } })));
  expect(() => composed(objects({ projects: { app: null } }))).toThrow(`projects.app ${reason}`);
  expect(() => composed(objects({ projects: { app: { ...app, cohorts: { canary: null } } } }))).toThrow(
    `projects.app.cohorts.canary ${reason}`,
  );
});

test("reads the same layout from a file in the program's folder", () => {
  writeFileSync(join(folder, "acme.yaml"), JSON.stringify(plain));
  expect(declared({ path: "acme.yaml" })).toEqual(declared(plain));
});

test.each([
  ["a layout in files and in the program", { path: "acme.yaml", people: {} }, "has both `path` and people"],
  ["a path without a file", { path: "none.yaml" }, "none.yaml"],
  ["an empty list of organizations", { ...plain, only: [] }, "only: must contain the name of an organization"],
  ["an unknown property", { ...plain, peeple: {} }, "did you mean people?"],
  [
    "an unknown role",
    { ...plain, people: { [ada]: { "acme-dev": "boss" } } },
    `people["${ada}"]["acme-dev"] must be one of`,
  ],
])("rejects %s", (_, inputs, reason) => {
  expect(() => composed(inputs)).toThrow(reason);
});

/** Returns the path and type of each scalar of a schema, such as `organizations.*.security.sessionTimeout string`. */
function words(schema: z.ZodObject): readonly string[] {
  const whole = z.toJSONSchema(schema, { io: "input" });
  const found = new Set<string>();
  const visit = (path: string, node: z.core.JSONSchema._JSONSchema | undefined): void => {
    if (typeof node !== "object") return;
    if (node.$ref !== undefined) {
      visit(path, whole.$defs?.[node.$ref.replace("#/$defs/", "")]);
      return;
    }
    const { anyOf = [], properties = {}, required = [], additionalProperties, items, type } = node;
    for (const form of anyOf) visit(path, form);
    for (const [name, value] of Object.entries(properties)) {
      visit(`${path}.${name}${required.includes(name) ? "!" : ""}`, value);
    }
    visit(`${path}.*`, additionalProperties);
    if (!Array.isArray(items)) visit(`${path}[]`, items);
    const kind = [type ?? [], node.enum ?? []].flat().join(" ");
    if (anyOf.length === 0 && kind !== "null") found.add(`${path.slice(1)} ${kind}`);
  };
  visit("", whole);
  return [...found].filter((word) => !/^(\$schema|path|only|connection)(\[\])? /.test(word)).sort();
}

test("accepts the same properties as a layout file", () => {
  expect(words(layoutComponent.inputs)).toEqual(words(acceptedLayout));
  expect(words(acceptedLayout)).toContain("people.*.*.until string");
});

describe("the declarations of a resource", () => {
  // Several settings of a section have the same description.
  const listPlaces = (said: readonly Source[]) => [...new Set(said.map(formatSource))];
  const everywhere = { "acme-dev": "admin", "acme-lab": "admin" };
  const text = `
defaults:
  security: { requireTwoFactor: true }
  contactEmail: ops@acme.example
organizations:
  acme-dev: { security: { sessionTimeout: 8h }, description: Devices, owner: ${ada}, contactEmail: dev@acme.example }
  acme-lab:
teams:
  firmware: [${bob}]
people:
  ${ada}: ${JSON.stringify(everywhere)}
  firmware: { acme-dev: viewer }
`;

  test.each([
    ["OrganizationMembers", "acme-lab", ["members", ada], [`acme.yaml:11:41: people["${ada}"]["acme-lab"]`]],
    ["OrganizationMembers", "acme-dev", ["members", bob], ['acme.yaml:12:15: people.firmware["acme-dev"]']],
    [
      "SecurityPolicy",
      "acme-dev",
      [],
      ["acme.yaml:3:3: defaults.security, for acme-dev", 'acme.yaml:6:15: organizations["acme-dev"].security'],
    ],
    ["SecurityPolicy", "acme-lab", [], ["acme.yaml:3:3: defaults.security, for acme-lab"]],
    ["OrganizationOwner", "acme-dev", [], ['acme.yaml:6:71: organizations["acme-dev"].owner']],
    [
      "Organization",
      "acme-dev",
      ["contactEmail"],
      ["acme.yaml:4:3: defaults.contactEmail, for acme-dev", 'acme.yaml:6:96: organizations["acme-dev"].contactEmail'],
    ],
    ["Organization", "acme-dev", ["description"], ['acme.yaml:6:49: organizations["acme-dev"].description']],
  ])("%s %s %j: names every place in the file, including defaults", (type, name, path, expected) => {
    writeFileSync(join(folder, "acme.yaml"), text);
    const composition = composed({ path: "acme.yaml" });
    const found = child(composition, type, name);
    expect(found && listPlaces(composition.findSources(found, path))).toEqual(expected);
  });

  test.each([
    ["Group", "acme-dev/field", [], '2: organizations["acme-dev"].groups.field'],
    ["Group", "acme-dev/field", ["members", 0], '4: organizations["acme-dev"].groups.field.members'],
    ["Project", "acme-dev/web.app", [], '6: organizations["acme-dev"].projects["web.app"]'],
    [
      "Project",
      "acme-dev/web.app",
      ["access", "groups", 0],
      '8: organizations["acme-dev"].projects["web.app"].access.groups',
    ],
    ["Cohort", "acme-dev/web.app/canary", [], '10: organizations["acme-dev"].projects["web.app"].cohorts.canary'],
    [
      "Cohort",
      "acme-dev/web.app/canary",
      ["everyoneEnabled"],
      '10: organizations["acme-dev"].projects["web.app"].cohorts.canary.everyoneEnabled',
    ],
  ])("%s %s %j: names the place in the file", (type, name, path, expected) => {
    const lines = [
      "organizations: { acme-dev: { groups: {",
      "    field: {",
      "      description: Updates,",
      "      members: [firmware] } },",
      "    projects: {",
      "      web.app: {",
      "        everyoneEnabled: false,",
      "        access: { groups: [field] },",
      "        cohorts: {",
      "          canary: { everyoneEnabled: true } } } } } }",
      `teams: { firmware: [${ada}] }`,
      `people: { ${ada}: { acme-dev: admin } }`,
    ];
    writeFileSync(join(folder, "acme.yaml"), lines.join("\n"));
    const composition = composed({ path: "acme.yaml" });
    const found = child(composition, type, name);
    const places =
      found && listPlaces(composition.findSources(found, path)).map((place) => place.replace(/:\d+: /, ": "));
    expect(places).toEqual([`acme.yaml:${expected}`]);
  });

  test("names the path in the program", () => {
    const composition = composed({ ...plain, organizations: { "acme-dev": { security: { requireTwoFactor: true } } } });
    const [policy, roster] = [child(composition, "SecurityPolicy"), child(composition, "OrganizationMembers")];
    expect(policy && listPlaces(composition.findSources(policy, []))).toEqual(['organizations["acme-dev"].security']);
    expect(roster && listPlaces(composition.findSources(roster, ["members", ada]))).toEqual([
      `people["${ada}"]["acme-dev"]`,
    ]);
  });
});

/** Returns the names of all properties with texts, at any depth. */
function listTextProperties(schema: z.core.JSONSchema.BaseSchema): string[] {
  const hasText = ({ type, items, anyOf }: z.core.JSONSchema.BaseSchema): boolean =>
    type === "string" || [items, anyOf].flat().some((inner) => typeof inner === "object" && hasText(inner));
  const { properties = {}, additionalProperties, items, anyOf, $defs = {} } = schema;
  const inner = [...Object.values({ ...properties, ...$defs }), additionalProperties, items, anyOf].flat();
  return [
    ...Object.entries(properties).flatMap(([name, property]) =>
      typeof property === "object" && hasText(property) ? [name] : [],
    ),
    ...inner.flatMap((part) => (typeof part === "object" && !Array.isArray(part) ? listTextProperties(part) : [])),
  ];
}

test("knows for each property with text if a secret in it is confidential", () => {
  const schema = z.toJSONSchema(layoutComponent.inputs, { io: "input", reused: "inline", unrepresentable: "any" });
  const isConfidential = (name: string) =>
    layoutComponent.confidential(["organizations", "acme-dev", name], "some text", {}).length > 0;
  const properties = [...new Set(listTextProperties(schema))].sort();
  const shown = properties.filter((name) => !isConfidential(name));
  expect({ shown, confidential: properties.filter(isConfidential) }).toMatchInlineSnapshot(`
    {
      "confidential": [
        "allowedWindows",
        "billingEmail",
        "cidr",
        "cidrAllowlist",
        "contactEmail",
        "description",
        "displayName",
        "ignore",
        "ipAllowlist",
        "members",
        "owner",
        "path",
        "users",
      ],
      "shown": [
        "connection",
        "groups",
        "maxRemovals",
        "only",
        "requires",
        "sessionTimeout",
        "until",
      ],
    }
  `);
});
