import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator, readSeed, applySeed } from "#emulator";
import { nightly } from "#testing";
import { newStack, type StackOptions } from "./support/cli";
import { relinkPlugin, Site } from "./support/program";

const root = join(__dirname, "../..");
const ada = "ada@acme.example";

let site: Site;
afterEach(() => site.end());

/** Returns the writes since the last call, with `ID` in place of each UUID. */
function writesWithoutIds(): string[] {
  return site.writes().map((write) => write.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID"));
}

/** Begins with a copy of an example. */
async function begin(
  name: string,
  { emulator = new Emulator(), ...options }: Partial<StackOptions> = {},
): Promise<void> {
  const program = join(root, "examples/layouts", name);
  site = new Site(emulator, await newStack({ program, prepare: relinkPlugin, emulator, ...options }));
}

nightly("environments: each stack manages the organization with its name", async () => {
  await begin("environments");
  expect(await site.fail("preview")).toContain("acme-test");
  await site.stack.init("dev");
  await site.up();
  await site.stack.init("production");
  await site.up();
  expect(site.emulator.state.organizations.map(({ name }) => name)).toEqual(["acme-dev", "acme-production"]);
  expect(site.people()).toContain("bob@acme.example developer invited");
  expect(site.people("acme-production")).toEqual([
    `${ada} admin`,
    "bob@acme.example viewer invited",
    "dora@acme.example viewer invited",
    "grace@acme.example admin invited",
  ]);
  await site.up("--expect-no-changes");
  expect(await site.stack.succeed("stack", "output", "organizations")).toMatch(
    /^\{"acme-production":"prn:1:[^"]*"\}\s*$/,
  );
});

/** Runs a preview that must show the creation of these organizations. Returns its output. */
async function preview(...organizations: readonly string[]): Promise<string> {
  const plan = await site.stack.succeed("preview");
  for (const organization of organizations) expect(plan).toMatch(new RegExp(`Organization +${organization} +create`));
  expect(site.writes()).toEqual([]);
  return plan;
}

nightly("regions: the preview shows every organization", async () => {
  await begin("regions");
  expect(await preview("acme-asia-pacific", "acme-europe", "acme-north-america")).not.toContain("warning");
});

test("business-units: the preview shows every organization, and warns once of the former key of teams", async () => {
  await begin("business-units");
  const file = join(site.stack.folder, "layout.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace("teams:", "groups:"));
  const plan = await preview("acme-consumer", "acme-industrial", "acme-partners");
  const [, diagnostics = ""] = plan.split("Diagnostics:");
  expect(diagnostics.match(/warning: .*/g)).toEqual([
    "warning: layout.yaml:21:1: groups has the new name `teams`: rename the key. The next version does not accept `groups` here.",
  ]);
});

test("avocado-connect: invites missing people, gives access to a project, and removes nothing at the destroy", async () => {
  const emulator = new Emulator();
  await applySeed(readSeed(join(root, "examples/layouts/avocado-connect/seed.yaml")), emulator);
  await begin("avocado-connect", { emulator, environment: { PERIDIO_API_KEY: "avo_for-this-example-only" } });
  const { stack } = site;
  await site.up();
  expect(writesWithoutIds().sort()).toEqual([
    'POST Cohort_create {"cohort":{"name":"canary","everyone_enabled":false}}',
    'POST Cohort_grant_user_access {"user_id":"ID"}',
    'POST Group_add_member {"user_id":"ID"}',
    'POST Group_create {"name":"field-engineers","description":"People who update devices at customers"}',
    'POST OrgInvitation_create {"email":"dora@acme.example","role":"member"}',
    'POST OrgInvitation_create {"email":"grace@acme.example","role":"admin"}',
    'POST Project_create {"project":{"name":"firmware","everyone_enabled":false}}',
    'POST Project_grant_group_access {"group_id":"ID"}',
  ]);
  await site.up("--expect-no-changes");
  expect(site.writes()).toEqual([]);

  // After acceptance, the next update adds Dora to the group.
  emulator.control.accept("dora@acme.example", "acme-dev");
  await site.up();
  expect(writesWithoutIds()).toEqual(['POST Group_add_member {"user_id":"ID"}']);

  const layout = join(stack.folder, "layout.yaml");
  const text = await readFile(layout, "utf8");
  await writeFile(layout, text.replace("access: { groups:", "access: { users: [bob@acme.example], groups:"));
  await site.up();
  expect(writesWithoutIds()).toEqual(['POST Project_grant_user_access {"user_id":"ID"}']);
  await stack.succeed("preview", "--refresh", "--expect-no-changes");
  await emulator.control.setRole("bob@acme.example", "acme-production", "admin");
  expect(await stack.succeed("preview", "--refresh", "--diff")).toMatch(/bob@acme\.example *: "admin" => "member"/);
  site.requests();
  await site.up("--refresh");
  expect(site.writes()).toEqual(['PUT Organization_update_member_role {"role":"member"}']);

  expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
  await stack.succeed("state", "unprotect", "--all", "--yes");
  site.requests();
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(site.writes()).toEqual([]);
  expect(site.people("acme-production")).toHaveLength(3);
  const development = emulator.state.organizations.find(({ name }) => name === "acme-dev");
  expect(development?.projects.map(({ name }) => name)).toEqual(["firmware"]);
});
