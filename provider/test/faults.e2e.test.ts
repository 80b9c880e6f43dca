import type { FaultRule } from "#emulator";
import { nightly } from "#testing";
import { disturb } from "./support/cli";
import { RecordedPlugin } from "./support/recordedPlugin";
import { dev, member, Site, type Declarations } from "./support/program";

let site: Site;
afterEach(() => site.end());

const bob = "bob@acme.example";

async function running(): Promise<void> {
  site = await Site.begin(dev);
  await site.up();
  site.requests();
}

describe("an answer that is lost after the write", () => {
  nightly("of an organization makes no second one", async () => {
    site = await Site.begin(dev);
    site.emulator.control.fault({ operation: "create-an-organization", effect: "drop", when: "after" });
    await site.up();
    expect(site.writes()).toHaveLength(1);
    expect(site.people()).toEqual(["ada@acme.example admin"]);
    await site.up("--expect-no-changes");
  });

  nightly("of an invitation sends no second e-mail", async () => {
    await running();
    site.emulator.control.fault({ operation: "create-an-invitation", effect: "drop", when: "after" });
    await site.declare({ ...dev, bob: member(bob, "viewer") });
    await site.up();
    expect(site.writes()).toHaveLength(1);
    expect(site.people()).toContain(`${bob} viewer invited`);
  });
});

describe("a provider that is killed after the write", () => {
  /** Declares a program whose plugin notes its process ids, runs it until the write has taken effect, and kills the plugin there. */
  async function killDuringUp(resources: Declarations, operation: string): Promise<void> {
    const plugin = await RecordedPlugin.in(site.stack.folder);
    await site.declare(resources, plugin.folder);
    site.emulator.control.fault({ operation, effect: "hang", when: "after" });
    const up = site.stack.start("up", "--yes", "--skip-preview");
    const { code } = await disturb(
      up,
      () => site.emulator.requests({ operation }).length > 0,
      () => plugin.kill(),
    );
    expect(code).not.toBe(0);
    await site.declare(resources);
  }

  test("of an invitation: the next up uses the sent one", async () => {
    await running();
    await killDuringUp({ ...dev, bob: member(bob, "viewer") }, "create-an-invitation");
    await site.up();
    expect(site.writes()).toHaveLength(1);
    expect(site.people()).toContain(`${bob} viewer invited`);
  });

  test("of an organization: the next up names the import, which brings it back", async () => {
    site = await Site.begin({});
    await killDuringUp(dev, "create-an-organization");
    const said = await site.failUp();
    const [, id = ""] = /`pulumi import peridio:index:Organization dev (\S+)`/.exec(said) ?? [];
    await site.stack.succeed("import", "peridio:index:Organization", "dev", id, "--yes", "--protect=false");
    await site.up("--expect-no-changes");
    expect(site.writes()).toHaveLength(1);
  });
});

