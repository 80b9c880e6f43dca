import { Emulator } from "#emulator";
import {
  ada,
  blocked,
  bob,
  carl,
  deleting,
  deletion,
  destroyed,
  forgetParents,
  parts,
  refused,
  refusedDestroy,
  removal,
  reset,
  rules,
  settle,
  toForceIt,
  toKeepIt,
  unmarked,
  urn,
  weaker,
} from "./support/parts";
import { type Declaration, type Declarations, dev, member, organization, policy, type Site } from "./support/program";

let site: Site;
afterEach(() => site.end());

const up = ["up", "--yes", "--skip-preview"];
const byDevice = `${blocked}: devices: 1`;
const partial = { PERIDIO_ALLOW_PARTIAL_DESTROY: "1" };

/** A part of the organization acme-dev in a program that does not declare that. */
function part(type: string, properties: Declaration["properties"]): Declaration {
  const organizationId = `prn:1:${site.emulator.control.getOrganization("acme-dev").id}`;
  return { type: `peridio:${type}`, properties: { organizationId, ...properties } };
}

test("an Organization that leaves the program with its parts is deleted with them, or not at all", async () => {
  site = await settle(parts);
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  await site.declare({});
  expect(await refused(site, ...up)).toContain(byDevice);
  site.emulator.control.setBelongings("acme-dev", { devices: 0 });
  await site.up();
  expect(site.writes()).toEqual([removal, removal, deletion]);
  expect(site.emulator.state.organizations).toEqual([]);
});

test("two providers of one program know the same organization: an up removes a part, a blocked destroy none", async () => {
  const provider = { type: "pulumi:providers:peridio", properties: {} };
  const through = { provider: "${parts}" };
  const program: Declarations = {
    organizations: provider,
    parts: provider,
    dev: { ...deleting({ forceDestroy: true }), options: { provider: "${organizations}" } },
    bob: member(bob, "developer", through),
    security: policy(rules, through),
  };
  site = await settle({ ...program, carl: member(carl, "viewer", through) });
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  await site.declare(program);
  await site.up();
  expect(site.writes()).toEqual([removal]);
  expect(await refusedDestroy(site)).toContain(byDevice);
  site.emulator.control.setBelongings("acme-dev", { devices: 0 });
  await destroyed(site);
  expect(site.writes()).toEqual([removal, deletion]);
});

test("destroys parts in a separate stack without their organization, and the roster within its guardrails", async () => {
  site = await settle(dev, []);
  const { control } = site.emulator;
  control.setBelongings("acme-dev", { devices: 1 });
  await site.stack.init("parts");
  const members = { [bob]: "developer", [carl]: "viewer" };
  await site.declare({ all: part("OrganizationMembers", { members }) });
  await site.up();
  for (const email of [bob, carl]) control.accept(email, "acme-dev");
  await site.up();
  const said = await refusedDestroy(site);
  expect(said).toContain(
    `The change removes or demotes 2 of 3 people (removes ${bob}, ${carl}), but maxRemovals (25%) allows 1.`,
  );
  expect(said).toContain(
    'To remove these people, set `maxRemovals: "100%"`, run `pulumi up`, and then delete the roster',
  );

  await site.declare({
    all: part("OrganizationMembers", { members, maxRemovals: "100%" }),
    security: part("SecurityPolicy", rules),
  });
  await site.up();
  expect(await destroyed(site)).toContain(weaker);
  expect(site.writes().sort()).toEqual([removal, removal, reset]);
  expect(site.people()).toEqual([`${ada} admin`]);
});

test("parts whose Organization has moved out of the program are kept until one up says that it stays", async () => {
  site = await settle({ ...parts, dev: organization("acme-dev", { retainOnDelete: true }) });
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  await site.declare({
    bob: part("Membership", { email: bob, role: "developer" }),
    carl: part("Membership", { email: carl, role: "viewer" }),
    security: part("SecurityPolicy", rules),
  });
  await site.up();
  await refusedDestroy(site);
  await site.stack.with(partial).succeed(...up, "--expect-no-changes");
  await destroyed(site);
  expect(site.writes().sort()).toEqual([removal, removal, reset]);
});

test("a preview refuses to replace an Organization with people or a device, and with `forceDestroy` the old one leaves with its people", async () => {
  const replacing = ["--replace", urn("dev", "Organization")];
  const lab = (settings: Declaration["properties"]): Declaration => {
    const { properties, ...rest } = deleting(settings);
    return { ...rest, properties: { ...properties, name: "acme-lab" } };
  };
  site = await settle({ ...parts, ...dev });
  await site.declare({ ...parts, dev: lab({}) });
  for (const command of [["preview"], ["up", "--yes"]]) {
    const said = await refused(site, ...command, ...replacing);
    expect(said).toContain(`${blocked}: other_users: 2 (`);
    expect(said).toContain(toForceIt);
  }

  // The state decides, not the program: the new Organization has the option, the old one does not.
  await site.declare({ ...parts, dev: lab({ forceDestroy: true }) });
  expect(await refused(site, "preview", ...replacing)).toContain(toForceIt);
  await site.declare(parts);
  await site.up();
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  await site.declare({ ...parts, dev: lab({ forceDestroy: true }) });
  expect(await refused(site, "preview", ...replacing)).toContain(byDevice);
  site.emulator.control.setBelongings("acme-dev", { devices: 0 });
  await site.stack.succeed("preview", ...replacing);
  expect(site.writes()).toEqual([]);
  await site.up(...replacing);
  expect(site.writes().filter((line) => line.startsWith("DELETE"))).toEqual([removal, removal, deletion]);
  expect(site.people("acme-lab")).toEqual([`${ada} admin`, `${bob} developer invited`, `${carl} viewer invited`]);
  expect(site.emulator.state.organizations.map(({ name }) => name)).toEqual(["acme-lab"]);
});

test("with Avocado Connect, which cannot delete organizations, people go once the organization is retained", async () => {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  const apiKey = emulator.control.addApiKey(ada, { key: "avo_of-ada-for-tests" });
  const environment = { PERIDIO_BACKEND: "connect", PERIDIO_API_KEY: apiKey };
  const people: Declarations = { ...dev, bob: member(bob, "member"), carl: member(carl, "admin") };
  site = await settle(people, [bob, carl], { emulator, environment });
  const said = await refusedDestroy(site);
  expect(said).toContain("the Organization, but Avocado Connect cannot delete organizations.");
  expect(said).toContain(toKeepIt);

  await site.declare({ ...people, dev: deleting({ deletionPolicy: "retain" }) });
  await site.up();
  expect(site.writes()).toEqual([]);
  await destroyed(site);
  expect(site.writes()).toEqual(["DELETE Organization_remove_member", "DELETE Organization_remove_member"]);
  expect(site.people()).toEqual([`${ada} admin`]);
});

test("a state of an older version refuses the destroy, until an up that changes nothing has added the markers", async () => {
  site = await settle(parts);
  await forgetParents(site);
  expect(await refusedDestroy(site)).toContain(unmarked);
  await site.up("--expect-no-changes");
  await destroyed(site);
  expect(site.writes()).toEqual([removal, removal, deletion]);
});
