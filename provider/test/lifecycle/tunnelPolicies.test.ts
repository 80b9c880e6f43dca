import { beginConnect, operations } from "../support/connect";
import type { Program, Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import type { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

const cohorts: Program = {
  ...dev,
  firmware: part("Project", { name: "firmware", everyoneEnabled: true }),
  canary: { type: "Cohort", inputs: (id) => ({ projectId: id("firmware"), name: "canary", everyoneEnabled: true }) },
};

/** Returns a program with the policy of the organization. */
const ofOrganization = (rules: Wire): Program => ({ ...dev, tunnels: part("TunnelPolicy", rules) });

/** Returns a program with the policy of the cohort `canary`. */
const ofCohort = (rules: Wire): Program => ({
  ...cohorts,
  tunnels: {
    type: "TunnelPolicy",
    inputs: (id) => ({ organizationId: id("dev"), cohortId: id("canary"), ...rules }),
  },
});

const access = () => world.emulator.control.access;
const stored = () => world.emulator.control.getOrganization("acme-dev").tunnel_policy;
const storedOfCohort = () =>
  world.emulator.control.getOrganization("acme-dev").projects[0]?.cohorts[0]?.tunnel_policy ?? {};

const none = {
  max_ttl_seconds: null,
  backoff_seconds: null,
  max_concurrent: null,
  cidr_allowlist: null,
  require_reason: null,
  allowed_windows: null,
};

describe("the policy of an organization", () => {
  test("is adopted with one write, after a preview without writes", async () => {
    await world.engine.up(dev);
    world.requests();
    expect(await world.engine.preview(ofOrganization({ maxTtlSeconds: 600 }))).toContainEqual({
      op: "create",
      name: "tunnels",
    });
    expect(world.writes()).toEqual([]);
    await world.engine.up(ofOrganization({ maxTtlSeconds: 600 }));
    expect(world.writes()).toEqual(['PUT tunnel-policy {"tunnel_policy":{"max_ttl_seconds":600}}']);
    expect(world.engine.state.get("tunnels")?.outputs).toMatchObject({ maxTtlSeconds: 600 });
  });

  // No source says if the request keeps the rules that it omits.
  test("is sent as a whole, with the rules that the program does not declare", async () => {
    access().setTunnelPolicy("acme-dev", {
      cidr_allowlist: ["203.0.113.7/24", "any"],
      require_reason: false,
      allowed_windows: [],
      backoff_seconds: 0,
    });
    await world.engine.up(ofOrganization({ maxTtlSeconds: 600 }));
    expect(world.writes()).toEqual([
      'PUT tunnel-policy {"tunnel_policy":{"max_ttl_seconds":600,"backoff_seconds":0,"cidr_allowlist":["203.0.113.7/24","any"],"require_reason":false,"allowed_windows":[]}}',
    ]);
  });

  test("loses a rule that the program stops declaring", async () => {
    await world.engine.up(ofOrganization({ maxTtlSeconds: 600, maxConcurrent: 2 }));
    world.requests();
    await world.engine.up(ofOrganization({ maxConcurrent: 2 }));
    expect(world.writes()).toEqual(['PUT tunnel-policy {"tunnel_policy":{"max_ttl_seconds":null,"max_concurrent":2}}']);
    expect(stored()).toEqual({ ...none, max_concurrent: 2 });
    await world.engine.up(ofOrganization({}));
    expect(world.writes()).toEqual(['PUT tunnel-policy {"tunnel_policy":{"max_concurrent":null}}']);
  });

  test("is not created over other values", async () => {
    access().setTunnelPolicy("acme-dev", { max_ttl_seconds: 300 });
    await expect(world.engine.up(ofOrganization({ maxTtlSeconds: 600 }))).rejects.toThrow(
      "already exists with settings that differ from the defaults (maxTtlSeconds = 300)",
    );
  });

  test("keeps all rules when the resource is deleted, because no request removes them", async () => {
    await world.engine.up(ofOrganization({ maxTtlSeconds: 600, cidrAllowlist: ["203.0.113.0/24"] }));
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual([]);
    expect(stored()).toEqual({ ...none, max_ttl_seconds: 600, cidr_allowlist: ["203.0.113.0/24"] });
    expect(world.engine.warnings).toEqual([
      expect.stringContaining(
        'These rules stay in force: maxTtlSeconds = 600, cidrAllowlist = ["203.0.113.0/24"]. To remove a rule',
      ),
    ]);
  });

  test("is imported by the organization's name, and an empty allowlist differs from none", async () => {
    await world.engine.up(dev);
    access().setTunnelPolicy("acme-dev", { cidr_allowlist: [] });
    expect(await world.engine.import("tunnels", "TunnelPolicy", "acme-dev")).toMatchObject({ cidrAllowlist: [] });
    access().setTunnelPolicy("acme-dev", {});
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "tunnels", diff: { cidrAllowlist: "add" } }]);
  });

  test("shows drift, which the next update repairs", async () => {
    const program = ofOrganization({ cidrAllowlist: ["203.0.113.0/24"] });
    await world.engine.up(program);
    access().setTunnelPolicy("acme-dev", { cidr_allowlist: ["0.0.0.0/0"] });
    expect(await world.engine.refresh()).toEqual([
      { op: "refresh", name: "tunnels", diff: { cidrAllowlist: "update" } },
    ]);
    world.requests();
    await world.engine.up(program);
    expect(stored().cidr_allowlist).toEqual(["203.0.113.0/24"]);
  });
});

