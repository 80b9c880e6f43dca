import { nightly } from "#testing";
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
  parts,
  refusedDestroy,
  removal,
  reset,
  rules,
  settle,
  toForceIt,
  toKeepIt,
  urn,
  weaker,
} from "./support/parts";
import { dev, member, policy, roster, Site, type Declarations } from "./support/program";

let site: Site;
afterEach(() => site.end());

function isTwoFactorRequired(): boolean {
  return site.emulator.control.getOrganization("acme-dev").security.two_factor_required;
}

/** All that the state holds, as a text. */
async function kept(): Promise<string> {
  return JSON.stringify(await site.state());
}

test("what is in the organization blocks its destroy however it is run, nothing changes, and without it all is deleted", async () => {
  site = await settle(parts);
  const { control } = site.emulator;
  const ways = [
    [{ devices: 3 }, "devices: 3", []],
    [{ devices: 3 }, "devices: 3", ["--run-program"]],
    [{ devices: 0, active_deployments: 2 }, "active_deployments: 2", ["--refresh"]],
    [{ active_deployments: 0, outstanding_charges: 1 }, "outstanding_charges: 1", ["--continue-on-error"]],
  ] as const;
  for (const [belongings, blocker, args] of ways) {
    control.setBelongings("acme-dev", belongings);
    const said = await refusedDestroy(site, ...args);
    expect(said).toContain(`${blocked}: ${blocker} (`);
    for (const part of ["Membership acme-dev/bob@", "Membership acme-dev/carl@", "SecurityPolicy acme-dev "])
      expect(said).toContain(part);
    expect(said).toContain("Resolve these blockers and run the command again");
    expect(said).toContain(toKeepIt);
  }
  expect(isTwoFactorRequired()).toBe(true);
  control.setBelongings("acme-dev", { outstanding_charges: 0 });
  expect(await destroyed(site)).toContain(notReset);
  expect(site.writes()).toEqual([removal, removal, deletion]);
  expect(site.emulator.state.organizations).toEqual([]);
});

nightly("one part of a blocked organization goes with the program, not with --target", async () => {
  site = await settle(parts);
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  expect(await refusedDestroy(site, "--target", urn("bob"))).toContain(
    "To remove only this resource from the program, keep the Organization in the program, and run `pulumi up` without `--target`.",
  );

  const forced = { dev: deleting({ forceDestroy: true }) };
  await site.declare({ ...forced, carl: member(carl, "viewer"), security: policy(rules) });
  await site.up();
  expect(site.writes()).toEqual([removal]);
  expect(site.people()).toEqual([`${ada} admin`, `${carl} viewer`]);

  await site.declare({ ...forced, carl: member(carl, "viewer") });
  expect(await site.up()).toContain(weaker);
  expect(site.writes()).toEqual([reset]);

  expect(await refusedDestroy(site)).toContain(`${blocked}: devices: 1`);
});

nightly("a person that an update with --target has changed stays guarded", async () => {
  site = await settle(parts);
  await site.declare({ ...parts, bob: member(bob, "manager") });
  await site.up("--target", urn("bob"));
  expect(site.writes()).toEqual(['PATCH update-a-member {"role":"manager"}']);
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  await refusedDestroy(site);
});

nightly("another owner blocks the destroy, and once the ownership is back it goes through", async () => {
  site = await settle(parts);
  const { control } = site.emulator;
  control.addMember(grace, "acme-dev", "admin");
  await control.transferOwnership(grace, "acme-dev");
  const said = await refusedDestroy(site);
  expect(said).toContain(
    `${blocked}: ${ada} is an admin of organization acme-dev, but this operation requires the API key of the organization's owner, ${grace}.`,
  );
  expect(said).toContain(`Use the API key of ${grace}, or ask ${grace} to transfer the ownership to ${ada} first.`);

  await control.transferOwnership(ada, "acme-dev");
  await control.removeMember(grace, "acme-dev");
  await destroyed(site);
  expect(site.writes()).toEqual([removal, removal, deletion]);
});

