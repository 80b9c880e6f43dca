import { type Program, unknown, type Wire } from "../support/engine";
import { dev, organization, policy } from "../support/programs";
import { World } from "../support/world";

const here = "127.0.0.0/8";

let world: World;
beforeEach(async () => (world = await World.begin({ maxRetries: "1", runnerCidrs: JSON.stringify([here]) })));
afterEach(() => world.end());

async function withPolicy(settings: Wire): Promise<void> {
  await world.engine.up({ ...dev, policy: policy(settings) });
  world.requests();
}

describe("creating", () => {
  test("reads which members have no second factor, then sends the declared settings in one PATCH", async () => {
    await world.engine.up(dev);
    world.requests();
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "8h" }) });
    expect(world.requests()).toEqual([
      "GET security-settings",
      "GET invitations status:'pending'",
      "GET members",
      'PATCH security-settings {"two_factor_required":true,"session_timeout":28800}',
    ]);
  });

  test("does not write settings that equal the declaration", async () => {
    await world.engine.up(dev);
    await world.emulator.control.updateSecuritySettings("acme-dev", { two_factor_required: true });
    world.requests();
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(world.writes()).toEqual([]);
  });

  test("a preview rejects the overwriting of existing settings", async () => {
    await world.engine.up(dev);
    await world.emulator.control.updateSecuritySettings("acme-dev", { session_timeout: 3600 });
    const program = { ...dev, policy: policy({ sessionTimeout: "8h" }) };
    const refusal =
      /SecurityPolicy acme-dev already exists with settings .*sessionTimeout = "1h".*`pulumi import peridio:index:SecurityPolicy policy acme-dev`/;
    await expect(world.engine.preview(program)).rejects.toThrow(refusal);
    await expect(world.engine.up(program)).rejects.toThrow(refusal);
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });
});

describe("another spelling is not a change:", () => {
  test.each<[string, Wire, Wire]>([
    ["durations are compared in seconds", { sessionTimeout: "90m" }, { sessionTimeout: "1h30m" }],
    [
      "the case and the zeros of a CIDR",
      { ipAllowlist: [{ cidr: here }, { cidr: "2001:DB8::/32" }] },
      { ipAllowlist: [{ cidr: here }, { cidr: "2001:db8:0:0::/32" }] },
    ],
    [
      "a block alone and one without a description",
      { ipAllowlist: [here, { cidr: "10.0.0.0/8", description: "office" }] },
      { ipAllowlist: [{ cidr: here }, { cidr: "10.0.0.0/8", description: "office" }] },
    ],
    [
      "the order of an allowlist",
      { ipAllowlist: [{ cidr: here }, { cidr: "10.0.0.0/8" }] },
      { ipAllowlist: [{ cidr: "10.0.0.0/8" }, { cidr: here }] },
    ],
    [
      "a grace period of zero",
      { apiKeyRotation: { maxAgeDays: 90 } },
      { apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 0 } },
    ],
  ])("%s", async (_, before, after) => {
    await withPolicy(before);
    expect(await world.engine.up({ ...dev, policy: policy(after) })).toContainEqual({ op: "same", name: "policy" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.writes()).toEqual([]);
  });
});

describe("changing", () => {
  test("sends only what changed", async () => {
    await withPolicy({ requireTwoFactor: true, sessionTimeout: "8h" });
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "30d" }) });
    expect(world.requests()).toEqual(["GET security-settings", 'PATCH security-settings {"session_timeout":2592000}']);
  });

  test("a removed property returns to its default, and the others stay", async () => {
    await withPolicy({
      requireTwoFactor: true,
      sessionTimeout: "8h",
      ipAllowlist: [{ cidr: here }],
      apiKeyRotation: { maxAgeDays: 9 },
    });
    const steps = await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(steps).toContainEqual({
      op: "update",
      name: "policy",
      diff: { sessionTimeout: "delete", ipAllowlist: "delete", apiKeyRotation: "delete" },
    });
    expect(world.writes()).toEqual([
      'PATCH security-settings {"ip_allowlist":[],"session_timeout":null,"api_key_rotation":null}',
    ]);
  });

  test("outside Pulumi is drift for a declared setting only", async () => {
    await withPolicy({ requireTwoFactor: true });
    await world.emulator.control.updateSecuritySettings("acme-dev", {
      two_factor_required: false,
      session_timeout: 900,
    });
    expect(await world.engine.refresh()).toEqual([
      { op: "refresh", name: "policy", diff: { requireTwoFactor: "update" } },
    ]);
    world.requests();
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":true}']);
  });

  test("reads the settings once in a refresh", async () => {
    await withPolicy({ requireTwoFactor: true });
    await world.emulator.control.updateSecuritySettings("acme-dev", { two_factor_required: false });
    await world.engine.refresh();
    expect(world.requests()).toEqual(["GET", "GET security-settings"]);
  });
});