// No source says if the request keeps what it omits, so a write could remove rules of a newer API.
describe("a policy with a rule that the provider does not know", () => {
  const unknown = "the policy has rules that this provider does not know: allow_file_transfer.";

  /** Adds an unknown rule to each response with the policy, after some responses. */
  const addRule = (operation: string, data: (policy: Wire) => Wire, skip = 0) => {
    const body = { data: data({ ...none, max_ttl_seconds: 600, allow_file_transfer: false, label: null }) };
    world.emulator.traffic.faults.add({ operation, skip, times: "always", effect: { status: 200, body } });
  };
  const addToOrganization = (skip = 0) => {
    addRule("TunnelPolicy_show_org", (policy) => policy, skip);
  };

  test("is read, and a preview refuses each change", async () => {
    await world.engine.up(ofOrganization({ maxTtlSeconds: 600 }));
    addToOrganization();
    await world.engine.refresh();
    await world.engine.preview(ofOrganization({ maxTtlSeconds: 600 }));
    await expect(world.engine.preview(ofOrganization({ maxTtlSeconds: 300 }))).rejects.toThrow(unknown);
    await expect(world.engine.preview(ofOrganization({}))).rejects.toThrow(unknown);
  });

  test("is named by getTunnelPolicy", async () => {
    await world.engine.up(dev);
    addToOrganization();
    expect(await world.engine.invoke(["getTunnelPolicy", { organizationId: "acme-dev" }])).toEqual([
      { policy: { maxTtlSeconds: 600, unknownRules: ["allow_file_transfer"] } },
    ]);
  });

  test("is not declared anew", async () => {
    await world.engine.up(dev);
    addToOrganization();
    await expect(world.engine.preview(ofOrganization({ maxConcurrent: 1 }))).rejects.toThrow(unknown);
  });

  test("is refused too if the rule appears after the preview", async () => {
    await world.engine.up(ofOrganization({ maxTtlSeconds: 600 }));
    world.requests();
    addToOrganization(1);
    await expect(world.engine.up(ofOrganization({ maxTtlSeconds: 300 }))).rejects.toThrow(unknown);
    expect(world.writes()).toEqual([]);
  });

  test("keeps its rules when the resource of a cohort is deleted", async () => {
    await world.engine.up(ofCohort({ maxTtlSeconds: 600 }));
    world.requests();
    addRule("TunnelPolicy_show_cohort", (policy) => ({ resolved: policy, overrides: policy }));
    await expect(world.engine.up(cohorts)).rejects.toThrow(unknown);
    expect(world.writes()).toEqual([]);
  });
});

test("a rule that someone else tightens between the first read and the write stays", async () => {
  await world.engine.up(ofOrganization({ maxTtlSeconds: 600 }));
  access().setTunnelPolicy("acme-dev", { max_ttl_seconds: 600, max_concurrent: 1 });
  const earlier = { data: { ...none, max_ttl_seconds: 600, max_concurrent: 5 } };
  world.emulator.traffic.faults.add({ operation: "TunnelPolicy_show_org", effect: { status: 200, body: earlier } });
  await world.engine.up(ofOrganization({ maxTtlSeconds: 300 }));
  expect(stored()).toEqual({ ...none, max_ttl_seconds: 300, max_concurrent: 1 });
});

describe("an allowlist", () => {
  test("has no order, and any spelling of a block", async () => {
    await world.engine.up(ofOrganization({ cidrAllowlist: ["203.0.113.0/24", "2001:db8::/32"] }));
    world.requests();
    await world.engine.up(ofOrganization({ cidrAllowlist: ["2001:DB8:0::/32", "203.0.113.0/24"] }));
    expect(world.writes()).toEqual([]);
  });

  test("is different when it is empty and when there is none", async () => {
    await world.engine.up(ofOrganization({ cidrAllowlist: [] }));
    expect(stored().cidr_allowlist).toEqual([]);
    world.requests();
    await world.engine.up(ofOrganization({}));
    expect(world.writes()).toEqual(['PUT tunnel-policy {"tunnel_policy":{"cidr_allowlist":null}}']);
    await world.engine.up(ofOrganization({ cidrAllowlist: [] }));
    expect(world.writes()).toEqual(['PUT tunnel-policy {"tunnel_policy":{"cidr_allowlist":[]}}']);
  });

  test("rejects text that is no block, and host bits", async () => {
    const program = ofOrganization({ cidrAllowlist: ["any", "203.0.113.7/24"], maxTtlSeconds: 86_401 });
    await expect(world.engine.up(program)).rejects.toThrow(
      /"any" is not a CIDR block[^]*"203.0.113.7\/24" has host bits set|must be at most 86400 seconds/,
    );
  });
});

