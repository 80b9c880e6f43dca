import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ada,
  blocked,
  bob,
  carl,
  deleting,
  deletion,
  destroyed,
  failedDestroy,
  grace,
  notReset,
  refused,
  refusedDestroy,
  removal,
  rules,
  settle,
  toForceIt,
  unmarked,
  urn,
} from "./support/parts";
import { type Declaration, type Declarations, dev, organization, policy, roster, Site } from "./support/program";

// In each of these tests, the engine deletes parts of an organization that may stay. Nobody loses access unless the organization ends.

let site: Site;
afterEach(() => site.end());

const up = ["up", "--yes", "--skip-preview"];
const everyone = [`${ada} admin`, `${bob} developer`, `${carl} viewer`];
const all = roster({ [ada]: "admin", [bob]: "developer", [carl]: "viewer" });
const security = policy(rules);
const keepEveryone = `The provider removed nobody. These people keep their access or invitation until the organization is deleted: ${bob}, ${carl}.`;

/** The organization that the program calls `dev`, with its people and settings, and another Organization. */
function withPeople(dev: Declaration): Declarations {
  return { dev, all, security };
}

function expectEveryone(): void {
  expect(site.people()).toEqual(everyone);
  expect(site.emulator.control.getOrganization("acme-dev").security.two_factor_required).toBe(true);
}

/** Runs a destroy whose parts leave the state, although their organization stays. Returns its output. */
async function releasedDestroy(...args: string[]): Promise<string> {
  site.requests();
  const said = await site.stack.succeed("destroy", "--yes", "--skip-preview", ...args);
  expect(site.writes()).toEqual([]);
  expectEveryone();
  return said;
}

/** Destroys everything twice: a device of the organization blocks the first run, and the second run deletes the organization. */
async function expectGuardedDestroy(): Promise<void> {
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  expect(await refusedDestroy(site)).toContain(`${blocked}: devices: 1`);
  site.emulator.control.setBelongings("acme-dev", { devices: 0 });
  await destroyed(site);
  expect(site.writes()).toEqual([removal, removal, deletion]);
}

describe("a destroy that excludes the organization", () => {
  const isProtected = { protect: true };
  const [unforced, forced] = [
    { ...organization("acme-dev"), options: isProtected },
    { ...deleting({ forceDestroy: true }), options: isProtected },
  ];

  test.each([
    ["--exclude-protected", ["--exclude-protected"]],
    ["--exclude", ["--exclude", urn("dev", "Organization")]],
    ["--target", ["--target", urn("all", "OrganizationMembers"), "--target", urn("security", "SecurityPolicy")]],
  ])("by %s is refused, and with `forceDestroy` keeps everyone", async (_, args) => {
    site = await settle(withPeople(unforced));
    const said = await refusedDestroy(site, ...args);
    expect(said).toContain(`${blocked}: other_users: 2 (`);
    expect(said).toContain(toForceIt);

    await site.declare(withPeople(forced));
    await site.up();
    const released = await releasedDestroy(...args);
    expect(released).toContain(keepEveryone);
    expect(released).toContain(notReset);
    // The next `up` adopts the roster and the settings, and changes nothing.
    expect(await site.up()).toContain("2 created");
    expect(site.writes()).toEqual([]);
    expectEveryone();
  });
});

test.each([
  ["retainOnDelete", { ...deleting({ forceDestroy: true }), options: { retainOnDelete: true } }],
  ["`pulumi state delete`", deleting({ forceDestroy: true })],
])("an Organization that leaves only the state by %s keeps everyone", async (way, forced) => {
  site = await settle(withPeople(forced));
  if (way !== "retainOnDelete") {
    const resources = await site.stack.succeed("stack", "export");
    const file = join(site.stack.folder, "state.json");
    const isOrganization = (value: unknown) =>
      typeof value === "object" && value !== null && "type" in value && value.type === "peridio:index:Organization";
    const organizationUrn = urn("dev", "Organization");
    const without = JSON.stringify(JSON.parse(resources), (_, value: unknown) =>
      Array.isArray(value) ? value.filter((one) => !isOrganization(one) && one !== organizationUrn) : value,
    );
    await writeFile(file, without);
    await site.stack.succeed("stack", "import", "--file", file);
  }
  expect(await releasedDestroy()).toContain(keepEveryone);
});