describe("`ignoreChanges` for a property of blocks", () => {
  test("applies to each block in any order", async () => {
    const blocks = [
      { cidr: here, description: "here" },
      { cidr: "10.0.0.0/8", description: "office" },
    ];
    await withPolicy({ ipAllowlist: blocks, sessionTimeout: "8h" });
    const swapped = [...blocks]
      .reverse()
      .map(({ cidr, description }) => ({ cidr, description: `${description} outside Pulumi` }));
    await world.emulator.control.updateSecuritySettings("acme-dev", { ip_allowlist: swapped });
    await world.engine.refresh();
    world.requests();
    const changed = policy(
      { ipAllowlist: blocks, sessionTimeout: "9h" },
      { ignoreChanges: ["ipAllowlist[*].description"] },
    );
    await world.engine.up({ ...dev, policy: changed });
    expect(world.writes()).toEqual(['PATCH security-settings {"session_timeout":32400}']);
  });
});

describe("deleting", () => {
  test("returns only the declared settings to their defaults", async () => {
    await withPolicy({ requireTwoFactor: true });
    await world.emulator.control.updateSecuritySettings("acme-dev", { session_timeout: 900 });
    await world.engine.up(dev);
    expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":false}']);
  });

  test("sends nothing if the settings are at their defaults", async () => {
    await withPolicy({ requireTwoFactor: false });
    await world.engine.up(dev);
    expect(world.writes()).toEqual([]);
  });

  test.each(["taint", "--replace"])("%s resets nothing", async () => {
    await withPolicy({ requireTwoFactor: true });
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true }) }, { replace: ["policy"] });
    expect(world.writes()).toEqual([]);
  });

  test("a renamed resource resets nothing", async () => {
    await withPolicy({ requireTwoFactor: true });
    await world.engine.up({ ...dev, rules: policy({ requireTwoFactor: true }) });
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "rules"]);
  });
});

