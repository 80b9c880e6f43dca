import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { applySeed, Emulator } from "#emulator";
import { bin, type Declaration, type Declarations, organization, Site } from "#provider/testing";
import { nightly } from "#testing";
import { run } from "../src/program";
import { review as schema, type Review } from "../src/review/review";
import { isUnjudged } from "../src/risks";
import { expectGolden } from "./support/golden";
import { fakeTerminal } from "./support/terminal";

/**
 * Ordinary changes of one company, as the real CLI previews them. Each change passes its review, or needs approval for one reason. The
 * beginning of each comment fits on a phone. Plans give the same verdict, and the policy pack does not stop the approved change.
 */

const rules = `${readFileSync("examples/ci/access-rules.yaml", "utf8")}
  an organization has two admins:
    admins: { atLeast: 2, countInvited: true }

  outsiders have a last day:
    people: { except: "*@acme.example" }
    until: required

  projects are for groups:
    everyoneEnabled: false

  API tokens expire:
    expiresAt: required
`;

/** The organizations of the Admin API. */
const environments = `defaults:
  security: { sessionTimeout: 8h }
organizations:
  acme-dev: { displayName: Acme development }
  acme-production:
    security: { requireTwoFactor: true, sessionTimeout: 1h, ipAllowlist: [203.0.113.0/24] }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  grace@acme.example: { acme-dev: admin, acme-production: admin }
  bob@acme.example: { acme-dev: developer, acme-production: viewer }
  dora@acme.example: { acme-dev: developer }
  carl@partner.example: { acme-dev: { role: developer, until: 2099-06-30 } }
  pipeline@acme.example: { acme-dev: admin, acme-production: admin }
`;

/** An organization of Avocado Connect. */
const devices = `organizations:
  acme-lab:
    groups:
      field-engineers: { members: [bob@acme.example, dora@acme.example] }
    projects:
      firmware: { everyoneEnabled: false, access: { groups: [field-engineers] } }
people:
  ada@acme.example: { acme-lab: owner }
  grace@acme.example: { acme-lab: admin }
  bob@acme.example: { acme-lab: member }
  dora@acme.example: { acme-lab: member }
  eve@acme.example: { acme-lab: member }
`;

interface Change {
  readonly name: string;
  /** Replacements of texts of the layout. */
  readonly edits: readonly (readonly [string, string])[];
  /** The rule or the risk because of which the change needs approval; empty if it passes. */
  readonly reasons: readonly string[];
}

const changes: readonly Change[] = [
  {
    name: "hire",
    edits: [["  dora@", "  hal@acme.example: { acme-dev: developer, acme-production: viewer }\n  dora@"]],
    reasons: [],
  },
  {
    name: "leave",
    edits: [["  bob@acme.example: { acme-dev: developer, acme-production: viewer }\n", ""]],
    reasons: [],
  },
  {
    name: "promotion",
    edits: [["acme-production: viewer", "acme-production: admin"]],
    reasons: ["every new admin of production is approved"],
  },
  { name: "extension", edits: [["2099-06-30", "2099-12-31"]], reasons: [] },
  {
    name: "organization",
    edits: [
      ["people:", "  acme-staging: { security: { requireTwoFactor: true } }\npeople:"],
      ["ada@acme.example: {", "ada@acme.example: { acme-staging: admin,"],
      ["bob@acme.example: {", "bob@acme.example: { acme-staging: developer,"],
      ["pipeline@acme.example: {", "pipeline@acme.example: { acme-staging: admin,"],
    ],
    reasons: ["hidesReference"],
  },
  { name: "allowlist", edits: [["[203.0.113.0/24]", "[203.0.113.0/24, 198.51.100.0/24]"]], reasons: [] },
  {
    name: "secondFactor",
    edits: [["Acme development }", "Acme development, security: { requireTwoFactor: true } }"]],
    reasons: [],
  },
];

