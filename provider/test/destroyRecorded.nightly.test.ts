import { join } from "node:path";
import { dev, member, organization, policy, roster, Site, type Declarations } from "./support/program";

const bob = "bob@acme.example";
const strict = policy({ requireTwoFactor: true });
const refused = /this run may delete Organization acme-dev, but Peridio cannot delete it: devices: 1 /;

let site: Site;
afterEach(() => site.end());

function requiresTwoFactor(): boolean | undefined {
  return site.emulator.state.organizations.find(({ name }) => name === "acme-dev")?.security.two_factor_required;
}

/** Destroys while a device is there, which changes nothing. */
async function isKept(): Promise<void> {
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  site.requests();
  expect(await site.fail("destroy", "--yes", "--skip-preview")).toMatch(refused);
  expect(site.writes()).toEqual([]);
  expect(requiresTwoFactor()).toBe(true);
}

test("an update keeps to the plan of a preview that knew no organization yet", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer"), strict });
  const plan = join(site.stack.folder, "plan.json");
  await site.stack.succeed("preview", "--save-plan", plan);
  await site.up("--plan", plan);
  expect(site.people()).toEqual(["ada@acme.example admin", `${bob} viewer invited`]);
  await isKept();
});

test("what the option `import` brings into the state is guarded from then on", async () => {
  site = await Site.begin({ ...dev, strict });
  await site.up();
  const prn = `prn:1:${site.emulator.control.getOrganization("acme-dev").id}`;
  for (const name of ["SecurityPolicy::strict", "Organization::dev"]) {
    await site.stack.succeed("state", "delete", "--yes", `urn:pulumi:test::people::peridio:index:${name}`);
  }
  const imported: Declarations = {
    dev: organization("acme-dev", { import: prn }),
    strict: policy({ requireTwoFactor: true }, { import: prn }),
  };
  await site.declare(imported);
  await site.up();
  await isKept();
});

test("an organization that `replaceOnChanges` replaces first deletes nothing while it cannot be deleted", async () => {
  const options = { replaceOnChanges: ["displayName"], deleteBeforeReplace: true };
  const named = (displayName: string): Declarations => ({
    dev: { ...organization("acme-dev", options), properties: { name: "acme-dev", displayName } },
    all: roster({ "ada@acme.example": "admin", [bob]: "viewer" }),
    strict,
  });
  site = await Site.begin(named("Development"));
  await site.up();
  site.emulator.control.accept(bob, "acme-dev");
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  site.requests();
  await site.declare(named("Tests"));
  expect(await site.failUp()).toMatch(refused);
  expect(site.writes()).toEqual([]);
  expect(site.people()).toEqual(["ada@acme.example admin", `${bob} viewer`]);
  expect(requiresTwoFactor()).toBe(true);
});