describe("an allowlist that excludes the provider's own addresses", () => {
  const office = { cidr: "203.0.113.0/24" };
  const refusal =
    "SecurityPolicy acme-dev could not be created: the allowlist excludes 198.51.100.0/24, 2001:db8::/32, from which this provider connects (`peridio:runnerCidrs`). Add those blocks to `ipAllowlist`, or set `allowLockout: true` to accept a lockout.";
  let pipeline: World;
  beforeEach(async () => {
    pipeline = await World.begin({ runnerCidrs: JSON.stringify([here, "198.51.100.0/24", "2001:db8::/32"]) });
    await pipeline.engine.up(dev);
    pipeline.requests();
  });
  afterEach(() => pipeline.end());

  test("is rejected at preview and in `up`, and nothing is written", async () => {
    const program = { ...dev, policy: policy({ ipAllowlist: [{ cidr: here }, office] }) };
    await expect(pipeline.engine.preview(program)).rejects.toThrow(new Error(refusal));
    await expect(pipeline.engine.up(program)).rejects.toThrow(new Error(refusal));
    expect(pipeline.writes()).toEqual([]);
  });

  test("is rejected at preview even if the organization does not exist yet", async () => {
    const lab = (...blocks: readonly string[]): Program => ({
      ...dev,
      lab: organization("acme-lab"),
      rules: {
        type: "SecurityPolicy",
        inputs: (id) => ({ organizationId: id("lab"), ipAllowlist: blocks.map((cidr) => ({ cidr })) }),
      },
    });
    const early = refusal.replace("SecurityPolicy acme-dev", "SecurityPolicy rules");
    await expect(pipeline.engine.preview(lab(here, office.cidr))).rejects.toThrow(new Error(early));
    await pipeline.engine.preview(lab(here, "198.51.100.0/24", "2001:db8::/32"));
    expect(pipeline.engine.warnings).toEqual([]);
  });

  test("is rejected if it narrows a declared list", async () => {
    const wide = [{ cidr: here }, { cidr: "198.51.100.0/24" }, { cidr: "2001:db8::/32" }];
    await pipeline.engine.up({ ...dev, policy: policy({ ipAllowlist: wide }) });
    pipeline.requests();
    const narrow = { ...dev, policy: policy({ ipAllowlist: wide.slice(0, 2) }) };
    const narrowed =
      "SecurityPolicy acme-dev could not be updated: the allowlist excludes 2001:db8::/32, from which this provider connects (`peridio:runnerCidrs`). Add that block to `ipAllowlist`, or set `allowLockout: true` to accept a lockout.";
    await expect(pipeline.engine.preview(narrow)).rejects.toThrow(new Error(narrowed));
    await expect(pipeline.engine.up(narrow)).rejects.toThrow(new Error(narrowed));
    expect(pipeline.writes()).toEqual([]);
  });

  test("is rejected even if the program ignores a description that it could not declare", async () => {
    const wide = [here, "198.51.100.0/24", "2001:db8::/32"].map((cidr) => ({ cidr, description: "here" }));
    await pipeline.engine.up({ ...dev, policy: policy({ ipAllowlist: wide }) });
    for (const block of pipeline.emulator.state.organizations[0]?.security.ip_allowlist ?? [])
      block.description = "x".repeat(300);
    await pipeline.engine.refresh();
    pipeline.requests();
    const ignoreChanges = ["ipAllowlist[*].description"];
    const narrow = { ...dev, policy: policy({ ipAllowlist: wide.slice(0, 2) }, { ignoreChanges }) };
    await expect(pipeline.engine.preview(narrow)).rejects.toThrow("the allowlist excludes 2001:db8::/32");
    expect(pipeline.writes()).toEqual([]);
  });

  test("does not matter if other settings change or the list becomes empty", async () => {
    await pipeline.emulator.control.updateSecuritySettings("acme-dev", {
      ip_allowlist: [{ cidr: here, description: null }],
    });
    const other = { ...dev, policy: policy({ ipAllowlist: [{ cidr: here }], sessionTimeout: "8h" }) };
    await pipeline.engine.preview(other);
    await pipeline.engine.up(other);
    expect(pipeline.writes()).toEqual(['PATCH security-settings {"session_timeout":28800}']);
    await pipeline.engine.up({ ...dev, policy: policy({ ipAllowlist: [], sessionTimeout: "8h" }) });
    expect(pipeline.writes()).toEqual(['PATCH security-settings {"ip_allowlist":[]}']);
  });

  test("is accepted if two adjacent blocks contain them", async () => {
    const halves = [
      { cidr: here },
      { cidr: "198.51.100.0/25" },
      { cidr: "198.51.100.128/25" },
      { cidr: "2001:db8::/32" },
    ];
    const program = { ...dev, policy: policy({ ipAllowlist: halves }) };
    await pipeline.engine.preview(program);
    expect(pipeline.engine.warnings).toEqual([]);
  });
});

