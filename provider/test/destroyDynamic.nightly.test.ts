import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
import { newStack } from "./support/cli";
import { Packed } from "./support/packed";
import {
  ada,
  blocked,
  bob,
  carl,
  deletion,
  destroyed,
  notReset,
  removal,
  toForceIt,
  toKeepIt,
  unmarked,
  forgetParents,
  refused,
  refusedDestroy,
  reset,
} from "./support/parts";
import { Site } from "./support/program";

const program = `
import { Config } from "@pulumi/pulumi";
import { Membership, Organization, OrganizationArgs, SecurityPolicy } from "pulumi-resource-peridio/dynamic";

function declare(args: OrganizationArgs): void {
  const { id: organizationId } = new Organization("dev", args, { protect });
  new Membership("bob", { organizationId, email: "${bob}", role: "developer" });
  new Membership("carl", { organizationId, email: "${carl}", role: "viewer" });
  new SecurityPolicy("security", { organizationId, requireTwoFactor: true, sessionTimeout: "1h" });
}

const protect = new Config().getBoolean("protect");
const args = new Config().getObject<OrganizationArgs>("organization");
if (args !== undefined) declare(args);
`;
const dependencies = { "@pulumi/pulumi": "3.245.0", "@types/node": "20.19.43", typescript: "5.9.3" };
const manifest = { name: "destroy", private: true, main: "index.ts", dependencies };
const compilerOptions = {
  target: "es2022",
  module: "commonjs",
  moduleResolution: "node",
  types: ["node"],
  strict: true,
};

const byDevice = `${blocked}: devices: 1`;

let packed: Packed;
let site: Site;
beforeAll(async () => {
  packed = await Packed.make();
  const emulator = new Emulator();
  const prepare = async (folder: string) => {
    await writeFile(join(folder, "index.ts"), program);
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    // JSON is YAML.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "destroy", runtime: "nodejs" }));
    await packed.install(folder);
  };
  site = new Site(emulator, await newStack({ emulator, prepare }));
});
afterAll(async () => {
  await Promise.all([packed.end(), site.end()]);
});

/** Changes what the program says of its organization; undefined takes it out, with all that is in it. */
async function declare(args: object | undefined): Promise<void> {
  if (args === undefined) await site.stack.succeed("config", "rm", "organization");
  else await site.stack.succeed("config", "set", "organization", JSON.stringify(args));
}

test("a state of an older version gets the rule by an up that shows one update for each part, and sends nothing", async () => {
  await declare({ name: "acme-dev", forceDestroy: true });
  await site.up();
  for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-dev");
  await forgetParents(site);
  expect(await refusedDestroy(site)).toContain(unmarked);
  site.requests();
  expect(await site.stack.plan("preview")).toEqual({ bob: "update", carl: "update", security: "update" });
  await site.up();
  expect(site.writes()).toEqual([]);
  await site.up("--expect-no-changes");
});

test("a device blocks the destroy however it is run, and nothing changes", async () => {
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  for (const args of [[], ["--refresh"], ["--run-program"], ["--continue-on-error"]]) {
    const said = await refusedDestroy(site, ...args);
    for (const part of ["Membership acme-dev/bob@", "Membership acme-dev/carl@", "SecurityPolicy acme-dev "])
      expect(said).toContain(part);
    expect(said).toContain(byDevice);
    expect(said).toContain(toKeepIt);
  }
});

test("an Organization that leaves the program with its parts is blocked in the same way", async () => {
  await declare(undefined);
  expect(await refused(site, "up", "--yes", "--skip-preview")).toContain(byDevice);
  await declare({ name: "acme-dev", forceDestroy: true });
  await site.up("--expect-no-changes");
});

test("without the device all is deleted", async () => {
  site.emulator.control.setBelongings("acme-dev", { devices: 0 });
  expect(await destroyed(site)).toContain(notReset);
  expect(site.writes()).toEqual([removal, removal, deletion]);
  expect(site.emulator.state.organizations).toEqual([]);
});

test("deletionPolicy: retain reaches every part, which then goes from a blocked organization", async () => {
  await declare({ name: "acme-dev" });
  await site.up();
  await declare({ name: "acme-dev", deletionPolicy: "retain" });
  site.requests();
  expect(await site.up()).toContain("4 updated");
  expect(site.writes()).toEqual([]);
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  expect(await destroyed(site)).toContain("Organization acme-dev stays in Peridio");
  const revocation = "DELETE revoke-an-invitation";
  expect(site.writes().sort()).toEqual([revocation, revocation, reset]);
  expect(site.people()).toEqual([`${ada} admin`]);
});

test("--exclude-protected with a protected organization is refused, and with `forceDestroy` keeps everyone", async () => {
  const args = ["--exclude-protected"] as const;
  await site.emulator.control.deleteOrganization("acme-dev");
  await site.stack.succeed("config", "set", "protect", "true");
  await declare({ name: "acme-dev" });
  await site.up();
  for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-dev");
  await site.up();
  const said = await refusedDestroy(site, ...args);
  expect(said).toContain(`${blocked}: other_users: 2 (`);
  expect(said).toContain(toForceIt);

  await declare({ name: "acme-dev", forceDestroy: true });
  await site.up();
  site.requests();
  const released = await site.stack.succeed("destroy", "--yes", "--skip-preview", ...args);
  for (const email of [bob, carl])
    expect(released).toContain(
      `These people keep their access or invitation until the organization is deleted: ${email}.`,
    );
  expect(released).toContain(notReset);
  expect(site.writes()).toEqual([]);
  expect(site.people()).toEqual([`${ada} admin`, `${bob} developer`, `${carl} viewer`]);
  expect(site.emulator.control.getOrganization("acme-dev").security.two_factor_required).toBe(true);
});
