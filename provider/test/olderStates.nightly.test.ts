import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { applySeed, Emulator, readDataFile, toOrganizationPrn } from "#emulator";
import { newStack, run, type Stack } from "./support/cli";

/**
 * Runs the plugin on states that plugins of earlier commits wrote: nothing changes, and Peridio receives no write. To add the state of a
 * plugin, run this test with STATE_WRITER=<its executable> STATE_NAME=<its commit>. A version adds states, and never edits them.
 */

const root = join(__dirname, "../..");
const states = join(__dirname, "fixtures/states");
const { STATE_WRITER, STATE_NAME } = process.env;

const resource = (type: string, properties: object) => ({ type: `peridio:${type}`, properties });
const far = "2999-12-31T00:00:00Z";

/** Returns the programs that write states. Connect cannot create organizations, so they need the id of one. */
const listPrograms = (organizationId: string): Readonly<Record<string, object>> => ({
  admin: {
    resources: {
      dev: resource("Organization", { name: "acme-dev", displayName: "Acme", contactEmail: "it@acme.example" }),
      people: resource("OrganizationMembers", {
        organizationId: "${dev.id}",
        members: { "bob@acme.example": "admin", "carl@acme.example": "viewer" },
        ignore: ["*@partner.example"],
        minAdmins: 1,
      }),
      eve: resource("Membership", { organizationId: "${dev.id}", email: "eve@partner.example", role: "developer" }),
      security: resource("SecurityPolicy", {
        organizationId: "${dev.id}",
        requireTwoFactor: true,
        sessionTimeout: "8h",
        apiKeyRotation: { maxAgeDays: 90 },
      }),
      billing: resource("BillingSettings", { organizationId: "${dev.id}", billingEmail: "billing@acme.example" }),
    },
  },
  connect: {
    config: { "peridio:backend": { value: "connect" } },
    resources: {
      eve: resource("Membership", { organizationId, email: "eve@partner.example", role: "member" }),
      people: resource("OrganizationMembers", {
        organizationId,
        members: { "ada@acme.example": "admin", "bob@acme.example": "member", "carl@acme.example": "member" },
        ignore: ["eve@partner.example"],
      }),
      field: resource("Group", { organizationId, name: "field", members: ["bob@acme.example"] }),
      firmware: resource("Project", {
        organizationId,
        name: "firmware",
        everyoneEnabled: false,
        access: { groups: ["${field.id}"], users: ["bob@acme.example"] },
      }),
      canary: resource("Cohort", { projectId: "${firmware.id}", name: "canary", everyoneEnabled: true }),
      token: resource("OrganizationApiToken", { organizationId, name: "ci", expiresAt: far }),
      claim: resource("ClaimToken", { organizationId, name: "factory", expiresAt: far, maxUses: 10 }),
      hook: resource("Webhook", { organizationId, url: "https://hooks.acme.example/in?key=k" }),
      tunnels: resource("TunnelPolicy", { organizationId, maxTtlSeconds: 600, requireReason: true }),
    },
  },
  layout: {
    config: { "peridio:backend": { value: "connect" } },
    resources: {
      acme: resource("Layout", {
        organizations: {
          "acme-dev": {
            groups: { field: { members: ["bob@acme.example"] } },
            projects: { firmware: { everyoneEnabled: false, access: { groups: ["field"] } } },
          },
        },
        people: {
          "ada@acme.example": { "acme-dev": "admin" },
          "bob@acme.example": { "acme-dev": "member" },
          "carl@acme.example": { "acme-dev": "member" },
        },
      }),
    },
  },
});

const exported = z.object({ deployment: z.object({ manifest: z.object({ time: z.coerce.date() }) }) });
const programSchema = z.looseObject({ resources: z.looseObject({}) });

async function readJson(...path: readonly string[]): Promise<unknown> {
  return JSON.parse(await readFile(join(states, ...path), "utf8"));
}