describe("a refusal or a failure of the API", () => {
  const failures: readonly [string, FaultRule, RegExp][] = [
    ["a 401", { effect: { status: 401, body: { errors: [{ code: "unauthenticated" }] } } }, /401|key/],
    ["a 403", { effect: { status: 403, body: { errors: [{ code: "unauthorized" }] } } }, /403|permi|allow/],
    ["a lasting 500", { effect: { status: 500, body: "down" }, times: "always" }, /500/],
    [
      "a 429 for an hour",
      { effect: { status: 429, body: "", headers: { "retry-after": "3600" } } },
      /Peridio asks for a wait of 3600 s, which exceeds the limit of 300 s.*HTTP 429/,
    ],
    ["a lasting page of a proxy", { effect: "html", times: "always" }, /502/],
    ["connections that always break", { effect: "drop", times: "always" }, /connection|socket|closed/i],
    ["an answer without its PRN", { effect: { omit: "data.prn" } }, /prn/],
  ];

  nightly.each(failures)(
    "%s is one error that names the object, and leaves the state as it was",
    async (_what, rule, reason) => {
      site = await Site.begin(dev);
      // A lasting failure needs only a few attempts.
      await site.stack.succeed("config", "set", "peridio:maxRetries", "1");
      await site.up();
      const before = await site.state();
      site.emulator.control.fault({ operation: "retrieve-an-organization", ...rule });
      const said = await site.fail("refresh", "--yes");
      expect(said).toMatch(/Organization (acme-dev|prn:\S+) could not be read: /);
      expect(said).toMatch(reason);
      expect(said).not.toContain(site.emulator.apiKey);
      expect(await site.state()).toEqual(before);
    },
  );

  nightly("a revoked key is one error that says so, before anything is done", async () => {
    await running();
    const before = await site.state();
    site.emulator.control.revokeApiKey(site.emulator.apiKey);
    const said = await site.failUp("--refresh");
    expect(said).toMatch(/API key/);
    expect(said).not.toContain(site.emulator.apiKey);
    expect(await site.state()).toEqual(before);
  });

  nightly("a key that may not write is one error that names the object", async () => {
    site = await Site.begin({});
    site.emulator.control.addUser("eve@acme.example");
    await site.emulator.control.createOrganization("acme-dev", {}, { as: "eve@acme.example" });
    site.emulator.control.addMember("ada@acme.example", "acme-dev", "viewer");
    const id = `prn:1:${site.emulator.control.getOrganization("acme-dev").id}`;
    await site.declare({
      bob: { type: "peridio:Membership", properties: { organizationId: id, email: bob, role: "viewer" } },
    });
    expect(await site.failUp()).toMatch(
      /Membership acme-dev\/bob@acme\.example could not be created: ada@acme\.example is a viewer of organization acme-dev, but this operation requires the role admin/s,
    );
    expect(site.people()).not.toContain(`${bob} viewer invited`);
  });

  const passing: readonly [string, readonly FaultRule[]][] = [
    ["a 429 that says when to come back", [{ effect: { status: 429, body: "", headers: { "retry-after": "1" } } }]],
    ["a 429 that does not", [{ effect: { status: 429, body: "" } }]],
    ["a 500 and a page of a proxy", [{ effect: { status: 500, body: "" } }, { effect: "html" }]],
    ["connections that break", [{ effect: "drop", times: 2 }]],
  ];

  nightly.each(passing)("%s passes unnoticed", async (_what, rules) => {
    await running();
    for (const rule of rules) site.emulator.control.fault({ operation: "retrieve-an-organization", ...rule });
    await site.up("--refresh", "--expect-no-changes");
    expect(site.emulator.traffic.faults.list()).toEqual([]);
  });
});

test("what was created before a failure stays in the state, and the next up completes the rest", async () => {
  site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
  site.emulator.control.fault({ operation: "create-an-invitation", effect: { status: 422, body: { errors: {} } } });
  await site.failUp();
  expect(site.writes()).toEqual([
    expect.stringContaining("create-an-organization"),
    expect.stringContaining("invitation"),
  ]);
  await site.up();
  expect(site.writes()).toEqual([expect.stringContaining("create-an-invitation")]);
});

nightly("an operation ends when its custom time-out is over", async () => {
  await running();
  await site.declare({ ...dev, bob: member(bob, "viewer", { customTimeouts: { create: "2s" } }) });
  site.emulator.control.fault({ operation: "create-an-invitation", effect: "hang" });
  const said = await site.failUp();
  expect(said).toMatch(
    /Membership acme-dev\/bob@acme\.example could not be created: .*2 seconds that `customTimeouts` allows/s,
  );
  site.emulator.control.clearFaults();
  await site.declare({ ...dev, bob: member(bob, "viewer") });
  await site.up();
  expect(site.people()).toContain(`${bob} viewer invited`);
});

describe("secrets", () => {
  test("the API key stands in no output, no log and no state", async () => {
    site = await Site.begin({ ...dev, bob: member(bob, "viewer") });
    // A run that is over before the plugin sends what it has gathered for the log loses that.
    site.emulator.control.setLatency(300);
    const { stdout, stderr } = await site.stack.pulumi("up", "--yes", "-v=9", "--logtostderr");
    expect(stdout).toContain("3 created");
    expect(stderr).toContain("POST /v2/organizations: 201");
    expect(stdout).not.toContain(site.emulator.apiKey);
    expect(stderr).not.toContain(site.emulator.apiKey);
    expect(await site.stack.succeed("stack", "export", "--show-secrets")).not.toContain(site.emulator.apiKey);
  });

  test("a secret input is secret in the state and in what is shown", async () => {
    const description = { "fn::secret": "a well-kept description" };
    site = await Site.begin({ dev: { type: "peridio:Organization", properties: { name: "acme-dev", description } } });
    expect(await site.stack.succeed("up", "--yes", "--diff")).not.toContain("well-kept");
    expect(await site.stack.succeed("stack", "export")).not.toContain("well-kept");
    expect(site.emulator.control.getOrganization("acme-dev").description).toBe("a well-kept description");
    await site.up("--refresh", "--expect-no-changes");
    expect(await site.stack.succeed("stack", "export")).not.toContain("well-kept");
  });
});
