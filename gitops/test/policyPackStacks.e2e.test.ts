import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { applySeed, Emulator } from "#emulator";
import { type Declarations, organization, roster, Site } from "#provider/testing";
import { nightly } from "#testing";
import { run as runCommand } from "../src/program";
import { fakeTerminal } from "./support/terminal";

/** The policy pack in two stacks of one organization: the people are in one, and the rest is in the other. */

const pack = ["--policy-pack", join(__dirname, "../../bin/peridio-gitops")];

let people: Site | undefined;
let other: Site | undefined;
afterEach(async () => {
  await people?.end();
  await other?.end();
});

interface World {
  readonly emulator: Emulator;
  readonly environment?: Readonly<Record<string, string>>;
  readonly rules: string;
}

/** Begins with a stack of people, and an empty stack in another folder. */
async function begin(program: Declarations, { emulator, environment, rules }: World) {
  const options = { emulator, environment: { ...environment, PERIDIO_REVIEW: "review.json" } };
  people = await Site.begin(program, options);
  await people.up();
  other = await Site.begin({}, options);
  await other.stack.init("other");
  for (const { stack } of [people, other]) writeFileSync(join(stack.folder, "access-rules.yaml"), rules);
  return [people, other] as const;
}

/** Reviews both stacks to review.json in both folders, and returns the exit code. */
async function review(...sites: readonly [Site, Site]): Promise<number> {
  const [{ folder }, second] = [sites[0].stack, sites[1].stack];
  for (const [index, { stack }] of sites.entries())
    writeFileSync(join(folder, `${index}.json`), await stack.succeed("preview", "--json", "--show-sames", "--refresh"));
  const options = ["--rules", "access-rules.yaml", "--json-file", "review.json"];
  const code = await runCommand(["review", "0.json", "1.json", ...options], fakeTerminal({ folder, now: new Date() }));
  copyFileSync(join(folder, "review.json"), join(second.folder, "review.json"));
  return code;
}

/** Runs `pulumi up` with the pack. Returns the exit code, the violations that stop it, those that do not, and the writes. */
async function up(site: Site, environment: Readonly<Record<string, string>> = {}) {
  site.requests();
  const { code, stdout, stderr } = await site.stack.with(environment).pulumi("up", "--yes", ...pack);
  return { code, ...readViolations(stdout + stderr), writes: site.writes() };
}

/** Returns the violations that stop Pulumi, and the others. */
function readViolations(output: string) {
  // The CLI prints the policies after the preview, and again after the update.
  const said = output.slice(output.indexOf("Policies:"), output.indexOf("Resources:"));
  const find = (effect: string) =>
    [...said.matchAll(new RegExp(`\\[${effect}\\] \\[severity: \\w+\\] {2}(.*?) {2}\\(.*\\n +(.*)`, "g"))].map(
      ([, rule, words]) => `${rule ?? ""}: ${words ?? ""}`,
    );
  return { stops: find("mandatory"), shows: find("advisory") };
}

const resource = (type: string, properties: Declarations[string]["properties"]) => ({
  type: `peridio:${type}`,
  properties,
  options: {},
});

const state = z.object({
  deployment: z.object({ resources: z.array(z.object({ type: z.string(), id: z.string().optional() })) }),
});

/** A world of Avocado Connect: the people and a group in one stack, and a project in the other. */
async function beginConnect() {
  const emulator = new Emulator();
  const members = {
    "grace@acme.example": "admin",
    "bob@acme.example": "viewer",
    "dora@partner.example": "viewer",
    "eve@partner.example": "viewer",
  } as const;
  await applySeed({ organizations: { "acme-dev": { members } } }, emulator);
  const apiKey = emulator.control.addApiKey("ada@acme.example");
  const organizationId = "${dev.id}";
  const declared = {
    "ada@acme.example": "owner",
    "grace@acme.example": "admin",
    "bob@acme.example": "member",
    "dora@partner.example": "member",
    "eve@partner.example": "member",
  };
  const field = { organizationId, name: "field", members: ["bob@acme.example"] };
  const program = {
    dev: organization("acme-dev"),
    everyone: resource("OrganizationMembers", { organizationId, members: declared }),
    field: resource("Group", field),
  };
  const rules = `rules:
  Two admins: { admins: { atLeast: 2, including: grace@acme.example } }
  Everyone is declared: { roster: exceptOwners }
  Partners have groups of their own: { people: "*@partner.example", groups: partner-* }
  No direct grants: { people: "*@acme.example", access: { users: none } }
tests:
  Bob builds firmware: { person: bob@acme.example, can: [{ organization: acme-dev, project: firmware }] }
  Eve stays outside: { person: eve@partner.example, cannot: [{ organization: ORGANIZATION, project: firmware }] }
  Only the field team: { reach: { organization: acme-dev, project: firmware }, exactly: [{ group: field }], admins: ignored }
  Dora has nothing else: { person: dora@partner.example, can: [{ organization: acme-dev, role: member }], only: true }
`;
  const id = emulator.control.getOrganization("acme-dev").id;
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: apiKey };
  const sites = await begin(program, { emulator, environment, rules: rules.replace("ORGANIZATION", id) });
  const { resources } = state.parse(JSON.parse(await sites[0].stack.succeed("stack", "export"))).deployment;
  const group = resources.find(({ type }) => type === "peridio:index:Group")?.id ?? "";
  const declare = (...users: readonly string[]): Declarations => {
    const access = { groups: [group], ...(users.length > 0 && { users }) };
    return { firmware: resource("Project", { organizationId: id, name: "firmware", everyoneEnabled: false, access }) };
  };
  await sites[1].declare(declare());
  await sites[1].up();
  return { sites, declare, program, id };
}

