import { beginConnect, operations } from "../support/connect";
import { Engine, type Program, secret, type Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

const factory = (settings: Wire = {}): Program => ({
  ...dev,
  factory: part("ClaimToken", { name: "factory", ...settings }),
});
const stored = () => world.emulator.state.organizations[0]?.claim_tokens ?? [];
const outputs = () => world.engine.state.get("factory")?.outputs;
const writes = () => operations(world).filter((line) => /_create|_update|_delete/.test(line));

test("an expiry in the past is rejected in the preview, unless the state already has it", async () => {
  const past = "2020-01-01T00:00:00Z";
  const reason = "`expiresAt` is 2020-01-01T00:00:00Z, but it must be in the future. Declare a later moment.";
  await expect(world.engine.preview(factory({ expiresAt: past }))).rejects.toThrow(reason);
  await world.engine.up(factory({ expiresAt: "2099-01-01T00:00:00Z" }));
  await expect(world.engine.preview(factory({ expiresAt: past }))).rejects.toThrow(reason);
  for (const token of stored()) token.expires_at = past;
  await world.engine.refresh();
  await world.engine.preview(factory({ expiresAt: past, maxUses: 7 }));
});

test("is created with a secret token, and an unchanged run sends no write", async () => {
  const program = factory({ expiresAt: "2099-01-01T01:00:00+01:00", maxUses: 500, tags: ["b", "a"] });
  expect(await world.engine.preview(program)).toContainEqual({ op: "create", name: "factory" });
  expect(writes()).toEqual([]);
  await world.engine.up(program);
  expect(writes()).toEqual([
    'ClaimToken_create {"claim_token":{"name":"factory","expires_at":"2099-01-01T00:00:00Z","max_uses":500,"tags":["b","a"]}}',
  ]);
  expect(outputs()).toEqual({
    organizationId: world.engine.state.get("dev")?.id,
    name: "factory",
    expiresAt: "2099-01-01T01:00:00+01:00",
    maxUses: 500,
    tags: ["b", "a"],
    claimTokenId: stored()[0]?.id,
    token: secret(stored()[0]?.token ?? ""),
  });
  const respelled = factory({ expiresAt: "2099-01-01T00:00:00.000Z", maxUses: 500, tags: ["a", "b"] });
  expect(await world.engine.up(respelled)).toContainEqual({ op: "same", name: "factory" });
  expect(writes()).toEqual([]);
});

describe("the end of the token", () => {
  const warnings = () => world.engine.warnings.filter((text) => text.includes("claim token expires"));

  test("is 24 hours after the creation by default, which a preview says, and the state shows the real end", async () => {
    await world.engine.preview(factory());
    expect(warnings()).toEqual([
      expect.stringContaining(
        "The claim token expires 24 hours after its creation. To set another end, declare `expiresAt`, such as 2027-02-01T00:00:00Z, or `never`.",
      ),
    ]);
    await world.engine.up(factory());
    expect(writes()).toEqual(['ClaimToken_create {"claim_token":{"name":"factory"}}']);
    const { expires_at: end } = stored()[0] ?? {};
    expect(end).toMatch(/^2\d{3}-/);
    expect(outputs()).toHaveProperty("expiresAt", end);
    expect(world.engine.state.get("factory")?.inputs).not.toHaveProperty("expiresAt");
    for (const run of ["preview", "up"] as const)
      expect(await world.engine[run](factory())).toContainEqual({ op: "same", name: "factory" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(await world.engine.up(factory())).toContainEqual({ op: "same", name: "factory" });
    expect([warnings(), writes()]).toEqual([[], []]);
  });

  test("a real end that changes outside Pulumi is no drift of a program without an end", async () => {
    await world.engine.up(factory());
    Object.assign(stored()[0] ?? {}, { expires_at: "2099-01-01T00:00:00Z" });
    await world.engine.refresh();
    expect(outputs()).toHaveProperty("expiresAt", "2099-01-01T00:00:00Z");
    writes();
    expect(await world.engine.up(factory())).toContainEqual({ op: "same", name: "factory" });
    expect(writes()).toEqual([]);
  });

  test("`never` sends the far moment of Peridio's own command line, which is no change", async () => {
    await world.engine.preview(factory({ expiresAt: "never" }));
    expect(warnings()).toEqual([]);
    await world.engine.up(factory({ expiresAt: "never" }));
    expect(writes()).toEqual([
      'ClaimToken_create {"claim_token":{"name":"factory","expires_at":"2099-12-31T23:59:59Z"}}',
    ]);
    for (const expiresAt of ["never", "2099-12-31T23:59:59Z"])
      expect(await world.engine.up(factory({ expiresAt }))).toContainEqual({ op: "same", name: "factory" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(writes()).toEqual([]);
  });

  test("an existing token gets another end, and keeps it if the program stops declaring it", async () => {
    await world.engine.up(factory());
    writes();
    await world.engine.up(factory({ expiresAt: "never" }));
    expect(writes()).toEqual(['ClaimToken_update {"claim_token":{"expires_at":"2099-12-31T23:59:59Z"}}']);
    await world.engine.up(factory({ expiresAt: "2099-01-01T00:00:00Z" }));
    expect(writes()).toEqual(['ClaimToken_update {"claim_token":{"expires_at":"2099-01-01T00:00:00Z"}}']);
    for (const run of ["preview", "up"] as const)
      expect(await world.engine[run](factory())).toContainEqual({ op: "same", name: "factory" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(outputs()).toHaveProperty("expiresAt", "2099-01-01T00:00:00Z");
    expect([warnings(), writes()]).toEqual([[], []]);
  });

  test("is no difference after an import, with and without a declaration", async () => {
    await world.engine.up(factory({ expiresAt: "2099-01-01T00:00:00Z" }));
    const id = `acme-dev/${stored()[0]?.id ?? ""}`;
    for (const settings of [{}, { expiresAt: "2099-01-01T00:00:00Z" }]) {
      world.engine.state.delete("factory");
      await world.engine.import("factory", "ClaimToken", id);
      expect(outputs()).toHaveProperty("expiresAt", "2099-01-01T00:00:00Z");
      writes();
      expect(await world.engine.up(factory(settings))).toContainEqual({ op: "same", name: "factory" });
      expect(writes()).toEqual([]);
    }
  });

  test("a preview warns about a declared end within a day, of a new and of an existing token", async () => {
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    await world.engine.preview(factory({ expiresAt: inHours(25) }));
    expect(warnings()).toEqual([]);
    await world.engine.preview(factory({ expiresAt: inHours(23) }));
    expect(warnings()).toEqual([
      expect.stringMatching(/The claim token expires within a day, at 2\S+Z\. For a later end, /),
    ]);
    await world.engine.up(factory({ expiresAt: "2099-01-01T00:00:00Z" }));
    await world.engine.preview(factory({ expiresAt: inHours(22) }));
    expect(warnings()).toEqual([expect.stringContaining("The claim token expires within a day, at 2")]);
  });
});

test("a use of the token is no change, and a refresh keeps the secret", async () => {
  await world.engine.up(factory());
  const before = outputs();
  world.emulator.control.tokens.consumeClaimToken("factory", "acme-dev");
  expect(await world.engine.refresh()).toEqual([]);
  expect(outputs()).toEqual(before);
});

test("a change is made in place, with only the changed properties", async () => {
  await world.engine.up(factory({ maxUses: 1, tags: ["a"] }));
  const token = outputs()?.token;
  writes();
  const changed = { name: "lab", maxUses: 2, expiresAt: "2099-01-01T00:00:00Z" };
  expect(await world.engine.up(factory(changed))).toContainEqual({
    op: "update",
    name: "factory",
    diff: { name: "update", expiresAt: "update", maxUses: "update", tags: "delete" },
  });
  expect(writes()).toEqual([
    'ClaimToken_update {"claim_token":{"name":"lab","expires_at":"2099-01-01T00:00:00Z","max_uses":2,"tags":[]}}',
  ]);
  expect(outputs()?.token).toEqual(token);
});

test("a change outside Pulumi is drift, which the next update repairs", async () => {
  await world.engine.up(factory({ maxUses: 1 }));
  Object.assign(stored()[0] ?? {}, { max_uses: 9 });
  expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "factory", diff: { maxUses: "update" } }]);
  writes();
  await world.engine.up(factory({ maxUses: 1 }));
  expect(writes()).toEqual(['ClaimToken_update {"claim_token":{"max_uses":1}}']);
});

test("a preview and an update reject the removal of `maxUses`, which Peridio cannot carry out", async () => {
  await world.engine.up(factory({ maxUses: 5 }));
  writes();
  const reason =
    "ClaimToken acme-dev/factory could not be updated: Peridio cannot remove `maxUses` from a claim token.";
  await expect(world.engine.preview(factory())).rejects.toThrow(reason);
  await expect(world.engine.up(factory())).rejects.toThrow(reason);
  expect(writes()).toEqual([]);
});

test("another cohort, by `id` or UUID, replaces the token", async () => {
  const cohort = (settings: Wire): Program => ({
    ...dev,
    project: part("Project", { name: "firmware", everyoneEnabled: true }),
    canary: { type: "Cohort", inputs: (id) => ({ projectId: id("project"), name: "canary", everyoneEnabled: true }) },
    factory: {
      type: "ClaimToken",
      inputs: (id) => ({ organizationId: id("dev"), name: "factory", cohortId: id("canary"), ...settings }),
    },
  });
  await world.engine.up(cohort({}));
  const [organization] = world.emulator.state.organizations;
  const uuid = organization?.projects[0]?.cohorts[0]?.id ?? "";
  expect(stored()).toMatchObject([{ cohort_id: uuid }]);
  expect(await world.engine.up(cohort({ cohortId: uuid.toUpperCase() }))).toContainEqual({
    op: "same",
    name: "factory",
  });
  expect(await world.engine.refresh()).toEqual([]);
  const [former] = stored();
  expect(await world.engine.up({ ...cohort({}), ...factory() })).toContainEqual({
    op: "replace",
    name: "factory",
    diff: { cohortId: "delete-replace" },
  });
  expect(stored()).toMatchObject([{ cohort_id: null }]);
  expect(stored()[0]?.id).not.toBe(former?.id);
});

// N8: without a cohort, the organization's default cohort is used.
test("a token without a cohort gets the organization's default cohort, which is no change", async () => {
  const { access } = world.emulator.control;
  const undeclared: Program = { ...dev, project: part("Project", { name: "firmware", everyoneEnabled: true }) };
  await world.engine.up(undeclared);
  const cohort = access.addCohort("canary", "firmware", "acme-dev");
  access.setDefaultCohort("canary", "firmware", "acme-dev");
  const program = { ...undeclared, ...factory() };
  await world.engine.up(program);
  expect(stored()).toMatchObject([{ cohort_id: cohort }]);
  expect(outputs()).toHaveProperty("cohortId", expect.stringContaining(cohort));
  const token = outputs()?.token;
  for (const run of ["preview", "up"] as const)
    expect(await world.engine[run](program)).toContainEqual({ op: "same", name: "factory" });
  expect(await world.engine.refresh()).toEqual([]);
  expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "factory" });
  expect(await world.engine.up({ ...undeclared, ...factory({ maxUses: 3 }) })).toContainEqual({
    op: "update",
    name: "factory",
    diff: { maxUses: "add" },
  });
  // Without the cohort, Peridio keeps the token.
  world.emulator.state.organizations[0]?.projects[0]?.cohorts.pop();
  await world.engine.refresh();
  expect(await world.engine.up({ ...undeclared, ...factory({ maxUses: 3 }) })).toContainEqual({
    op: "same",
    name: "factory",
  });
  expect(outputs()?.token).toEqual(token);
});

test.each(["name", "id"] as const)("an import by %s has no secret", async (property) => {
  await world.engine.up(factory({ maxUses: 3 }));
  world.engine.state.clear();
  const id = `acme-dev/${stored()[0]?.[property] ?? ""}`;
  expect(await world.engine.import("factory", "ClaimToken", id)).toMatchObject({ name: "factory", maxUses: 3 });
  expect(outputs()).not.toHaveProperty("token");
});

test("that was deleted outside Pulumi is created again, and a deletion of a missing token succeeds", async () => {
  await world.engine.up(factory());
  stored().pop();
  expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "factory" }]);
  await world.engine.up(factory());
  world.emulator.control.fault({ operation: "ClaimToken_delete", when: "after", effect: { status: 404 } });
  expect(await world.engine.up(dev)).toContainEqual({ op: "delete", name: "factory" });
  expect(stored()).toEqual([]);
});

