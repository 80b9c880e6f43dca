import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { DiffRequest, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider, serve } from "#framework/testing";
import { provider } from "../../src/provider";
import { operations } from "../support/connect";
import { Engine, type Wire } from "../support/engine";
import { dev, organization } from "../support/programs";
import { World } from "../support/world";

const key = "key-of-ada-that-must-not-leak";
const token = "avo_of-ada-that-must-not-leak";

type Environment = Readonly<Record<string, string>>;

let world: World;
beforeEach(async () => {
  world = await World.begin();
  for (const secret of [key, token]) world.emulator.control.addApiKey("ada@acme.example", { key: secret });
});
afterEach(() => world.end());

/** An engine whose provider has only these settings, and no endpoint but the one in them. */
function configured(environment: Environment, settings: Wire = {}): Engine {
  return new Engine(environment, { maxRetries: "0", ...settings });
}

/** The same with the endpoint of the emulator. */
const connected = (environment: Environment, settings: Wire = {}): Engine =>
  configured({ PERIDIO_BASE_URL: world.url, ...environment }, settings);

describe("the configuration", () => {
  test("takes the key from the program before the environment's", async () => {
    await connected({ PERIDIO_API_KEY: "another-key-altogether" }, { apiKey: key }).up(dev);
    expect(world.writes()).toEqual(['POST organizations {"name":"acme-dev"}']);
  });

  test("without a key is rejected with the ways to set one", async () => {
    await expect(connected({}).up(dev)).rejects.toThrow(
      "Peridio requires an API key. Run `pulumi config set --secret peridio:apiKey`, or set the environment variable PERIDIO_API_KEY.",
    );
  });

  test("is rejected with every mistake under its name", async () => {
    const settings = { apiKey: key, endpoint: "peridio", maxRetries: "many", requestTimeout: "0", colour: "red" };
    await expect(connected({}, settings).up(dev)).rejects.toThrow(
      /^endpoint: must be an HTTP or HTTPS URL.*\nmaxRetries: .*\nrequestTimeout: must be at least 1 second\ncolour: is not a property of the provider's configuration/,
    );
  });

  test("may contain numbers as text, as Pulumi sends them", async () => {
    await connected({}, { apiKey: key, maxRetries: "2", maxConcurrency: "1", requestTimeout: "9" }).up(dev);
    expect(world.writes()).toHaveLength(1);
  });

  test("has a suffix for the User-Agent of every request", async () => {
    await connected({}, { apiKey: key, userAgentSuffix: "acme-pipeline/7" }).up(dev);
    const agents = new Set(world.emulator.requests().map(({ user_agent }) => user_agent));
    expect([...agents]).toEqual([expect.stringMatching(/^pulumi-peridio\/\d+\.\d+\.\d+ .*acme-pipeline\/7$/)]);
  });

  test("with another backend is a change of the provider, and replaces nothing", async () => {
    const served = await serve(new Provider(provider, {}));
    const client = new ResourceProviderClient(`127.0.0.1:${served.port}`, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    const request = new DiffRequest()
      .setOldInputs(Struct.fromJavaScript({ backend: "admin-v2" }))
      .setNews(Struct.fromJavaScript({ backend: "connect" }));
    const response = await new Promise<DiffResponse>((resolve, reject) => {
      client.diffConfig(request, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(new Error(error.details));
      });
    });
    client.close();
    served.close();
    expect(response.getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
    expect(response.getReplacesList()).toEqual([]);
    expect(response.getDetaileddiffMap().get("backend")?.getKind()).toBe(PropertyDiff.Kind.UPDATE);
  });

  test("of two providers with different keys lets each see what its key shows", async () => {
    world.emulator.control.addUser("eve@other.example");
    world.emulator.control.addApiKey("eve@other.example", { key: "eve-has-a-key-of-her-own" });
    const eve = connected({ PERIDIO_API_KEY: "eve-has-a-key-of-her-own" });
    await world.engine.up(dev);
    await eve.up({ theirs: organization("other-dev") });
    expect(await world.engine.list("Organization", {})).toEqual([[world.engine.state.get("dev")?.id]]);
    expect(await eve.list("Organization", { name: "other-dev" })).toEqual([[eve.state.get("theirs")?.id]]);
  });
});

describe("the API", () => {
  beforeEach(async () => {
    await world.emulator.control.createOrganization("acme-dev");
  });

  test.each<[string, Environment, Wire]>([
    ["the setting", {}, { backend: "connect" }],
    ["the environment", { PERIDIO_BACKEND: "connect" }, {}],
    ["the setting rather than by the environment", { PERIDIO_BACKEND: "admin-v2" }, { backend: "connect" }],
  ])("is chosen by %s", async (_, environment, settings) => {
    await connected({ PERIDIO_API_KEY: token, ...environment }, settings).preview(dev);
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test.each<[string, Environment, Wire]>([
    ["by default", {}, {}],
    ["by the setting rather than by the environment", { PERIDIO_BACKEND: "connect" }, { backend: "admin-v2" }],
  ])("is the Admin API %s", async (_, environment, settings) => {
    const preview = connected({ PERIDIO_API_KEY: key, ...environment }, settings).preview(dev);
    await expect(preview).rejects.toThrow("pulumi import peridio:index:Organization");
    expect(operations(world)).toEqual(["get-current-user"]);
  });

  test.each<[Environment, Wire, string]>([
    [{ PERIDIO_BACKEND: "conect" }, {}, 'PERIDIO_BACKEND is "conect": it must be one of admin-v2, connect.'],
    [{}, { backend: "conect" }, "backend: must be one of admin-v2, connect"],
  ])("must exist: the environment %j with the settings %j is rejected", async (environment, settings, text) => {
    const preview = connected({ PERIDIO_API_KEY: token, ...environment }, settings).preview(dev);
    await expect(preview).rejects.toThrow(text);
    expect(operations(world)).toEqual([]);
  });

  test.each<[string, boolean, Wire]>([
    ["without settings", false, {}],
    ["with only an endpoint", true, {}],
    ["with the other backend", false, { backend: "admin-v2" }],
  ])("is not guessed from a token of Avocado Connect %s, and nothing is sent", async (_, hasEndpoint, settings) => {
    const environment = { PERIDIO_API_KEY: token };
    const preview = (hasEndpoint ? connected(environment, settings) : configured(environment, settings)).preview(dev);
    await expect(preview).rejects.toThrow(
      "The API key is a token of Avocado Connect (`avo_…`), but the backend is admin-v2. The provider did not send the API key. " +
        "Run `pulumi config set peridio:backend connect`, or set the environment variable PERIDIO_BACKEND to connect.",
    );
    await expect(preview).rejects.not.toThrow(token);
    expect(operations(world)).toEqual([]);
  });

  test("must fit the endpoint: nothing is sent if the two differ", async () => {
    const environment = { PERIDIO_API_KEY: token, PERIDIO_BASE_URL: "https://api.peridio.com" };
    await expect(configured(environment, { backend: "connect" }).preview(dev)).rejects.toThrow(
      "The backend is connect, but the endpoint https://api.peridio.com serves admin-v2, so nothing was sent. " +
        "Correct the backend (`peridio:backend` or PERIDIO_BACKEND), or the endpoint (`peridio:endpoint` or PERIDIO_BASE_URL).",
    );
  });
});

describe("an endpoint", () => {
  const connect = (endpoint = world.url): Engine =>
    configured({ PERIDIO_API_KEY: token, PERIDIO_BASE_URL: endpoint }, { backend: "connect" });

  test.each([
    ["admin-v2", "/v2", "Peridio's Admin API", "Remove `/v2` from", "(GET /v2/users/me, HTTP 400, request "],
    ["admin-v2", "/elsewhere", "Peridio's Admin API", "Correct", "(GET /v2/users/me, HTTP 400, request "],
    ["connect", "/api", "Avocado Connect", "Remove `/api` from", "(GET /api/me, HTTP "],
    ["connect", "/v2", "Avocado Connect", "Correct", "(GET /api/me, HTTP "],
  ])("of %s with the path %s is named with the remedy", async (backend, path, api, remedy, request) => {
    const endpoint = world.url + path;
    const apiKey = backend === "connect" ? token : key;
    await expect(configured({}, { apiKey, endpoint, backend }).preview(dev)).rejects.toThrow(
      `${endpoint} does not serve ${api}. ${remedy} \`peridio:endpoint\` or PERIDIO_BASE_URL. ${request}`,
    );
  });

  test("that serves only the Admin API is named, and the token is not", async () => {
    world.emulator.control.fault({
      path: "/api/**",
      times: "always",
      effect: { status: 404, body: { errors: [{ code: "bad_endpoint", context: {} }] } },
    });
    const preview = connect().preview(dev);
    await expect(preview).rejects.toThrow(
      `${world.url} does not serve Avocado Connect. Correct \`peridio:endpoint\` or PERIDIO_BASE_URL. (GET /api/me, HTTP 404`,
    );
    await expect(preview).rejects.not.toThrow(token);
    expect(operations(world)).toHaveLength(1);
  });

  test("that serves a web page is rejected with the request and its status", async () => {
    const page = "<!doctype html><title>Avocado</title>";
    world.emulator.control.fault({ path: "/api/**", times: "always", effect: { status: 200, body: page } });
    await expect(connect().preview(dev)).rejects.toThrow(/\(GET \/api\/me, HTTP 200/);
  });

  test("rejects a revoked token, and the error does not contain it", async () => {
    world.emulator.control.revokeApiKey(token);
    const preview = connect().preview(dev);
    await expect(preview).rejects.toThrow(/API key.*\(GET \/api\/me, HTTP 401/);
    await expect(preview).rejects.not.toThrow(token);
  });
});
