import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { DiffRequest, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Provider, serve } from "#framework/plugin";
import { provider } from "../../../src/provider";
import { operations } from "../../support/connect";
import { Engine, type Wire } from "../../support/engine";
import { organization } from "../../support/programs";
import { World } from "../../support/world";

const apiKey = "avo_of-ada-that-must-not-leak";
const dev = { dev: organization("acme-dev") };

let world: World;
beforeEach(async () => {
  world = await World.begin();
  await world.emulator.control.createOrganization("acme-dev");
  world.emulator.control.addApiKey("ada@acme.example", { key: apiKey });
  operations(world);
});
afterEach(() => world.end());

/** An engine whose provider has only these settings. */
function told(environment: Readonly<Record<string, string>>, settings: Wire = {}): Engine {
  return new Engine({ PERIDIO_API_KEY: apiKey, ...environment }, { maxRetries: "0", ...settings });
}

describe("the API", () => {
  test.each<[string, Readonly<Record<string, string>>, Wire]>([
    ["the setting", {}, { backend: "connect" }],
    ["the environment", { PERIDIO_BACKEND: "connect" }, {}],
    ["the setting, whatever the environment says", { PERIDIO_BACKEND: "admin-v2" }, { backend: "connect" }],
  ])("is chosen by %s", async (_, environment, settings) => {
    await told({ PERIDIO_BASE_URL: world.url, ...environment }, settings).preview(dev);
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["where nothing says another", {}],
    ["where the setting says so, whatever the environment does", { PERIDIO_BACKEND: "connect" }],
  ])("is the Admin API %s", async (_, environment) => {
    const settings = environment.PERIDIO_BACKEND === undefined ? {} : { backend: "admin-v2" };
    const key = "another-key-of-ada";
    world.emulator.control.addApiKey("ada@acme.example", { key });
    const engine = told({ PERIDIO_BASE_URL: world.url, ...environment, PERIDIO_API_KEY: key }, settings);
    await expect(engine.preview(dev)).rejects.toThrow("pulumi import peridio:index:Organization");
    expect(operations(world)).toEqual(["get-current-user"]);
  });

  test.each<[Readonly<Record<string, string>>, Wire, string]>([
    [{ PERIDIO_BACKEND: "conect" }, {}, 'PERIDIO_BACKEND is "conect": it must be one of admin-v2, connect.'],
    [{}, { backend: "conect" }, "backend: must be one of admin-v2, connect"],
  ])(
    "that does not exist is refused, by the environment %j and the settings %j",
    async (environment, settings, text) => {
      await expect(told({ PERIDIO_BASE_URL: world.url, ...environment }, settings).preview(dev)).rejects.toThrow(text);
      expect(operations(world)).toEqual([]);
    },
  );

  test.each<[string, Readonly<Record<string, string>>, Wire]>([
    ["nothing is said", {}, {}],
    ["only an endpoint is said", { PERIDIO_BASE_URL: "" }, {}],
    ["the other API is said", {}, { backend: "admin-v2" }],
  ])(
    "is not guessed from a token of Avocado Connect, which is sent to nobody, where %s",
    async (_, environment, settings) => {
      const endpoint = "PERIDIO_BASE_URL" in environment ? { PERIDIO_BASE_URL: world.url } : {};
      const refused = told(endpoint, settings).preview(dev);
      await expect(refused).rejects.toThrow(
        "The API key is a token of Avocado Connect (`avo_…`), and this is the backend admin-v2, to which it was not sent. " +
          "Run `pulumi config set peridio:backend connect`, or set the environment variable PERIDIO_BACKEND to connect.",
      );
      await expect(refused).rejects.not.toThrow(apiKey);
      expect(operations(world)).toEqual([]);
    },
  );

  test("is not that of another host: nothing is sent where the two differ", async () => {
    await expect(
      told({ PERIDIO_BASE_URL: "https://api.peridio.com" }, { backend: "connect" }).preview(dev),
    ).rejects.toThrow(
      "The backend is connect, and the endpoint https://api.peridio.com serves admin-v2, so nothing was sent there: correct one of them. " +
        "The backend is the setting `backend`, else PERIDIO_BACKEND; the endpoint is the setting `endpoint`, else PERIDIO_BASE_URL.",
    );
  });
});

describe("an endpoint", () => {
  test("that serves only the Admin API is named as such, and not the token", async () => {
    world.emulator.control.fault({
      path: "/api/**",
      times: "always",
      effect: { status: 404, body: { errors: [{ code: "bad_endpoint", context: {} }] } },
    });
    const refused = told({ PERIDIO_BASE_URL: world.url }, { backend: "connect" }).preview(dev);
    await expect(refused).rejects.toThrow(
      `${world.url} is not Avocado Connect. Correct \`peridio:endpoint\` or PERIDIO_BASE_URL. (GET /api/me, HTTP 404`,
    );
    await expect(refused).rejects.not.toThrow(apiKey);
    expect(operations(world)).toHaveLength(1);
  });

  test.each([
    ["/api", "Remove `/api` from"],
    ["/v2", "Correct"],
  ])("with the path %s is named with the remedy", async (path, remedy) => {
    const endpoint = world.url + path;
    await expect(told({ PERIDIO_BASE_URL: endpoint }, { backend: "connect" }).preview(dev)).rejects.toThrow(
      `${endpoint} is not Avocado Connect. ${remedy} \`peridio:endpoint\` or PERIDIO_BASE_URL.`,
    );
  });

  test("that serves a web page is named with what came", async () => {
    const page = "<!doctype html><title>Avocado</title>";
    world.emulator.control.fault({ path: "/api/**", times: "always", effect: { status: 200, body: page } });
    await expect(told({ PERIDIO_BASE_URL: world.url }, { backend: "connect" }).preview(dev)).rejects.toThrow(
      /\(GET \/api\/me, HTTP 200/,
    );
  });

  test("rejects a revoked token, with a remedy", async () => {
    world.emulator.control.revokeApiKey(apiKey);
    const refused = told({ PERIDIO_BASE_URL: world.url }, { backend: "connect" }).preview(dev);
    await expect(refused).rejects.toThrow(/API key.*\(GET \/api\/me, HTTP 401/);
    await expect(refused).rejects.not.toThrow(apiKey);
  });
});

test("another backend is a change of the provider, and replaces nothing", async () => {
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