test("windows are JSON objects, whose spelling does not matter", async () => {
  await expect(world.engine.up(ofOrganization({ allowedWindows: ["mon"] }))).rejects.toThrow("must be a JSON object");
  await world.engine.up(ofOrganization({ allowedWindows: ['{"days":["mon"],"from":8}'] }));
  expect(stored().allowed_windows).toEqual([{ days: ["mon"], from: 8 }]);
  world.requests();
  await world.engine.up(ofOrganization({ allowedWindows: ['{ "from": 8, "days": ["mon"] }'] }));
  expect(world.writes()).toEqual([]);
});

describe("the policy of a cohort", () => {
  test("is written to the cohort, and cleared with DELETE when it loses its last rule", async () => {
    await world.engine.up(ofCohort({ maxConcurrent: 1 }));
    expect(storedOfCohort()).toEqual({ ...none, max_concurrent: 1 });
    expect(stored()).toEqual(none);
    operations(world);
    await world.engine.up(ofCohort({}));
    expect(operations(world)).toContain("TunnelPolicy_clear_cohort");
    expect(storedOfCohort()).toEqual(none);
  });

  test("is cleared when the resource is deleted, with a warning", async () => {
    await world.engine.up(ofCohort({ maxConcurrent: 1 }));
    operations(world);
    await world.engine.up(cohorts);
    expect(operations(world)).toContain("TunnelPolicy_clear_cohort");
    expect(storedOfCohort()).toEqual(none);
    expect(world.engine.warnings).toEqual([
      expect.stringContaining(
        "The cohort no longer has these rules: maxConcurrent = 1. The organization's rules apply instead.",
      ),
    ]);
  });

  test("keeps rules that the program never declared when the resource is deleted", async () => {
    await world.engine.up(ofCohort({ maxConcurrent: 1 }));
    access().setCohortTunnelPolicy("canary", "firmware", "acme-dev", {
      max_concurrent: 1,
      cidr_allowlist: ["203.0.113.0/24"],
    });
    world.requests();
    await world.engine.up(cohorts);
    expect(world.writes().map((line) => line.replace(/ .*\/tunnel/, " tunnel"))).toEqual([
      'PUT tunnel-policy {"tunnel_policy":{"max_concurrent":null,"cidr_allowlist":["203.0.113.0/24"]}}',
    ]);
    expect(storedOfCohort()).toEqual({ ...none, cidr_allowlist: ["203.0.113.0/24"] });
  });

  test("leaves the state with the cohort", async () => {
    await world.engine.up(ofCohort({ maxConcurrent: 1 }));
    world.emulator.control.getOrganization("acme-dev").projects[0]?.cohorts.pop();
    expect(await world.engine.refresh()).toContainEqual({ op: "gone", name: "tunnels" });
  });

  test("is imported by the names of the organization, the project and the cohort", async () => {
    await world.engine.up(cohorts);
    access().setCohortTunnelPolicy("canary", "firmware", "acme-dev", { require_reason: true });
    const cohortId = world.engine.state.get("canary")?.id;
    const imported = await world.engine.import("tunnels", "TunnelPolicy", "acme-dev/firmware/canary");
    expect(imported).toMatchObject({ cohortId, requireReason: true });
    expect(world.engine.state.get("tunnels")?.id).toBe(cohortId);
  });

  test("is rejected for a cohort of another organization", async () => {
    await world.engine.up(dev);
    const [organization, project, cohort] = ["1", "2", "3"].map(
      (digit) => `00000000-0000-4000-8000-00000000000${digit}`,
    );
    const cohortId = `prn:1:${organization ?? ""}/${project ?? ""}/${cohort ?? ""}`;
    await expect(world.engine.up(ofOrganization({ cohortId, maxConcurrent: 1 }))).rejects.toThrow(
      `cohort ${cohortId} is not in organization`,
    );
  });

  test("conflicts only with another policy of the same cohort", async () => {
    const one = ofCohort({ maxConcurrent: 1 });
    await world.engine.up({ ...one, organization: part("TunnelPolicy", { maxConcurrent: 2 }) });
    const { tunnels } = one;
    if (tunnels === undefined) throw new Error("There is no policy.");
    await expect(world.engine.up({ ...one, again: tunnels })).rejects.toThrow("is declared twice");
  });
});