nightly("two stacks of people and of projects: unchanged programs pass with a passing review", async () => {
  const { sites } = await beginConnect();
  const [peopleStack, projects] = sites;
  expect(await review(...sites)).toBe(0);
  expect(await up(peopleStack)).toEqual({
    code: 0,
    stops: [],
    shows: [
      'other stacks: This stack alone does not show if these rules and tests hold, so the review judged them: "Bob builds firmware", "Eve stays outside", "Only the field team".',
    ],
    writes: [],
  });
  expect(await up(projects)).toEqual({
    code: 0,
    stops: [],
    shows: [
      'other stacks: This stack alone does not show if these rules and tests hold, so the review judged them: "Two admins", "Everyone is declared", "Partners have groups of their own", "Bob builds firmware", "Eve stays outside", "Only the field team", "Dora has nothing else".',
    ],
    writes: [],
  });
});

nightly("without a review of the other stack, each stack must hold alone, and the message says so once", async () => {
  const { sites, id } = await beginConnect();
  const [, projects] = sites;
  const { code, stops, shows } = await up(projects, { PERIDIO_REVIEW: "" });
  expect(code).not.toBe(0);
  expect(stops.map((text) => text.replace(/:.*/, ""))).toEqual(["Everyone is declared", "Two admins", "Two admins"]);
  expect(stops[0]).toContain(`${id} may have people without a declaration`);
  expect(shows.filter((text) => text.startsWith("other stacks"))).toEqual([
    'other stacks: These rules need facts that this stack does not declare: "Two admins", "Everyone is declared". If another stack declares them, set PERIDIO_REVIEW to a review of all stacks.',
  ]);
});

test("direct grants to forbidden people stop the stack of projects, and a forbidden role stops the stack of people", async () => {
  const { sites, declare, program } = await beginConnect();
  const [peopleStack, projects] = sites;
  expect(await review(...sites)).toBe(0);
  await projects.declare(declare("bob@acme.example", "eve@partner.example", "dora@partner.example"));
  const granted = await up(projects);
  expect([granted.code === 0, granted.writes]).toEqual([false, []]);
  for (const words of [
    "No direct grants: bob@acme.example has a direct grant for project firmware of acme-dev",
    "Eve stays outside: eve@partner.example must not reach project firmware in acme-dev",
    "Only the field team: eve@partner.example reaches project firmware in acme-dev",
    "Dora has nothing else: dora@partner.example must reach nothing else, but reaches project firmware in acme-dev",
  ])
    expect(granted.stops).toContainEqual(expect.stringContaining(words));
  const alone = await up(projects, { PERIDIO_REVIEW: "" });
  expect(alone.stops).toContainEqual(expect.stringMatching(/^Eve stays outside: eve@partner\.example must not reach/));

  await projects.declare(declare());
  const rules = 'rules:\n  Partners look only: { people: "*@partner.example", role: { atMost: member } }\n';
  for (const { stack } of sites) writeFileSync(join(stack.folder, "access-rules.yaml"), rules);
  expect(await review(...sites)).toBe(0);
  const { members } = z.object({ members: z.record(z.string(), z.string()) }).parse(program.everyone.properties);
  const raised = { ...members, "eve@partner.example": "admin" };
  const everyone = { ...program.everyone, properties: { ...program.everyone.properties, members: raised } };
  await peopleStack.declare({ ...program, everyone });
  const { code, stops, writes } = await up(peopleStack);
  expect([code === 0, writes]).toEqual([false, []]);
  expect(stops).toEqual([expect.stringContaining("eve@partner.example has the role admin in acme-dev")]);
});