test("a preview rejects invalid properties", async () => {
  await expect(world.engine.preview(factory({ expiresAt: "9999-12-31T23:59:59-01:00" }))).rejects.toThrow(
    "expiresAt: must be in the years 0000 to 9999 in UTC",
  );
  for (const expiresAt of ["tomorrow", "2099-01-01", "2099-01-01T00:00:00", "2099-02-30T00:00:00Z"])
    await expect(world.engine.preview(factory({ expiresAt }))).rejects.toThrow(
      "expiresAt: must be `never`, or a moment in ISO 8601 with a time zone, such as 2027-02-01T00:00:00Z",
    );
  await expect(world.engine.preview(factory({ cohortId: "canary" }))).rejects.toThrow(
    "cohortId: must be a cohort's id",
  );
  await expect(world.engine.preview(factory({ maxUses: 0 }))).rejects.toThrow("maxUses: must be at least 1");
});

describe("getClaimTokens", () => {
  const call = async (more: Wire = {}) =>
    (await world.engine.invoke(["getClaimTokens", { organizationId: "acme-dev", ...more }]))[0];
  const project = (name: string) => part("Project", { name, everyoneEnabled: true });
  const program: Program = {
    ...factory({ tags: ["lab"] }),
    firmware: project("firmware"),
    gateway: project("gateway"),
    canary: { type: "Cohort", inputs: (id) => ({ projectId: id("firmware"), name: "canary", everyoneEnabled: true }) },
    canaries: {
      type: "ClaimToken",
      inputs: (id) => ({
        organizationId: id("dev"),
        name: "canaries",
        cohortId: id("canary"),
        maxUses: 5,
        expiresAt: "2099-01-01T00:00:00Z",
      }),
    },
  };
  const idOf = (name: string) => String(world.engine.state.get(name)?.id);

  beforeEach(async () => {
    await world.engine.up(program);
    world.emulator.control.tokens.consumeClaimToken("canaries", "acme-dev");
    operations(world);
  });

  test("returns the tokens with their uses, and without their secrets", async () => {
    const canaries = {
      id: idOf("canaries"),
      name: "canaries",
      expiresAt: "2099-01-01T00:00:00Z",
      maxUses: 5,
      uses: 1,
      cohortId: idOf("canary").split("/").at(-1),
      tags: [],
    };
    expect(await call()).toEqual({
      claimTokens: [
        canaries,
        { id: idOf("factory"), name: "factory", expiresAt: stored()[0]?.expires_at, uses: 0, tags: ["lab"] },
      ],
    });
    expect(await call({ projectId: idOf("firmware").replace("prn:1:", "").toUpperCase() })).toEqual({
      claimTokens: [canaries],
    });
    expect(await call({ projectId: idOf("gateway") })).toEqual({ claimTokens: [] });
    expect(operations(world).filter((line) => line.startsWith("ClaimToken_"))).toEqual([
      "ClaimToken_index",
      "ClaimToken_project_index",
      "ClaimToken_project_index",
    ]);
  });

  test("rejects a project of another organization, and sends nothing", async () => {
    const other = `prn:1:00000000-0000-4000-8000-000000000001/${idOf("firmware").split("/").at(-1) ?? ""}`;
    await expect(call({ projectId: other })).rejects.toThrow(
      `project ${other} is not in organization acme-dev. Correct \`projectId\`.`,
    );
    expect(operations(world)).toEqual(["Me_show"]);
  });
});