describe("without `peridio:runnerCidrs`, an allowlist that can lock the provider out", () => {
  const list = (...blocks: readonly string[]) => ({ ipAllowlist: blocks.map((cidr) => ({ cidr })) });
  const refusal = (operation: string) =>
    new Error(
      `SecurityPolicy acme-dev could not be ${operation}: the provider cannot check if this allowlist excludes it, because \`peridio:runnerCidrs\` is not set. ` +
        "Set `peridio:runnerCidrs` to the provider's own addresses, or set `allowLockout: true` to accept a lockout.",
    );
  const warning =
    "`allowLockout` accepts this risk: the provider cannot check if this allowlist excludes it, because `peridio:runnerCidrs` is not set.";
  const withList = (...blocks: readonly string[]): Program => ({ ...dev, policy: policy(list(...blocks)) });

  function withRules(...blocks: readonly string[]): Program {
    return { rules: { type: "SecurityPolicy", inputs: (id) => ({ organizationId: id("lab"), ...list(...blocks) }) } };
  }

  let unset: World;
  beforeEach(async () => {
    unset = await World.begin();
    await unset.engine.up(dev);
    unset.requests();
  });
  afterEach(() => unset.end());

  test.each(["not set", "an empty list"])(
    "is rejected at preview and in `up` if the setting is %s",
    async (setting) => {
      const settings = { apiKey: unset.emulator.apiKey, ...(setting !== "not set" && { runnerCidrs: "[]" }) };
      const engine = unset.with(settings);
      await engine.up({ lab: organization("acme-lab") });
      unset.requests();
      const program = { lab: organization("acme-lab"), ...withRules(here) };
      const rejected = new Error(refusal("created").message.replace("acme-dev", "acme-lab"));
      await expect(engine.preview(program)).rejects.toThrow(rejected);
      await expect(engine.up(program)).rejects.toThrow(rejected);
      expect(unset.writes()).toEqual([]);
    },
  );

  test("is rejected at preview even if the organization does not exist yet", async () => {
    const program = { lab: organization("acme-lab"), ...withRules(here) };
    const rejected = new Error(refusal("created").message.replace("acme-dev", "rules"));
    await expect(unset.engine.preview({ ...dev, ...program })).rejects.toThrow(rejected);
    expect(unset.writes()).toEqual([]);
  });

  test("is rejected if the list in force loses addresses, or another list replaces it", async () => {
    const first = policy({ ...list(here, "10.0.0.0/8"), allowLockout: true });
    await unset.engine.up({ ...dev, policy: first });
    unset.requests();
    for (const blocks of [[here], [here, "10.0.0.0/9"], ["198.51.100.0/24"]]) {
      await expect(unset.engine.preview(withList(...blocks))).rejects.toThrow(refusal("updated"));
      await expect(unset.engine.up(withList(...blocks))).rejects.toThrow(refusal("updated"));
    }
    expect(unset.writes()).toEqual([]);
  });

  test("is rejected in `up` if the live list became empty since the last refresh", async () => {
    await unset.engine.up({ ...dev, policy: policy({ ...list(here), allowLockout: true }) });
    await unset.emulator.control.updateSecuritySettings("acme-dev", { ip_allowlist: [] });
    unset.requests();
    await unset.engine.preview(withList(here, "10.0.0.0/8"));
    await expect(unset.engine.up(withList(here, "10.0.0.0/8"))).rejects.toThrow(refusal("updated"));
    expect(unset.writes()).toEqual([]);
  });

  test("is accepted if it does not change, loses no address, changes a description, or becomes empty", async () => {
    await unset.emulator.control.updateSecuritySettings("acme-dev", {
      ip_allowlist: [{ cidr: here, description: null }],
    });
    await unset.engine.up(withList(here));
    await unset.engine.up({ ...dev, policy: policy({ ...list(here), sessionTimeout: "8h" }) });
    const described = [{ cidr: here, description: "This machine" }];
    for (const ipAllowlist of [described, [{ cidr: "127.0.0.0/9" }, { cidr: "127.128.0.0/9" }, "10.0.0.0/8"], []]) {
      await unset.engine.preview({ ...dev, policy: policy({ ipAllowlist }) });
      expect(unset.engine.warnings).toEqual([]);
      await unset.engine.up({ ...dev, policy: policy({ ipAllowlist }) });
    }
    expect(unset.writes()).toHaveLength(4);
  });

  test("is accepted with a warning in the preview if the program acknowledges it, and the flag alone sends nothing", async () => {
    const acknowledged = { ...dev, policy: policy({ ...list(here), allowLockout: true }) };
    await unset.engine.preview(acknowledged);
    expect(unset.engine.warnings).toEqual([warning]);
    await unset.engine.up(acknowledged);
    expect(unset.writes()).toEqual([
      'PATCH security-settings {"ip_allowlist":[{"cidr":"127.0.0.0/8","description":null}]}',
    ]);
    await unset.engine.preview(acknowledged);
    expect(unset.engine.warnings).toEqual([]);
    expect(await unset.engine.up(withList(here))).toContainEqual({
      op: "update",
      name: "policy",
      diff: { allowLockout: "delete" },
    });
    expect(unset.writes()).toEqual([]);
    expect(await unset.engine.refresh()).toEqual([]);
  });

  test("is accepted in the partial preview of a program whose acknowledgement is unknown", async () => {
    const program = { ...dev, policy: policy({ ...list(here), allowLockout: unknown }) };
    await unset.engine.preview(program);
    expect(unset.engine.warnings).toEqual([]);
  });
});

test("a program that accepts a lockout is warned about the addresses that the allowlist excludes", async () => {
  await world.engine.up(dev);
  const excluding = policy({ ipAllowlist: [{ cidr: "203.0.113.0/24" }], allowLockout: true });
  await world.engine.preview({ ...dev, policy: excluding });
  expect(world.engine.warnings).toEqual([
    "`allowLockout` accepts this risk: the allowlist excludes 127.0.0.0/8, from which this provider connects (`peridio:runnerCidrs`).",
  ]);
});