test("a blocked organization in the same stack keeps the people of the others, unless these are deleted completely", async () => {
  const labPart = (part: Declaration): Declaration => ({
    ...part,
    properties: { ...part.properties, organizationId: "${lab.id}" },
  });
  const lab = { type: "peridio:Organization", properties: { name: "acme-lab", forceDestroy: true }, options: {} };
  const program = {
    ...withPeople(deleting({ forceDestroy: true })),
    lab,
    team: labPart(all),
    labSecurity: labPart(security),
  };
  site = await settle(program);
  for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-lab");
  await site.up();
  site.emulator.control.setBelongings("acme-lab", { devices: 1 });
  const said = await failedDestroy(site);
  expect(said).toContain("this run may delete Organization acme-lab, but Peridio cannot delete it: devices: 1");
  expect(site.people("acme-lab")).toEqual(everyone);
  // The other organization is either untouched or gone.
  const isGone = site.emulator.state.organizations.every(({ name }) => name !== "acme-dev");
  if (!isGone) expectEveryone();
  await site.up();
  expect(site.people("acme-lab")).toEqual(everyone);
});

describe("a marker that says nothing", () => {
  const prn = () => `prn:1:${site.emulator.control.getOrganization("acme-dev").id}`;

  test("after `pulumi import`, the destroy is refused until one `pulumi up`", async () => {
    site = await Site.begin({});
    await site.emulator.control.createOrganization("acme-dev");
    for (const [email, role] of [
      [bob, "developer"],
      [carl, "viewer"],
    ] as const)
      site.emulator.control.addMember(email, "acme-dev", role);
    await site.emulator.control.updateSecuritySettings("acme-dev", { two_factor_required: true });
    for (const [type, name] of [
      ["Organization", "dev"],
      ["OrganizationMembers", "all"],
      ["SecurityPolicy", "security"],
    ])
      await site.stack.succeed("import", "--yes", "--protect=false", `peridio:index:${type}`, String(name), prn());
    expect(await refusedDestroy(site)).toContain(unmarked);
    expectEveryone();

    const imported = { ...withPeople(deleting({ forceDestroy: true })), security: policy({ requireTwoFactor: true }) };
    await site.declare(imported);
    await site.up();
    await expectGuardedDestroy();
  });

  test.each<[string, (id: string) => unknown]>([
    ["names another organization", () => ({ id: "prn:1:other", deletion: "undeclared" })],
    ["is no object", () => "undeclared"],
    ["lacks the options", (id) => ({ id })],
  ])("that %s refuses the destroy", async (_, marker) => {
    site = await settle(withPeople(deleting({ forceDestroy: true })));
    const file = join(site.stack.folder, "state.json");
    await site.stack.succeed("stack", "export", "--file", file);
    const tampered = JSON.stringify(JSON.parse(await readFile(file, "utf8")), (name, value: unknown) =>
      name === "__parent" ? marker(prn()) : value,
    );
    await writeFile(file, tampered);
    await site.stack.succeed("stack", "import", "--file", file);
    expect(await refusedDestroy(site)).toContain(unmarked);
    expectEveryone();
    await site.up();
    await destroyed(site);
    expect(site.writes()).toEqual([removal, removal, deletion]);
  });
});