const changesOfDevices: readonly Change[] = [
  {
    name: "hireIntoGroup",
    edits: [
      ["dora@acme.example]", "dora@acme.example, hal@acme.example]"],
      ["people:", "people:\n  hal@acme.example: { acme-lab: member }"],
    ],
    reasons: [],
  },
  {
    name: "project",
    edits: [
      [
        "people:",
        `      gateway:
        everyoneEnabled: false
        access: { groups: [field-engineers] }
        cohorts: { canary: { everyoneEnabled: false, access: { users: [bob@acme.example] } } }
people:`,
      ],
    ],
    reasons: ["hidesReference"],
  },
  {
    name: "group",
    edits: [
      ["    projects:", "      support: { members: [eve@acme.example] }\n    projects:"],
      ["groups: [field-engineers]", "groups: [field-engineers, support]"],
    ],
    reasons: ["hidesReference"],
  },
];

function edit(layout: string, { edits }: Change): string {
  return edits.reduce((text, [from, to]) => {
    const parts = text.split(from);
    expect(parts).toHaveLength(2);
    return parts.join(to);
  }, layout);
}

/** A Peridio that sees the address of the company's network. */
class OfficeEmulator extends Emulator {
  override handle(request: Request): Promise<Response> {
    return super.handle(request, "203.0.113.7");
  }
}

/** Begins with a program whose folder contains a layout and the access rules. */
async function begin(program: Declarations, layout: string, emulator: Emulator, environment: Record<string, string>) {
  const site = await Site.begin(program, { emulator, environment });
  writeFileSync(join(site.stack.folder, "layout.yaml"), layout);
  writeFileSync(join(site.stack.folder, "base.yaml"), layout);
  writeFileSync(join(site.stack.folder, "access-rules.yaml"), rules);
  return site;
}

/** Runs a command that reviews, in the folder of a program. */
async function judge({ stack: { folder } }: Site, name: string, ...args: readonly string[]) {
  const terminal = fakeTerminal({ folder, now: new Date() });
  const file = `${name}.json`;
  await run([...args, "--rules", "access-rules.yaml", "--authors", "eve", "--json-file", file], terminal);
  expect(terminal.said()).toBe("");
  return { markdown: terminal.printed(), review: schema.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))) };
}