describe("a preview warns", () => {
  test("about the members that a required second factor keeps from signing in", async () => {
    await world.engine.up(dev);
    const { control } = world.emulator;
    control.addUser("bob@acme.example", { two_factor_enabled: true });
    for (const email of ["bob@acme.example", "carl@acme.example"]) control.addMember(email, "acme-dev", "viewer");
    await control.invite("dora@acme.example", "acme-dev", "viewer");
    world.requests();
    await world.engine.preview({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(world.engine.warnings).toEqual([
      "After the update, `requireTwoFactor` keeps these members from signing in, because they have no second factor: ada@acme.example, carl@acme.example.",
    ]);
    expect(world.requests()).toEqual(["GET security-settings", "GET invitations status:'pending'", "GET members"]);
  });

  test("about them in an update, and about no one if the organization does not exist yet", async () => {
    const warnings =
      "After the update, `requireTwoFactor` keeps these members from signing in, because they have no second factor: ada@acme.example, carl@acme.example.";
    const required = { ...dev, policy: policy({ requireTwoFactor: true }) };
    await world.engine.preview(required);
    expect(world.engine.warnings).toEqual([]);
    await withPolicy({ requireTwoFactor: false });
    world.emulator.control.addMember("carl@acme.example", "acme-dev", "viewer");
    await world.engine.preview(required);
    expect(world.engine.warnings).toEqual([warnings]);
    await world.engine.up(required);
    await world.engine.preview(required);
    expect(world.engine.warnings).toEqual([]);
  });

  test("about them also in an `up` without a preview", async () => {
    const required = { ...dev, policy: policy({ requireTwoFactor: true }) };
    const shutOut = (who: string) => [
      `After the update, \`requireTwoFactor\` keeps these members from signing in, because they have no second factor: ${who}.`,
    ];
    await world.engine.up(required);
    expect(world.engine.warnings).toEqual(shutOut("ada@acme.example"));
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: false }) });
    expect(world.engine.warnings).toEqual([]);
    world.emulator.control.addMember("carl@acme.example", "acme-dev", "viewer");
    await world.engine.up(required);
    expect(world.engine.warnings).toEqual(shutOut("ada@acme.example, carl@acme.example"));
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "8h" }) });
    expect(world.engine.warnings).toEqual([]);
  });

  test("that the provider cannot name the members if Peridio does not list them; the policy is applied", async () => {
    await withPolicy({ requireTwoFactor: false });
    world.emulator.control.fault({ operation: "list-members", effect: { status: 500 }, times: "always" });
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":true}']);
    expect(world.engine.warnings).toEqual([
      expect.stringMatching(
        /^The provider could not list the members that `requireTwoFactor` keeps from signing in: Peridio or a proxy failed\..*HTTP 500/,
      ),
    ]);
  });

  test("about no one if all members have one or it is already required", async () => {
    await world.engine.up(dev);
    await world.emulator.control.updateSecuritySettings("acme-dev", { two_factor_required: true });
    world.requests();
    await world.engine.preview({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(world.engine.warnings).toEqual([]);
    expect(world.requests()).toEqual(["GET security-settings"]);
    await world.emulator.control.updateSecuritySettings("acme-dev", { two_factor_required: false });
    world.emulator.control.setTwoFactor("ada@acme.example", true);
    await world.engine.preview({ ...dev, policy: policy({ requireTwoFactor: true }) });
    expect(world.engine.warnings).toEqual([]);
  });
});