nightly.each([
  ["shows", { "grace@acme.example": "admin" } as const, []],
  [
    "does not show",
    {},
    [
      "Two admins: No admin of acme-dev is known, but the rule requires at least 2. It is not known if ada@acme.example, grace@acme.example are already members. The previews may not show all admins.",
    ],
  ],
])(
  "an adoption whose members the engine %s is refused by its review, and the pack says what is known",
  async (_, members, shown) => {
    const emulator = new Emulator();
    await applySeed({ organizations: { "acme-dev": { members } } }, emulator);
    const apiKey = emulator.control.addApiKey("ada@acme.example");
    const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: apiKey };
    const declared = { "ada@acme.example": "owner", "grace@acme.example": "admin" };
    people = await Site.begin({ dev: organization("acme-dev"), everyone: roster(declared) }, { emulator, environment });
    const { stack } = people;
    writeFileSync(join(stack.folder, "access-rules.yaml"), "rules:\n  Two admins: { admins: { atLeast: 2 } }\n");
    const preview = await stack.succeed("preview", "--json", "--show-sames");
    const terminal = fakeTerminal({ folder: stack.folder, now: new Date(), input: () => Promise.resolve(preview) });
    expect(await runCommand(["review", "--rules", "access-rules.yaml", "--json"], terminal)).toBe(4);
    expect(terminal.printed()).toContain("The change adopts acme-dev, so no preview shows its members.");
    const { stdout } = await stack.pulumi("preview", ...pack);
    expect(readViolations(stdout)).toEqual({ stops: [], shows: shown });
    writeFileSync(join(stack.folder, "review.json"), terminal.printed());
    const { code, stderr } = await stack.with({ PERIDIO_REVIEW: "review.json" }).pulumi("up", "--yes", ...pack);
    expect([code, stderr]).toEqual([1, expect.stringContaining("review.json refuses the change")]);
  },
);

nightly(
  "a setting that another stack declares does not stop the stack of people, and a changed roster is no waiting invitation",
  async () => {
    const emulator = new Emulator();
    const members = { "ada@acme.example": "admin", "grace@acme.example": "admin" };
    const program = (more: Readonly<Record<string, string>> = {}) => ({
      dev: organization("acme-dev"),
      everyone: roster({ ...members, ...more }),
    });
    const rules = `rules:
  Two admins: { admins: { atLeast: 2, including: grace@acme.example } }
  Everyone is declared: { roster: required }
  Second factor: { requireTwoFactor: true }
`;
    const sites = await begin(program(), { emulator, rules });
    const [peopleStack, security] = sites;
    emulator.control.accept("grace@acme.example", "acme-dev");
    const { id } = emulator.control.getOrganization("acme-dev");
    await security.declare({ security: resource("SecurityPolicy", { organizationId: id, requireTwoFactor: true }) });
    await security.up();
    await peopleStack.stack.succeed("refresh", "--yes");
    expect(await review(...sites)).toBe(0);
    const left = (list: string) =>
      `other stacks: This stack alone does not show if these rules and tests hold, so the review judged them: ${list}.`;
    expect(await up(peopleStack)).toMatchObject({ code: 0, stops: [], shows: [left('"Second factor"')] });
    expect(await up(security)).toMatchObject({
      code: 0,
      stops: [],
      shows: [left('"Two admins", "Everyone is declared"')],
    });

    // The review knows that Grace is a member.
    await peopleStack.declare(program({ "bob@acme.example": "viewer" }));
    expect(await review(...sites)).toBe(0);
    expect(await up(peopleStack)).toMatchObject({ code: 0, stops: [], shows: [left('"Second factor"')] });

    // Without a review, nobody knows it.
    await peopleStack.declare(program({ "bob@acme.example": "developer" }));
    writeFileSync(join(peopleStack.stack.folder, "access-rules.yaml"), rules.replace(/ {2}Second.*\n/, ""));
    const known =
      "1 admin of acme-dev is known (ada@acme.example), but the rule requires at least 2. It is not known if grace@acme.example is already a member.";
    expect(await up(peopleStack, { PERIDIO_REVIEW: "" })).toMatchObject({
      code: 0,
      stops: [],
      shows: [
        `Two admins: ${known}`,
        "Two admins: The rule requires that grace@acme.example is an admin of acme-dev. It is not known if grace@acme.example is already a member.",
      ],
    });
  },
);