/** Previews and reviews the programs together, and compares the comment with the golden of the change. */
async function review(change: Pick<Change, "name" | "reasons">, ...sites: readonly [Site, ...Site[]]): Promise<Review> {
  const [{ stack }] = sites;
  const files = sites.map((_, index) => `preview${index}.json`);
  for (const [index, site] of sites.entries()) {
    const preview = await site.stack.succeed("preview", "--json", "--show-sames", "--refresh");
    writeFileSync(join(stack.folder, files[index] ?? ""), preview);
  }
  const { markdown, review } = await judge(sites[0], "review", "review", ...files);
  expectGolden(`ordinary/${change.name}.md`, markdown);
  const [beginning = ""] = markdown.split("<details>");
  expect(beginning.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  expect(review.programChanges.filter(({ section }) => section === "steps")).toEqual([]);
  expect(listReasons(review)).toEqual(change.reasons);
  expect(review.verdict).toBe(change.reasons.length === 0 ? "pass" : "needs approval");
  return review;
}

/** Returns the reasons for an approval: the broken rules, and the risks that no rule judges. */
function listReasons({ violations, organizations, people, settings, programChanges }: Review): readonly string[] {
  return [
    ...violations.filter(({ severity }) => severity !== "note").map(({ rule }) => rule),
    ...[...organizations, ...people, ...settings, ...programChanges].filter(isUnjudged).flatMap(({ risks }) => risks),
  ];
}

/** Returns the changes of people's access. A plan does not know who has accepted an invitation. */
function listPeople({ people, organizations }: Review) {
  const names = new Map(organizations.map(({ key, name }) => [key, name]));
  return people
    .filter(({ changed }) => changed)
    .map(({ organization, email, before, after, risks }) => ({
      organization: names.get(organization),
      email,
      before: before?.role,
      after: after?.role,
      lastDay: after?.lastDay,
      risks,
    }))
    .sort((a, b) => `${a.organization} ${a.email}`.localeCompare(`${b.organization} ${b.email}`));
}

/** Expects the verdict and the people of a review in a plan. A layout needs no ids, so a plan hides no reference. */
async function expectPlan(site: Site, reviewed: Review, ...options: readonly string[]): Promise<void> {
  const { review: plan } = await judge(site, "plan", "plan", "layout.yaml", "--base", "base.yaml", ...options);
  expect(listReasons(plan)).toEqual(listReasons(reviewed).filter((reason) => reason !== "hidesReference"));
  expect(listPeople(plan)).toEqual(listPeople(reviewed));
  const listRows = ({ settings }: Review) =>
    settings
      .filter(({ section }) => section === "projects")
      .map(({ words, people, risks }) => ({ words, people, risks }));
  expect(listRows(plan)).toEqual(listRows(reviewed));
}

/** Expects that the policy pack does not stop the change that was just reviewed, after its approval. */
async function expectPack(reviewed: Review, first: Site, ...others: readonly Site[]): Promise<void> {
  const { folder } = first.stack;
  const environment: Record<string, string> = { PERIDIO_REVIEW: join(folder, "review.json") };
  if (reviewed.verdict !== "pass") {
    const terminal = fakeTerminal({ folder, now: new Date() });
    const approval = ["--approved-by", "ada", "--approval-file", "approval.json"];
    expect([await run(["confirm", "review.json", "review.json", ...approval], terminal), terminal.said()]).toEqual([
      0,
      "",
    ]);
    environment.PERIDIO_APPROVAL = join(folder, "approval.json");
  }
  for (const { stack } of [first, ...others]) {
    const said = await stack
      .with(environment)
      .succeed("preview", "--refresh", "--policy-pack", join(bin, "peridio-gitops"));
    expect(said).not.toContain("[mandatory]");
  }
}

describe("with the Admin API", () => {
  let site: Site;
  beforeAll(async () => {
    const emulator = new OfficeEmulator();
    const safe = { two_factor_enabled: true };
    const users = { "ada@acme.example": safe, "grace@acme.example": safe, "pipeline@acme.example": safe };
    await applySeed({ users }, emulator);
    const key = emulator.control.addApiKey("pipeline@acme.example");
    site = await begin({ acme: declareLayout() }, environments, emulator, { PERIDIO_API_KEY: key });
    await site.stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "203.0.113.0/24");
    await site.up();
    const members = { "acme-dev": ["ada", "grace", "bob", "dora"], "acme-production": ["ada", "grace", "bob"] };
    for (const [name, people] of Object.entries(members))
      for (const person of people) {
        emulator.control.accept(`${person}@acme.example`, name);
        emulator.control.setLastActive(`${person}@acme.example`, name, "2026-01-31T12:00:00Z");
      }
    emulator.control.accept("carl@partner.example", "acme-dev");
  });
  afterAll(() => site.end());

  const declareChange = (change: Change) => {
    writeFileSync(join(site.stack.folder, "layout.yaml"), edit(environments, change));
  };

  test.each(changes)("$name", async (change) => {
    declareChange(change);
    await expectPlan(site, await review(change, site));
  });

  nightly.each(changes)("the policy pack and $name", async (change) => {
    declareChange(change);
    await expectPack(await review(change, site), site);
  });
});

function declareLayout(): Declaration {
  return { type: "peridio:Layout", properties: { path: "layout.yaml" }, options: { protect: true } };
}

const declare = (
  type: string,
  properties: Declaration["properties"],
  options: Declaration["options"] = {},
): Declaration => ({ type: `peridio:${type}`, properties, options });

