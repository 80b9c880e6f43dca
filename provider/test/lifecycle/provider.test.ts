import { Engine, secret, unknown, type Wire } from "../support/engine";
import { dev, member, organization, policy } from "../support/programs";
import { apiKey, World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

describe("configuration", () => {
  const started = (settings: Record<string, string>, environment: Record<string, string> = {}) =>
    new Engine({ PERIDIO_BASE_URL: world.url, ...environment }, settings).up(dev);

  test("takes the key from the program before the environment's", async () => {
    await started({ apiKey: apiKey }, { PERIDIO_API_KEY: "another-key-altogether" });
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });

  test("without a key says how to give one", async () => {
    await expect(started({})).rejects.toThrow(
      "Peridio needs an API key. Run `pulumi config set --secret peridio:apiKey KEY`, or set the environment variable PERIDIO_API_KEY.",
    );
  });

  test.each([
    ["/v2", "Remove `/v2` from"],
    ["/elsewhere", "Correct"],
  ])("an endpoint with the path %s is named with the remedy", async (path, remedy) => {
    const endpoint = world.url + path;
    await expect(started({ apiKey, endpoint })).rejects.toThrow(
      `${endpoint} is not Peridio's Admin API. ${remedy} \`peridio:endpoint\` or PERIDIO_BASE_URL. (GET /v2/users/me, HTTP 400, request `,
    );
  });

  test("reports every mistake under its name", async () => {
    const settings = { apiKey, endpoint: "peridio", maxRetries: "many", requestTimeout: "0", colour: "red" };
    await expect(started(settings)).rejects.toThrow(
      /^endpoint: is not a URL.*\nmaxRetries: .*\nrequestTimeout: must be at least 1 second\ncolour: is no property of the provider's configuration/,
    );
  });

  test("numbers may come as text, as Pulumi sends them", async () => {
    await started({ apiKey, maxRetries: "2", maxConcurrency: "1", requestTimeout: "9" });
    expect(world.writes()).toHaveLength(1);
  });

  test("the suffix is in the User-Agent of every request", async () => {
    await started({ apiKey, userAgentSuffix: "acme-pipeline/7" });
    const agents = new Set(world.emulator.requests().map(({ user_agent }) => user_agent));
    expect([...agents]).toEqual([expect.stringMatching(/^pulumi-peridio\/\d+\.\d+\.\d+ .*acme-pipeline\/7$/)]);
  });
});

describe("secrets and unknowns", () => {
  test("a secret input is a secret output, and its text is in no message", async () => {
    const program = { dev: organization("acme-dev", { description: secret("the hidden purpose") }) };
    await world.engine.up(program);
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({ description: secret("the hidden purpose") });
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.engine.state.get("dev")?.inputs).toMatchObject({ description: secret("the hidden purpose") });
    const wrong = { ...dev, policy: policy({ ipAllowlist: secret([{ cidr: "hidden-block" }]) }) };
    await expect(world.engine.up(wrong)).rejects.toThrow(/^ipAllowlist\[0\]\.cidr: "\[secret\]" is not a CIDR block/);
  });

  test("what Peridio repeats of a secret is secret as well", async () => {
    await world.engine.up({ dev: organization("", { name: secret("acme-hidden") }) });
    expect(world.engine.state.get("dev")?.outputs).toMatchObject({
      name: secret("acme-hidden"),
      displayName: secret("acme-hidden"),
    });
  });

  test("a failure of a secret property names none, since the engine would print its value", async () => {
    const wrong = (contactEmail: Wire[string]) => ({ dev: organization("acme-dev", { contactEmail }) });
    await expect(world.engine.up(wrong(secret("hidden-address")))).rejects.toMatchObject({
      message: "contactEmail: is not an e-mail address, such as ada@acme.example",
      named: [],
    });
    await expect(world.engine.up(wrong("address"))).rejects.toMatchObject({ named: ["contactEmail"] });
  });

  test("a failure of a part of a value names no property, since the engine would find no value for it", async () => {
    const wrong = { ...dev, policy: policy({ ipAllowlist: [{ cidr: "10.0.0.0/33" }] }) };
    await expect(world.engine.preview(wrong)).rejects.toMatchObject({
      message: 'ipAllowlist[0].cidr: "10.0.0.0/33" is not a CIDR block: write it like 203.0.113.0/24 or 2001:db8::/32',
      named: [],
    });
  });

  test("an unknown stays unknown in a preview, and what is known is checked all the same", async () => {
    const steps = await world.engine.preview({ ...dev, bob: member("bob@acme.example", "developer") });
    expect(steps.map(({ op }) => op)).toEqual(["create", "create"]);
    const bad = { ...dev, policy: policy({ ipAllowlist: [{ cidr: unknown }, { cidr: "nonsense" }] }) };
    await expect(world.engine.preview(bad)).rejects.toThrow(/^ipAllowlist\[1\]\.cidr: "nonsense" is not a CIDR block/);
    expect(world.writes()).toEqual([]);
  });

  test("an unknown organization replaces a membership", async () => {
    await world.engine.up({ ...dev, bob: member("bob@acme.example", "developer") });
    const bob = {
      type: "Membership",
      inputs: () => ({ organizationId: unknown, email: "bob@acme.example", role: "viewer" }),
    } as const;
    expect(await world.engine.preview({ ...dev, bob })).toContainEqual({
      op: "replace",
      name: "bob",
      diff: { organizationId: "update-replace", role: "update" },
    });
  });
});