describe("two providers of one program", () => {
  const provider = (properties: Declaration["properties"] = {}): Declaration => ({
    type: "pulumi:providers:peridio",
    properties,
  });
  const through = (name: string, part: Declaration): Declaration => ({ ...part, options: { provider: `\${${name}}` } });
  const providers = { organizations: provider(), people: provider() };
  const withoutRoster: Declarations = {
    ...providers,
    dev: through("organizations", deleting({ forceDestroy: true })),
    security: through("people", security),
  };
  const program = { ...withoutRoster, all: through("people", all) };

  /** The folder in which the providers of one program share facts. */
  const folder = () => join(site.stack.backend, "home/peridio");

  /** Puts a file in the place of that folder, so that nothing can be written in it. */
  async function breakFolder(): Promise<void> {
    await rm(folder(), { recursive: true, force: true });
    await writeFile(folder(), "");
  }

  async function repairFolder(): Promise<void> {
    await rm(folder());
    await mkdir(folder());
  }

  const unusable =
    /the provider cannot find out what this program still declares, because the folder \S+\/home\/peridio is unusable: .* Make the folder writable/;

  test("with an unusable folder delete nothing, neither in a destroy nor if a roster leaves the program", async () => {
    site = await settle(program);
    await breakFolder();
    expect(await refusedDestroy(site)).toMatch(unusable);
    await site.declare(withoutRoster);
    expect(await refused(site, ...up)).toMatch(unusable);
    expectEveryone();

    await repairFolder();
    await site.declare(program);
    await site.up();
    await expectGuardedDestroy();
  });

  test("whose first `up` had an unusable folder refuse the destroy until an `up` with a usable one", async () => {
    site = await Site.begin({ ...providers });
    await breakFolder();
    await site.declare(program);
    await site.up();
    for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-dev");
    await site.up();
    await repairFolder();
    expect(await refusedDestroy(site)).toContain(unmarked);
    expectEveryone();
    await site.up();
    await destroyed(site);
    expect(site.writes()).toEqual([removal, removal, deletion]);
  });

  test("that spell one endpoint differently know the same organization", async () => {
    site = await settle(program);
    const url = site.stack.variable("PERIDIO_BASE_URL") ?? "";
    const respelled = url.replace("127.0.0.1", "localhost");
    expect(respelled).not.toBe(url);
    const people = provider({ endpoint: respelled });
    await site.declare({ ...program, people });
    await site.up();
    site.emulator.control.setBelongings("acme-dev", { devices: 1 });
    expect(await refusedDestroy(site)).toContain(`${blocked}: devices: 1`);
    // The roster leaves a program whose organization stays, so its limits hold.
    await site.declare({ ...withoutRoster, people });
    expect(await refused(site, ...up)).toContain("maxRemovals (25%) allows 1");
    expectEveryone();
  });
});

test("an organization that only `--target` created a part in keeps everyone beyond the limits of the roster", async () => {
  site = await settle(dev, []);
  site.emulator.control.addMember(grace, "acme-dev", "admin");
  await site.declare(withPeople(organization("acme-dev")));
  await site.emulator.control.removeMember(grace, "acme-dev");
  await site.up("--target", urn("all", "OrganizationMembers"));
  for (const email of [bob, carl]) site.emulator.control.accept(email, "acme-dev");
  expect(
    await site.fail("destroy", "--yes", "--skip-preview", "--target", urn("all", "OrganizationMembers")),
  ).toContain("maxRemovals (25%) allows 1");
  expect(site.people()).toEqual(everyone);
});

test("after a failure, a run with --continue-on-error deletes no entry whose successor Pulumi skips", async () => {
  site = await settle(withPeople(deleting({ forceDestroy: true })));
  site.emulator.control.fault({ operation: "update-an-organization", times: "always", effect: { status: 422 } });
  const described = deleting({ forceDestroy: true, description: "new" });
  await site.declare({ dev: described, renamed: all, renamedSecurity: security });
  const said = await site.failUp("--continue-on-error");
  expect(said).toContain("another resource failed in this run, and Pulumi skips the resources that depend on it.");
  expectEveryone();
  site.emulator.control.clearFaults();
  site.requests();
  await site.up();
  expect(site.writes()).toEqual(['PATCH update-an-organization {"description":"new"}']);
  expectEveryone();
});

test("a roster with `deleteBeforeReplace` is not deleted, because a resource that is registered later may declare its people", async () => {
  const members = { [ada]: "admin", [bob]: "developer", [carl]: "viewer" };
  const early: Declaration = { ...roster(members, { maxRemovals: "100%" }), options: { deleteBeforeReplace: true } };
  const lab = { type: "peridio:Organization", properties: { name: "acme-lab" }, options: {} };
  site = await settle({ dev: organization("acme-dev"), lab, all: early, security });
  const moved = { ...early, properties: { ...early.properties, organizationId: "${lab.id}" } };
  const later = { ...roster(members), options: { dependsOn: ["${all}"] } };
  await site.declare({ dev: organization("acme-dev"), lab, all: moved, later, security });
  expect(await site.failUp()).toContain("Remove the option `deleteBeforeReplace`, and run the command again.");
  expectEveryone();
});