const state = z.object({
  deployment: z.object({ resources: z.array(z.object({ urn: z.string(), id: z.string().optional() })) }),
});

describe("with Avocado Connect", () => {
  let company: Site;
  let team: Site;
  beforeAll(async () => {
    const emulator = new Emulator();
    const members = {
      "grace@acme.example": "admin",
      "bob@acme.example": "viewer",
      "dora@acme.example": "viewer",
      "eve@acme.example": "viewer",
    } as const;
    await applySeed({ organizations: { "acme-lab": { members }, "acme-field": {} } }, emulator);
    const key = emulator.control.addApiKey("ada@acme.example");
    const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: key };
    company = await begin(program(moving), devices, emulator, environment);
    await company.up();
    for (const person of ["grace", "eve"]) emulator.control.accept(`${person}@acme.example`, "acme-field");
    await company.up("--refresh");
    team = await begin({}, devices, emulator, environment);
    await team.stack.init("team");
  });
  afterAll(async () => {
    await team.end();
    await company.end();
  });

  /** A project and a person that move to the stack of a team. */
  const moving = declareMoving("${field.id}", { retainOnDelete: true });

  function declareMoving(organizationId: string, options: Declaration["options"]) {
    const access = { users: ["eve@acme.example"] };
    return {
      sensors: declare("Project", { organizationId, name: "sensors", everyoneEnabled: false, access }, options),
      eve: declare("Membership", { organizationId, email: "eve@acme.example", role: "member" }, options),
    };
  }

  function program(more: Declarations): Declarations {
    const person = (email: string, role: string) =>
      declare("Membership", { organizationId: "${field.id}", email, role });
    return {
      acme: declareLayout(),
      field: organization("acme-field", { retainOnDelete: true }),
      ada: person("ada@acme.example", "owner"),
      grace: person("grace@acme.example", "admin"),
      ...more,
    };
  }

  async function declareChange(change: Change): Promise<void> {
    await company.declare(program(moving));
    writeFileSync(join(company.stack.folder, "layout.yaml"), edit(devices, change));
  }

  async function declareToken(): Promise<void> {
    const organizationId = "${field.id}";
    const token = { organizationId, name: "pipeline", expiresAt: "2099-01-31T00:00:00Z" };
    await company.declare(program({ ...moving, token: declare("OrganizationApiToken", token) }));
    writeFileSync(join(company.stack.folder, "layout.yaml"), devices);
  }

  async function declareMove(): Promise<void> {
    await company.declare(program({}));
    writeFileSync(join(company.stack.folder, "layout.yaml"), devices);
    const { resources } = state.parse(JSON.parse(await company.stack.succeed("stack", "export"))).deployment;
    const [organizationId = "", uuid = ""] =
      resources.find(({ urn }) => urn.endsWith("::sensors"))?.id?.split("/") ?? [];
    const { sensors } = declareMoving(organizationId, { import: `acme-field/${uuid}`, retainOnDelete: true });
    const { eve } = declareMoving(organizationId, { import: "acme-field/eve@acme.example", retainOnDelete: true });
    await team.declare({ sensors, eve });
  }

  nightly.each(changesOfDevices)("$name", async (change) => {
    await declareChange(change);
    await expectPlan(company, await review(change, company), "--backend", "connect");
  });

  test("token", async () => {
    await declareToken();
    await review({ name: "token", reasons: [] }, company);
  });

  nightly("move", async () => {
    await declareMove();
    await review({ name: "move", reasons: [] }, company, team);
  });

  nightly.each(changesOfDevices)("the policy pack and $name", async (change) => {
    await declareChange(change);
    await expectPack(await review(change, company), company);
  });

  nightly("the policy pack, token and move", async () => {
    await declareToken();
    await expectPack(await review({ name: "token", reasons: [] }, company), company);
    await declareMove();
    await expectPack(await review({ name: "move", reasons: [] }, company, team), company, team);
  });
});