describe("failures", () => {
  const program = { ...dev, bob: member("bob@acme.example", "developer") };

  test.each<[string, object, RegExp]>([
    ["401", { status: 401, body: { errors: [{ code: "unauthenticated", context: { api_key: apiKey } }] } }, /API key/],
    ["403", { status: 403, body: { errors: [{ code: "unauthorized", context: {} }] } }, /HTTP 403/],
    ["500", { status: 500, body: { errors: { detail: "Internal Server Error" } } }, /HTTP 500/],
  ])("%s that lasts is one readable error without the key, and the state stays", async (_, answer, reason) => {
    await world.engine.up(program);
    const before = structuredClone([...world.engine.state]);
    world.emulator.control.fault({
      method: "GET",
      path: "/v2/organizations/**",
      times: "always",
      effect: { status: 500, body: null, ...answer },
    });
    const failed = await world.engine.refresh().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    const { message } = failed instanceof Error ? failed : { message: "" };
    expect(message).toMatch(reason);
    expect(message).toMatch(
      /^(Organization acme-dev|Membership acme-dev\/bob@acme\.example) could not be read: .*request /,
    );
    expect(message).not.toContain(apiKey);
    expect([...world.engine.state]).toEqual(before);
  });

  test.each<[string, "html" | { omit: string } | { status: number; body: string }, RegExp]>([
    ["HTML instead of JSON", { status: 200, body: "<title>Welcome</title>" }, /HTML instead of JSON/],
    ["a proxy's error page", "html", /HTTP 502/],
    ["a missing field", { omit: "data.name" }, /data\.name/],
  ])("%s is named", async (_, effect, reason) => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: "retrieve-an-organization", times: "always", effect });
    await expect(world.engine.refresh()).rejects.toThrow(reason);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
  });

  test("what was made before a failure is in the state, and the next run completes", async () => {
    world.emulator.control.fault({
      operation: "create-an-invitation",
      effect: { status: 403, body: { status: "forbidden" } },
    });
    await expect(world.engine.up(program)).rejects.toThrow(/Membership .*bob@acme\.example could not be created: /);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
    await world.engine.up(program);
    expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
  });

  test("a lost answer to an invitation sends no second e-mail", async () => {
    await world.engine.up(dev);
    world.requests();
    world.emulator.control.fault({ operation: "create-an-invitation", when: "after", effect: "drop" });
    await world.engine.up(program);
    expect(world.writes()).toHaveLength(1);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
  });

  test("customTimeouts end an operation that hangs, and say so", async () => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: "list-members", times: "always", effect: "hang" });
    const bob = member("bob@acme.example", "developer", { timeout: 0.2 });
    await expect(world.engine.up({ ...dev, bob })).rejects.toThrow(
      /Membership acme-dev\/bob@acme\.example could not be created: The 0\.2 seconds that customTimeouts allow have passed\./,
    );
  });

  test("Ctrl-C lets a write under way finish, so that the state knows what exists, and starts nothing more", async () => {
    const cancelled = world.upCancelled(program, "create-an-organization");
    await expect(cancelled).rejects.toThrow(/bob@acme\.example could not be created: The operation was cancelled\./);
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });

  test("a state of another version of the provider does no harm", async () => {
    await world.engine.up({ ...program, policy: policy({ requireTwoFactor: true }) });
    for (const [name, kept] of world.engine.state) {
      const { status, owner, ...outputs } = kept.outputs;
      world.engine.state.set(name, {
        ...kept,
        outputs: { ...outputs, colour: "red", status: status ?? "?", nick: owner ?? "?" },
      });
    }
    const steps = await world.engine.up({ ...program, policy: policy({ requireTwoFactor: true }) });
    expect(steps.map(({ op }) => op)).toEqual(["same", "same", "same"]);
    expect(world.writes().slice(3)).toEqual([]);
    await world.engine.destroy();
  });
});

test("two providers with different keys see what their keys show", async () => {
  world.emulator.control.addUser("eve@other.example");
  world.emulator.control.addApiKey("eve@other.example", { key: "eve-has-a-key-of-her-own" });
  const eve = new Engine({ PERIDIO_BASE_URL: world.url, PERIDIO_API_KEY: "eve-has-a-key-of-her-own" });
  await world.engine.up(dev);
  await eve.up({ theirs: organization("other-dev") });
  expect(await world.engine.list("Organization", {})).toEqual([[world.engine.state.get("dev")?.id]]);
  expect(await eve.list("Organization", { name: "other-dev" })).toEqual([[eve.state.get("theirs")?.id]]);
});