describe("a preview warns", () => {
  async function preview(program: Program): Promise<readonly string[]> {
    await world.engine.preview(program);
    return [...world.engine.warnings];
  }

  test("of rules with another effect than their names say", async () => {
    await world.engine.up(dev);
    const rules = { maxTtlSeconds: 3601, cidrAllowlist: [], requireReason: true, allowedWindows: ["{}"] };
    const warnings = await preview(ofOrganization(rules));
    expect(warnings).toEqual([
      expect.stringContaining("`maxTtlSeconds: 3601` has the effect of 3600."),
      expect.stringContaining("Peridio does not document if an empty `cidrAllowlist` permits every address or none."),
      expect.stringContaining("Peridio rejects each tunnel that the API opens"),
      expect.stringContaining("`allowedWindows` blocks every tunnel"),
    ]);
    expect(
      await preview(
        ofOrganization({
          maxTtlSeconds: 3600,
          cidrAllowlist: ["10.0.0.0/8"],
          requireReason: false,
          allowedWindows: [],
        }),
      ),
    ).toEqual([]);
  });

  // N5: a cohort only tightens, except that its allowlist replaces that of the organization.
  test("of rules of a cohort that are weaker than those in force for the organization", async () => {
    await world.engine.up(cohorts);
    access().setTunnelPolicy("acme-dev", {
      max_ttl_seconds: 600,
      backoff_seconds: 60,
      max_concurrent: 2,
      require_reason: true,
      cidr_allowlist: ["203.0.113.0/25", "203.0.113.128/25"],
    });
    const weaker = { maxTtlSeconds: 601, backoffSeconds: 59, maxConcurrent: 3, requireReason: false };
    expect(await preview(ofCohort({ ...weaker, cidrAllowlist: ["203.0.113.0/24", "198.51.100.0/24"] }))).toEqual([
      expect.stringContaining("`maxTtlSeconds: 601` has no effect, because the organization's rule is stricter: 600."),
      expect.stringContaining("`backoffSeconds: 59` has no effect, because the organization's rule is stricter: 60."),
      expect.stringContaining("`maxConcurrent: 3` has no effect, because the organization's rule is stricter: 2."),
      expect.stringContaining(
        "`requireReason: false` has no effect, because the organization's rule is stricter: true.",
      ),
      expect.stringContaining("adds addresses that the organization does not permit: 198.51.100.0/24."),
    ]);
    const equal = { maxTtlSeconds: 600, backoffSeconds: 60, maxConcurrent: 2, cidrAllowlist: ["203.0.113.0/24"] };
    expect(await preview(ofCohort(equal))).toEqual([]);
  });

  test("of a weaker rule of a cohort that the same update creates", async () => {
    await world.engine.up(dev);
    access().setTunnelPolicy("acme-dev", { max_concurrent: 2 });
    expect(await preview(ofCohort({ maxConcurrent: 3 }))).toEqual([
      expect.stringContaining("`maxConcurrent: 3` has no effect"),
    ]);
  });

  test("of a rule that is weaker than the program's own rule of the organization", async () => {
    await world.engine.up(cohorts);
    const { tunnels } = ofCohort({ maxConcurrent: 3 });
    if (tunnels === undefined) throw new Error("There is no policy.");
    const program = { ...cohorts, organization: part("TunnelPolicy", { maxConcurrent: 2 }), tunnels };
    expect(await preview(program)).toEqual([expect.stringContaining("`maxConcurrent: 3` has no effect")]);
  });

  test("not of a weaker rule if the same update removes the rule of the organization", async () => {
    const { tunnels = part("TunnelPolicy", {}) } = ofCohort({ maxConcurrent: 3, maxTtlSeconds: 600 });
    await world.engine.up({ ...cohorts, organization: part("TunnelPolicy", { maxConcurrent: 2, maxTtlSeconds: 300 }) });
    const organization = part("TunnelPolicy", { maxTtlSeconds: 300 });
    expect(await preview({ ...cohorts, organization, tunnels })).toEqual([
      expect.stringContaining("`maxTtlSeconds: 600` has no effect"),
    ]);
  });

  test("of a weaker rule even if Peridio reports a value that no program can declare", async () => {
    await world.engine.up(cohorts);
    access().setTunnelPolicy("acme-dev", { max_ttl_seconds: 600, max_concurrent: 20 });
    expect(await preview(ofCohort({ maxTtlSeconds: 601 }))).toEqual([
      expect.stringContaining("`maxTtlSeconds: 601` has no effect"),
    ]);
  });
});

test("each policy of a visible organization is listed, with the path that an import accepts", async () => {
  await world.engine.up(cohorts);
  expect(await world.engine.listNames("TunnelPolicy", {})).toEqual(["acme-dev", "acme-dev/firmware/canary"]);
});