/** Writes a program that starts the plugin of a folder. */
function writeProgram(folder: string, program: unknown, plugin: string): Promise<void> {
  const providers = [{ name: "peridio", path: plugin }];
  const project = { name: "program", runtime: "yaml", plugins: { providers }, ...programSchema.parse(program) };
  return writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
}

async function recordState(name: string, executable: string, commit: string): Promise<void> {
  const emulator = new Emulator();
  if (name !== "admin")
    await applySeed({ organizations: { "acme-dev": { members: { "bob@acme.example": "viewer" } } } }, emulator);
  const [organization] = emulator.state.organizations;
  const program = listPrograms(organization === undefined ? "" : toOrganizationPrn(organization.id))[name];
  const stack = await newStack({ emulator, prepare: (folder) => writeProgram(folder, program, dirname(executable)) });
  await stack.succeed("up", "--yes", "--skip-preview");
  if (name !== "layout") emulator.control.accept("carl@acme.example", "acme-dev");
  await stack.succeed("up", "--yes", "--skip-preview", "--refresh");
  const state: unknown = JSON.parse(await stack.succeed("stack", "export"));
  await stack.end();
  const folder = join(states, name, commit);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries({ program, stack: state, peridio: emulator.snapshot() }))
    await writeFile(join(folder, `${file}.json`), `${JSON.stringify(content)}\n`);
}

const names = Object.keys(listPrograms(""));

if (STATE_WRITER !== undefined && STATE_NAME !== undefined)
  test.each(names)("an earlier plugin writes a state of the program %s", async (name) => {
    await recordState(name, STATE_WRITER, STATE_NAME);
    expect(JSON.stringify(await readJson(name, STATE_NAME, "stack.json"))).toContain("peridio:index:");
  });

/** The folder of the compiled Go test. */
let compiled: string;
beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), "upgrades-"));
  const { code, stderr } = await run("go", ["-C", "tools/upgrades", "test", "-c", "-o", compiled, "."], root);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rm(compiled, { recursive: true }));

const fixtures = names.flatMap((name) => readdirSync(join(states, name)).map((commit) => ({ name, commit })));

describe.each(fixtures)(
  "the state that the plugin of commit $commit wrote for the program $name",
  ({ name, commit }) => {
    let emulator: Emulator;
    let stack: Stack;
    beforeAll(async () => {
      const { deployment } = exported.parse(await readJson(name, commit, "stack.json"));
      // Invitations expire.
      const now = () => deployment.manifest.time;
      emulator = new Emulator({ data: readDataFile(join(states, name, commit, "peridio.json")), now });
      const program = await readJson(name, commit, "program.json");
      stack = await newStack({ emulator, prepare: (folder) => writeProgram(folder, program, join(root, "bin")) });
    });
    afterAll(() => stack.end());

    /** Reports the requests that change something. */
    const listWrites = () => emulator.requests().filter(({ method }) => method !== "GET");

    test("previews, refreshes and updates change nothing, and send no write", async () => {
      await stack.succeed("stack", "import", "--file", join(states, name, commit, "stack.json"));
      await stack.succeed("preview", "--expect-no-changes");
      await stack.succeed("preview", "--expect-no-changes", "--refresh");
      await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
      await stack.succeed("refresh", "--yes", "--expect-no-changes");
      await stack.succeed("up", "--yes", "--skip-preview", "--expect-no-changes");
      expect(listWrites()).toEqual([]);
      expect(emulator.requests()).not.toEqual([]);
    });

    test("passes Pulumi's own test of upgrades", async () => {
      const folder = join(stack.folder, name);
      await mkdir(folder);
      await writeProgram(folder, await readJson(name, commit, "program.json"), join(root, "bin"));
      const variables = { PROGRAM: folder, PLUGIN: join(root, "bin"), STACKS: states, BASELINE: commit };
      const { code, stdout } = await stack.with(variables).bash(`env -u PULUMI_BACKEND_URL ${compiled}/upgrades.test`);
      expect(code === 0 ? stdout : `It ended with ${code}. ${stdout}`).toMatch(/^PASS$/m);
      expect(listWrites()).toEqual([]);
    });
  },
);