describe("a preview rejects invalid settings, all at once:", () => {
  test.each<[string, Wire, string[]]>([
    [
      "an address without a prefix",
      { ipAllowlist: [{ cidr: "203.0.113.7" }] },
      [
        'ipAllowlist[0].cidr: "203.0.113.7" is not a CIDR block: add a prefix length, such as 203.0.113.7/32 for this one address',
      ],
    ],
    [
      "an invalid block",
      { ipAllowlist: [{ cidr: here }, { cidr: "203.0.113.0/33" }] },
      [
        'ipAllowlist[1].cidr: "203.0.113.0/33" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32',
      ],
    ],
    [
      "host bits, also of a block alone",
      { ipAllowlist: [{ cidr: "203.0.113.7/24" }, "10.0.0.1/8"] },
      [
        'ipAllowlist[0].cidr: "203.0.113.7/24" has host bits set: write 203.0.113.0/24 for the block, or 203.0.113.7/32 for the one address',
        'ipAllowlist[1]: "10.0.0.1/8" has host bits set: write 10.0.0.0/8 for the block, or 10.0.0.1/32 for the one address',
      ],
    ],
    [
      "a misspelt property of a block",
      { ipAllowlist: [{ cdr: here }] },
      ["ipAllowlist[0]: does not support the property cdr: use one of cidr, description; did you mean cidr?"],
    ],
    [
      "an overlap",
      { ipAllowlist: [{ cidr: "10.0.0.0/8" }, { cidr: "10.1.0.0/16" }] },
      ["ipAllowlist[1].cidr: 10.1.0.0/16 overlaps 10.0.0.0/8: keep only one of the two, such as the wider block"],
    ],
    [
      "every address there is",
      { ipAllowlist: [{ cidr: "0.0.0.0/0" }] },
      ["ipAllowlist: contains every IPv4 address: to allow every address, set an empty list"],
    ],
    [
      "every address there is, in halves",
      { ipAllowlist: [{ cidr: "128.0.0.0/1" }, { cidr: "2001:db8::/32" }, { cidr: "0.0.0.0/1" }] },
      ["ipAllowlist: contains every IPv4 address: to allow every address, set an empty list"],
    ],
    [
      "every IPv6 address there is",
      { ipAllowlist: [{ cidr: here }, { cidr: "::/1" }, { cidr: "8000::/2" }, { cidr: "c000::/2" }] },
      ["ipAllowlist: contains every IPv6 address: to allow every address, set an empty list"],
    ],
    [
      "an invalid duration",
      { sessionTimeout: "8 hours" },
      ["sessionTimeout: must be a duration, such as 8h, 90m or 30d"],
    ],
    [
      "values out of range",
      { sessionTimeout: "31d", apiKeyRotation: { maxAgeDays: 0, gracePeriodDays: 91 } },
      [
        "sessionTimeout: must be between 5m and 30d",
        "apiKeyRotation.maxAgeDays: must be at least 1 day",
        "apiKeyRotation.gracePeriodDays: must be at most 90 days",
      ],
    ],
    [
      "a misspelt property",
      { requireTwoFaktor: true },
      [
        "requireTwoFaktor: is not a property of SecurityPolicy. The properties are organizationId, requireTwoFactor, ipAllowlist, allowLockout, sessionTimeout, apiKeyRotation; did you mean requireTwoFactor?",
      ],
    ],
  ])("%s", async (_, settings, failures) => {
    await expect(world.engine.preview({ ...dev, policy: policy(settings) })).rejects.toThrow(
      new Error(failures.join("\n")),
    );
  });
});

test.each(["name", "PRN"])(
  "an import by the organization's %s declares the settings that are not at their defaults",
  async (form) => {
    await world.engine.up(dev);
    await world.emulator.control.updateSecuritySettings("acme-dev", {
      session_timeout: 5400,
      ip_allowlist: [{ cidr: here, description: null }],
    });
    const prn = world.engine.state.get("dev")?.id ?? "";
    expect(await world.engine.import("policy", "SecurityPolicy", form === "name" ? "acme-dev" : prn)).toEqual({
      organizationId: prn,
      sessionTimeout: "90m",
      ipAllowlist: [{ cidr: here }],
    });
  },
);

test("blocks with host bits in Peridio are imported in canonical form", async () => {
  await world.engine.up(dev);
  await world.emulator.control.updateSecuritySettings("acme-dev", {
    ip_allowlist: [{ cidr: "127.0.0.1/8", description: null }],
  });
  expect(await world.engine.import("policy", "SecurityPolicy", "acme-dev")).toMatchObject({
    ipAllowlist: [{ cidr: here }],
  });
});

test("blocks without a description are sent and kept as entries", async () => {
  await withPolicy({ requireTwoFactor: false });
  await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: false, ipAllowlist: [here] }) });
  expect(world.writes()).toEqual([
    'PATCH security-settings {"ip_allowlist":[{"cidr":"127.0.0.0/8","description":null}]}',
  ]);
  expect(world.engine.state.get("policy")).toMatchObject({
    inputs: { ipAllowlist: [{ cidr: here }] },
    outputs: { ipAllowlist: [{ cidr: here }] },
  });
});