test("people block the destroy of their organization before anything changes, and with `forceDestroy` they leave with it", async () => {
  const unforced: Declarations = { ...parts, ...dev };
  site = await settle(unforced);
  const refusal = await refusedDestroy(site);
  expect(refusal).toContain(`${blocked}: other_users: 2 (`);
  expect(refusal).toContain(`These users remain: ${bob}, ${carl}.`);
  expect(refusal).toContain(toForceIt);
  site.emulator.control.addMember(grace, "acme-dev", "admin");
  await site.declare(parts);
  await site.up();
  expect(site.writes()).toEqual([]);
  const said = await destroyed(site);
  expect(said).toContain(`\`forceDestroy\` removes the members of the organization: ${bob}, ${carl}, ${grace}.`);
  expect(said).toContain(`keep their access or invitation until the organization is deleted: ${bob}.`);
  expect(site.writes()).toEqual([removal, removal, removal, deletion]);
  expect(site.emulator.state.organizations).toEqual([]);
});

nightly(
  "a roster leaves with its organization without its limits, and keeps everyone while a device is there",
  async () => {
    const all = roster({ [bob]: "developer", [carl]: "viewer" }, { ignore: [grace] });
    site = await settle({ dev: deleting({ forceDestroy: true }), all, security: policy(rules) });
    const { control } = site.emulator;
    control.addMember(grace, "acme-dev", "admin");
    control.setBelongings("acme-dev", { devices: 1 });
    expect(await refusedDestroy(site)).toContain(`${blocked}: devices: 1`);
    control.setBelongings("acme-dev", { devices: 0 });
    await destroyed(site);
    expect(site.writes()).toEqual([removal, removal, removal, deletion]);
  },
);

nightly("a question that Peridio does not answer refuses the destroy", async () => {
  site = await Site.begin(parts);
  // A lasting failure shows after fewer attempts too.
  await site.stack.succeed("config", "set", "peridio:maxRetries", "1");
  await site.up();
  const effect = { status: 500, body: "down" };
  site.emulator.control.fault({ operation: "get-deletion-readiness", effect, times: "always" });
  const said = await refusedDestroy(site);
  expect(said).toContain("could not check if the Organization can be deleted");
  expect(said).toContain("Fix the cause (for example, the connection), and run the command again.");
  site.emulator.control.clearFaults();
  await destroyed(site);
  // Peridio revokes the invitations itself.
  expect(site.writes()).toEqual([deletion]);
});

nightly("PERIDIO_ALLOW_PARTIAL_DESTROY=1 deletes the parts of a blocked organization, for one run", async () => {
  site = await settle(parts);
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  expect(await refusedDestroy(site)).toContain(
    "set the environment variable PERIDIO_ALLOW_PARTIAL_DESTROY=1. For the whole run, the provider then assumes that each organization stays",
  );
  const stack = site.stack.with({ PERIDIO_ALLOW_PARTIAL_DESTROY: "1" });
  const { code, stdout } = await stack.pulumi("destroy", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  expect(stdout).toContain(weaker);
  expect(stdout).toContain("Organization acme-dev could not be deleted: ");
  expect(site.writes().sort()).toEqual([removal, removal, reset]);
  expect(site.people()).toEqual([`${ada} admin`]);

  await site.declare(parts);
  await site.up();
  await refusedDestroy(site);
});

nightly(
  "a policy with deletedWith leaves the state in a blocked destroy, stays in force, and comes back without a write",
  async () => {
    const together: Declarations = {
      ...parts,
      security: policy({ requireTwoFactor: true }, { deletedWith: "${dev}" }),
    };
    site = await settle(together);
    site.emulator.control.setBelongings("acme-dev", { devices: 1 });
    expect(await failedDestroy(site)).toContain(`${blocked}: devices: 1`);
    expect(site.writes()).toEqual([]);
    expect(isTwoFactorRequired()).toBe(true);
    expect(await kept()).not.toContain("SecurityPolicy");
    expect(site.people()).toContain(`${bob} developer`);
    expect(await site.up()).toContain("1 created");
    expect(site.writes()).toEqual([]);
    await site.up("--expect-no-changes");
  },
);

nightly("deletionPolicy: retain deletes the parts of a blocked organization, which stays", async () => {
  site = await settle(parts);
  site.emulator.control.setBelongings("acme-dev", { devices: 1 });
  await site.declare({ ...parts, dev: deleting({ deletionPolicy: "retain" }) });
  await site.up();
  expect(site.writes()).toEqual([]);
  const said = await destroyed(site);
  expect(said).toContain("Organization acme-dev stays in Peridio");
  expect(said).toContain(weaker);
  expect(site.writes().sort()).toEqual([removal, removal, reset]);
  expect(site.people()).toEqual([`${ada} admin`]);
});
