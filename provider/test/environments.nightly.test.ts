import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { nightly } from "#testing";
import { listChanges } from "../../scripts/demo/output";
import { newStack, run } from "./support/cli";
import { Site } from "./support/program";

const root = join(__dirname, "../..");

/** The example, in a folder at the depth of the original, so that its paths to the SDK and the plugin hold. */
async function example(): Promise<Site> {
  const parent = join(root, "dist");
  await mkdir(parent, { recursive: true });
  const emulator = new Emulator();
  const program = join(root, "examples/environments");
  // As an installation does, this links the SDK. The folder is in this repository, and so finds all other packages.
  const prepare = async (folder: string) => {
    await mkdir(join(folder, "node_modules"));
    await symlink(join(root, "sdk/nodejs"), join(folder, "node_modules/pulumi-peridio"));
  };
  // The test runs the compiler once, so that not every command of Pulumi does.
  const environment = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  const stack = await newStack({ program, emulator, prepare, parent, environment });
  return new Site(emulator, stack);
}

let site: Site;
beforeAll(async () => (site = await example()));
afterAll(() => site.end());

const [bob, production] = ["bob@acme.example", "acme-production"];
const index = () => join(site.stack.folder, "index.ts");

async function edit(from: string, to: string): Promise<void> {
  await writeFile(index(), (await readFile(index(), "utf8")).replace(from, to));
}

test("the example creates three environments, repairs drift, and changes a role with one request", async () => {
  const { control } = site.emulator;
  expect(await run(join(root, "node_modules/.bin/tsc"), ["-p", "."], site.stack.folder)).toMatchObject({ code: 0 });
  await site.stack.succeed("config", "set", "--path", "allowlist[0]", "127.0.0.0/8");
  expect(await site.fail("preview")).toContain("because `peridio:runnerCidrs` is not set");
  await site.stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "127.0.0.0/8");

  expect(await site.up()).toContain("+ 18 created");
  expect(site.people(production)).toEqual([
    "ada@acme.example admin",
    `${bob} developer invited`,
    "carl@acme.example viewer invited",
  ]);

  // Eight invitations wait in three organizations: each organization's people are read once.
  site.requests();
  await site.up("--expect-no-changes");
  expect(site.requests().sort()).toEqual([
    "GET get-current-user",
    ...Array<string>(3).fill("GET list-invitations"),
    ...Array<string>(3).fill("GET list-members"),
  ]);

  control.accept(bob, production);
  control.accept("carl@acme.example", production);
  await control.setRole("carl@acme.example", production, "admin");
  await control.updateSecuritySettings(production, { two_factor_required: false });
  expect(listChanges(await site.stack.succeed("refresh", "--preview-only", "--json"))).toEqual([
    "Membership production/carl@acme.example: role viewer → admin",
    "SecurityPolicy production: requireTwoFactor true → false",
  ]);
  site.requests();
  await site.up("--refresh");
  expect(site.writes().sort()).toEqual([
    'PATCH update-a-member {"role":"viewer"}',
    'PATCH update-security-settings {"two_factor_required":true}',
  ]);

  await edit('production: "developer"', 'production: "manager"');
  await site.up();
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
});

nightly("the example is destroyed only after the protection, the devices and the people are dealt with", async () => {
  const { control } = site.emulator;
  expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
  expect(site.writes()).toEqual([]);
  await site.stack.succeed("state", "unprotect", "--all", "--yes");
  control.setBelongings(production, { devices: 2 });
  expect(await site.fail("destroy", "--yes", "--skip-preview")).toMatch(
    /Organization acme-production, but Peridio cannot delete it: devices: 2 /,
  );
  control.setBelongings(production, { devices: 0 });
  expect(await site.fail("destroy", "--yes", "--skip-preview")).toContain("set `forceDestroy: true`");
  const contact = 'contactEmail: "platform@acme.example",';
  await edit(contact, `${contact} forceDestroy: true,`);
  await site.up();
  await site.stack.succeed("state", "unprotect", "--all", "--yes");
  await site.stack.succeed("destroy", "--yes", "--skip-preview");
  expect(site.emulator.state.organizations).toEqual([]);
});
