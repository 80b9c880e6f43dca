import { dev, member, organization, policy, Site, type Declarations } from "./support/program";

let site: Site;
afterEach(() => site.end());

const bob = "bob@acme.example";
const checkOfTheKey = "GET get-current-user";

function urn(name: string, type = "Membership"): string {
  return `urn:pulumi:test::people::peridio:index:${type}::${name}`;
}

/** A program that is up, in whose organization bob has accepted if `accepted`. */
async function running(resources: Declarations, accepted: boolean): Promise<void> {
  site = await Site.begin(resources);
  await site.up();
  if (accepted) {
    site.emulator.control.accept(bob, "acme-dev");
    await site.up();
  }
  site.requests();
}

describe("a person under another name in the program", () => {
  test("is adopted while the invitation is pending", async () => {
    await running({ ...dev, bob: member(bob, "viewer") }, false);
    await site.declare({ ...dev, robert: member(bob, "viewer") });
    const said = await site.up();
    expect(said).toMatch(/is still declared/);
    expect(site.writes()).toEqual([]);
    expect(site.people()).toContain(`${bob} viewer invited`);
  });

  test("is neither adopted nor removed after acceptance, and the error names two remedies", async () => {
    await running({ ...dev, bob: member(bob, "viewer") }, true);
    await site.declare({ ...dev, robert: member(bob, "viewer") });
    const said = await site.failUp();
    expect(said).toContain("pulumi import peridio:index:Membership robert acme-dev/bob@acme.example");
    expect(said).toContain("aliases");
    expect(site.writes()).toEqual([]);
    expect(site.people()).toContain(`${bob} viewer`);
  });

  test("costs no request with an alias", async () => {
    await running({ ...dev, bob: member(bob, "viewer") }, true);
    await site.declare({ ...dev, robert: member(bob, "viewer", { aliases: [urn("bob")] }) });
    await site.up("--expect-no-changes");
    expect(site.requests()).toEqual([checkOfTheKey]);
  });
});

describe("a forced replacement", () => {
  test("by a taint keeps a pending invitation", async () => {
    await running({ ...dev, bob: member(bob, "viewer") }, false);
    await site.stack.succeed("state", "taint", urn("bob"), "--yes");
    await site.up();
    expect(site.writes()).toEqual([]);
    expect(site.people()).toContain(`${bob} viewer invited`);
  });

  test("by --replace removes no member", async () => {
    await running({ ...dev, bob: member(bob, "viewer") }, true);
    await site.failUp("--replace", urn("bob"));
    expect(site.writes()).toEqual([]);
    expect(site.people()).toContain(`${bob} viewer`);
    await site.up("--expect-no-changes");
  });

  test("of a policy resets none of its settings", async () => {
    await running({ ...dev, security: policy({ requireTwoFactor: true, sessionTimeout: "1h" }) }, false);
    await site.up("--replace", urn("security", "SecurityPolicy"));
    expect(site.writes()).toEqual([]);
    expect(site.emulator.control.getOrganization("acme-dev").security.two_factor_required).toBe(true);
  });

  test("of an organization deletes none", async () => {
    await running({ ...dev, bob: member(bob, "viewer") }, true);
    await site.failUp("--replace", urn("dev", "Organization"));
    expect(site.writes()).toEqual([]);
    await site.up("--expect-no-changes");
  });
});

test("moving to an explicit provider changes nothing in Peridio", async () => {
  await running({ ...dev, bob: member(bob, "viewer") }, true);
  const provider = { provider: "${peridio}" };
  await site.declare({
    peridio: { type: "pulumi:providers:peridio", properties: {} },
    dev: organization("acme-dev", provider),
    bob: member(bob, "viewer", provider),
  });
  await site.up();
  expect(site.writes()).toEqual([]);
  await site.up("--expect-no-changes");
});

test("renamed and moved to another provider at once, nothing is deleted or reset in Peridio", async () => {
  await running({ ...dev, bob: member(bob, "viewer"), rules: policy({ requireTwoFactor: true }) }, false);
  const provider = { provider: "${peridio}" };
  await site.declare({
    ...dev,
    peridio: { type: "pulumi:providers:peridio", properties: {} },
    robert: member(bob, "viewer", provider),
    security: policy({ requireTwoFactor: true }, provider),
  });
  expect(await site.up()).toMatch(/is still declared/);
  expect(site.writes()).toEqual([]);
  expect(site.people()).toContain(`${bob} viewer invited`);
});

test("with --continue-on-error, the old entry of a member stays in the state when the new one is rejected", async () => {
  await running({ ...dev, bob: member(bob, "viewer") }, true);
  await site.declare({ ...dev, robert: member(bob, "viewer") });
  await site.fail("up", "--yes", "--skip-preview", "--continue-on-error");
  expect(site.writes()).toEqual([]);
  expect(JSON.stringify(await site.state())).toContain("Membership::bob");
});

test("two providers act with the key that each was given", async () => {
  site = await Site.begin({});
  site.emulator.control.addUser("eve@acme.example");
  const key = site.emulator.control.addApiKey("eve@acme.example");
  await site.declare({
    ada: { type: "pulumi:providers:peridio", properties: { apiKey: site.emulator.apiKey } },
    eve: { type: "pulumi:providers:peridio", properties: { apiKey: key } },
    dev: organization("acme-dev", { provider: "${ada}" }),
    lab: organization("acme-lab", { provider: "${eve}" }),
  });
  await site.up();
  expect(site.people("acme-dev")).toEqual(["ada@acme.example admin"]);
  expect(site.people("acme-lab")).toEqual(["eve@acme.example admin"]);
  expect(await site.stack.succeed("stack", "export")).not.toContain(key);
});

test("who is taken out of the program is removed", async () => {
  await running({ ...dev, bob: member(bob, "viewer") }, true);
  await site.declare(dev);
  await site.up();
  expect(site.writes()).toEqual(["DELETE remove-a-member"]);
  expect(site.people()).toEqual(["ada@acme.example admin"]);
});

test("who is taken out of the program stays with retainOnDelete", async () => {
  await running({ ...dev, bob: member(bob, "viewer", { retainOnDelete: true }) }, true);
  await site.declare(dev);
  await site.up();
  expect(site.writes()).toEqual([]);
  expect(site.people()).toContain(`${bob} viewer`);
});

test("a role that the program ignores is left alone", async () => {
  await running({ ...dev, bob: member(bob, "viewer", { ignoreChanges: ["role"] }) }, true);
  await site.emulator.control.setRole(bob, "acme-dev", "manager");
  await site.declare({ ...dev, bob: member(bob, "developer", { ignoreChanges: ["role"] }) });
  await site.up("--refresh");
  expect(site.writes()).toEqual([]);
  expect(site.people()).toContain(`${bob} manager`);
});

test("protect refuses a destroy before anybody is removed", async () => {
  await running({ dev: organization("acme-dev", { protect: true }), bob: member(bob, "viewer") }, true);
  expect(await site.fail("destroy", "--yes")).toContain("because it is protected");
  expect(site.writes()).toEqual([]);
  expect(site.people()).toContain(`${bob} viewer`);
});
