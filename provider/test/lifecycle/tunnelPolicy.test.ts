import { beginConnect, operations } from "../support/connect";
import type { Program, Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

const program: Program = {
  ...dev,
  firmware: part("Project", { name: "firmware", everyoneEnabled: true }),
  canary: { type: "Cohort", inputs: (id) => ({ projectId: id("firmware"), name: "canary", everyoneEnabled: true }) },
};

async function call(more: Wire = {}): Promise<Wire | undefined> {
  return (await world.engine.invoke(["getTunnelPolicy", { organizationId: "acme-dev", ...more }]))[0];
}

test("getTunnelPolicy returns the rules of an organization, and none if Peridio reports none", async () => {
  expect(await call()).toEqual({ policy: {} });
  world.emulator.control.access.setTunnelPolicy("acme-dev", {
    max_ttl_seconds: 3600,
    backoff_seconds: 60,
    max_concurrent: 2,
    cidr_allowlist: ["203.0.113.0/24"],
    require_reason: false,
    allowed_windows: [{ days: ["mon"] }],
  });
  expect(await call()).toEqual({
    policy: {
      maxTtlSeconds: 3600,
      backoffSeconds: 60,
      maxConcurrent: 2,
      cidrAllowlist: ["203.0.113.0/24"],
      requireReason: false,
      allowedWindows: ['{"days":["mon"]}'],
    },
  });
  expect(operations(world)).toEqual(["Me_show", "TunnelPolicy_show_org", "Me_show", "TunnelPolicy_show_org"]);
});

test("getTunnelPolicy returns the rules in force of a cohort, and its own rules", async () => {
  await world.engine.up(program);
  const { access } = world.emulator.control;
  access.setTunnelPolicy("acme-dev", { max_ttl_seconds: 3600, max_concurrent: 2 });
  access.setCohortTunnelPolicy("canary", "firmware", "acme-dev", { max_concurrent: 1 });
  operations(world);
  const cohortId = String(world.engine.state.get("canary")?.id);
  const expected = { policy: { maxTtlSeconds: 3600, maxConcurrent: 1 }, overrides: { maxConcurrent: 1 } };
  expect(await call({ cohortId })).toEqual(expected);
  expect(await call({ cohortId: cohortId.replace("prn:1:", "").toUpperCase() })).toEqual(expected);
  expect(operations(world).filter((line) => line !== "Me_show")).toEqual([
    "TunnelPolicy_show_cohort",
    "TunnelPolicy_show_cohort",
  ]);
});

test("getTunnelPolicy returns blocks that a TunnelPolicy can declare", async () => {
  world.emulator.control.access.setTunnelPolicy("acme-dev", { cidr_allowlist: ["203.0.113.9/24"] });
  expect(await call()).toEqual({ policy: { cidrAllowlist: ["203.0.113.0/24"] } });
});

// N5: a cohort only tightens the rules of the organization, except that its allowlist replaces that of the organization.
test("the rules in force of a cohort are the stricter ones, with the cohort's allowlist", async () => {
  await world.engine.up(program);
  const { access } = world.emulator.control;
  const rules = { max_ttl_seconds: 600, backoff_seconds: 60, max_concurrent: 2, require_reason: true };
  access.setTunnelPolicy("acme-dev", { ...rules, cidr_allowlist: ["203.0.113.0/24"] });
  const policy = async (own: typeof rules) => {
    access.setCohortTunnelPolicy("canary", "firmware", "acme-dev", { ...own, cidr_allowlist: ["0.0.0.0/0"] });
    return (await call({ cohortId: String(world.engine.state.get("canary")?.id) }))?.policy;
  };
  const looser = { max_ttl_seconds: 3600, backoff_seconds: 10, max_concurrent: 9, require_reason: false };
  const inForce = { maxTtlSeconds: 600, backoffSeconds: 60, maxConcurrent: 2, requireReason: true };
  expect(await policy(looser)).toEqual({ ...inForce, cidrAllowlist: ["0.0.0.0/0"] });
  const tighter = { max_ttl_seconds: 60, backoff_seconds: 90, max_concurrent: 1, require_reason: true };
  expect(await policy(tighter)).toEqual({
    maxTtlSeconds: 60,
    backoffSeconds: 90,
    maxConcurrent: 1,
    requireReason: true,
    cidrAllowlist: ["0.0.0.0/0"],
  });
});

test("getTunnelPolicy rejects a cohort of another organization, and an id without the project", async () => {
  const [organization, project, cohort] = ["1", "2", "3"].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  const cohortId = `prn:1:${organization ?? ""}/${project ?? ""}/${cohort ?? ""}`;
  await expect(call({ cohortId })).rejects.toThrow(
    `cohort ${cohortId} is not in organization acme-dev. Correct \`cohortId\`.`,
  );
  await expect(call({ cohortId: cohort ?? "" })).rejects.toThrow("cohortId: must be the `id` of a Cohort");
  expect(operations(world)).not.toContain("TunnelPolicy_show_cohort");
});

test("getTunnelPolicy is rejected with the Admin API", async () => {
  const admin = await World.begin();
  await expect(admin.engine.invoke(["getTunnelPolicy", { organizationId: "acme-dev" }])).rejects.toThrow(
    "The provider manages no tunnel policies with Peridio's Admin API",
  );
  await admin.end();
});
