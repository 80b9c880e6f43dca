import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Emulator } from "#emulator";
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
  const prepare = (folder: string) => run("npm", ["install", "--no-progress"], folder);
  const stack = await newStack({ program, emulator, prepare, parent });
  return new Site(emulator, stack);
}

test("the example keeps its promises, from nothing to nothing", async () => {
  const site = await example();
  const { control } = site.emulator;
  const [bob, production] = ["bob@acme.example", "acme-production"];
  try {
    expect(await run(join(root, "node_modules/.bin/tsc"), ["-p", "."], site.stack.folder)).toMatchObject({ code: 0 });
    await site.stack.succeed("config", "set", "--path", "allowlist[0]", "127.0.0.0/8");
    expect(await site.fail("preview")).toContain("because `peridio:runnerCidrs` is not set");
    await site.stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "127.0.0.0/8");

    expect(await site.stack.succeed("preview")).toContain("+ 18 to create");
    expect(site.writes()).toEqual([]);
    await site.up();
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
    await site.stack.succeed("preview", "--expect-no-changes");

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

    const file = join(site.stack.folder, "index.ts");
    await writeFile(file, (await readFile(file, "utf8")).replace('production: "developer"', 'production: "manager"'));
    await site.up();
    expect(site.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
    await site.up("--expect-no-changes");
    expect(site.writes()).toEqual([]);

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
    await writeFile(file, (await readFile(file, "utf8")).replace(contact, `${contact} forceDestroy: true,`));
    await site.up();
    await site.stack.succeed("state", "unprotect", "--all", "--yes");
    await site.stack.succeed("destroy", "--yes", "--skip-preview");
    expect(site.emulator.state.organizations).toEqual([]);
  } finally {
    await site.end();
  }
});