test("is rejected by the Admin API at preview", async () => {
  const admin = await World.begin();
  await expect(admin.engine.preview(factory())).rejects.toThrow(
    "The provider manages no claim tokens with Peridio's Admin API: remove them from the program, or use Avocado Connect",
  );
  expect(admin.writes()).toEqual([]);
  await admin.end();
});

// N7: a plan limits the number of claim tokens.
describe("the limit of the plan", () => {
  const tokens = (...names: readonly string[]): Program => ({
    ...dev,
    ...Object.fromEntries(names.map((name) => [name, part("ClaimToken", { name: "factory" })])),
  });
  const refusalOf = (numbers: string) =>
    `could not be created: The plan allows no further claim token: ${numbers}. Ask Peridio for a higher limit, or delete claim tokens in one run and add others in the next, because Pulumi creates before it deletes`;

  beforeEach(() => {
    world.emulator.control.setPlan("acme-dev", "development");
  });

  test("a preview counts all new tokens of the program, also those with one name, and refuses one too many", async () => {
    await world.engine.up(tokens("a"));
    await world.engine.preview(tokens("a", "b"));
    await expect(world.engine.preview(tokens("a", "b", "c"))).rejects.toThrow(
      refusalOf("limit 2, usable tokens 1, new tokens of this program 2"),
    );
    expect(stored()).toHaveLength(1);
  });

  test("a token with an unknown cohort counts", async () => {
    await world.engine.up(tokens("a", "b"));
    const program: Program = {
      ...tokens("a", "b"),
      project: part("Project", { name: "firmware", everyoneEnabled: true }),
      pilot: { type: "Cohort", inputs: (id) => ({ projectId: id("project"), name: "pilot", everyoneEnabled: true }) },
      c: {
        type: "ClaimToken",
        inputs: (id) => ({ organizationId: id("dev"), name: "c", cohortId: id("pilot") }),
      },
    };
    await expect(world.engine.preview(program)).rejects.toThrow("The plan allows no further claim token");
  });

  test("a token that the same run deletes still counts, because Pulumi creates before it deletes", async () => {
    await world.engine.up(tokens("a", "b"));
    await expect(world.engine.preview(tokens("a", "c"))).rejects.toThrow(
      refusalOf("limit 2, usable tokens 2, new tokens of this program 1"),
    );
  });

  test("spent tokens only cause a warning, and Peridio decides", async () => {
    const used = { ...dev, a: part("ClaimToken", { name: "used", maxUses: 1 }), b: part("ClaimToken", { name: "b" }) };
    await world.engine.up(used);
    world.emulator.control.tokens.consumeClaimToken("used", "acme-dev");
    const program = { ...used, c: part("ClaimToken", { name: "c" }) };
    await world.engine.preview(program);
    expect(world.engine.warnings).toContainEqual(
      expect.stringContaining(
        "Peridio may refuse this claim token: limit 2, usable tokens 1, expired or without uses left 1, new tokens of this program 1. If it does, delete the tokens that have expired or have no uses left.",
      ),
    );
    await expect(world.engine.up(program)).rejects.toThrow(
      /The plan allows no further claim token\. Ask Peridio for a higher limit, .* The organization has reached its limit of 2 claim tokens/,
    );
  });

  test("a preview-only key that cannot list the tokens causes a warning", async () => {
    await world.engine.up(dev);
    world.emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
    const key = world.emulator.control.addApiKey("bob@acme.example");
    const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: world.url, PERIDIO_PREVIEW_ONLY: "1" };
    const engine = new Engine(environment, { maxRetries: "1", backend: "connect" });
    for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
    await engine.preview(tokens("a"));
    expect(engine.warnings).toContainEqual(
      expect.stringContaining(
        "The preview cannot check the limit of 2 claim tokens, because this API key cannot list them.",
      ),
    );
  });

  test("without a limit, a preview does not list the tokens", async () => {
    world.emulator.control.setPlan("acme-dev", "enterprise");
    operations(world);
    await world.engine.preview(tokens("a", "b", "c"));
    expect(operations(world)).not.toContain("ClaimToken_index");
  });
});
