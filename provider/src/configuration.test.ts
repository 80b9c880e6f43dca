import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { FakeClock, hang, json, StubServer } from "#framework/testing";
import { UserError } from "#framework";
import { validate, decodeSettings } from "#framework/definitions";
import { type Configuration, configuration, getDestination, peridio } from "./configuration";

describe("settings", () => {
  test("are all optional", () => {
    expect(configuration.parse({})).toStrictEqual({});
  });

  const reasons = (settings: Record<string, unknown>) =>
    validate(configuration, settings, "the provider").failures.map(({ path, reason }) => `${path} ${reason}`);

  test.each<[string, unknown]>([
    ["apiKey", "k"],
    ["endpoint", "https://api.peridio.com"],
    ["endpoint", "http://127.0.0.1:4010"],
    ["caPath", "ca.pem"],
    ["maxRetries", 0],
    ["maxRetries", 20],
    ["maxConcurrency", 1],
    ["maxConcurrency", 100],
    ["requestTimeout", 1],
    ["requestTimeout", 600],
    ["userAgentSuffix", "pipeline/7 (acme ~!)"],
    ["runnerCidrs", ["203.0.113.0/24", "2001:db8::/32"]],
    ["connection", "eu-live"],
  ])("may contain %s: %j", (name, value) => {
    expect(reasons({ [name]: value })).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ["apiKey", "", "must not be empty"],
    ["endpoint", "ftp://api.peridio.com", "must be an HTTP or HTTPS URL, such as https://api.peridio.com"],
    ["endpoint", "xhttps://api.peridio.com", "must be an HTTP or HTTPS URL, such as https://api.peridio.com"],
    ["endpoint", "httpsx://api.peridio.com", "must be an HTTP or HTTPS URL, such as https://api.peridio.com"],
    ["endpoint", "api.peridio.com", "must be an HTTP or HTTPS URL, such as https://api.peridio.com"],
    ["connection", "EU_live", "must be lower-case words of letters and digits, such as eu-live"],
    ["connection", "live-", "must be lower-case words of letters and digits, such as eu-live"],
    ["caPath", "", "must not be empty"],
    ["maxRetries", -1, "must not be negative"],
    ["maxRetries", 21, "must be at most 20"],
    ["maxRetries", 1.5, "must be a whole number"],
    ["maxConcurrency", 0, "must be at least 1"],
    ["maxConcurrency", 101, "must be at most 100"],
    ["maxConcurrency", 1.5, "must be a whole number"],
    ["requestTimeout", 0, "must be at least 1 second"],
    ["requestTimeout", 601, "must be at most 600 seconds"],
    ["requestTimeout", 1.5, "must be a whole number of seconds"],
    ["userAgentSuffix", "two  spaces", "must be words of printable ASCII, separated by single spaces"],
    ["userAgentSuffix", " before", "must be words of printable ASCII, separated by single spaces"],
    ["userAgentSuffix", "after ", "must be words of printable ASCII, separated by single spaces"],
    ["userAgentSuffix", "schlüssel", "must be words of printable ASCII, separated by single spaces"],
    ["userAgentSuffix", "new\nline", "must be words of printable ASCII, separated by single spaces"],
  ])("reject %s: %j, which %s", (name, value, reason) => {
    expect(reasons({ [name]: value })).toEqual([`${name} ${reason}`]);
  });

  test("have at most 100 blocks in `runnerCidrs`", () => {
    const blocks = (length: number) => Array.from({ length }, () => "203.0.113.0/24");
    expect(reasons({ runnerCidrs: blocks(100) })).toEqual([]);
    expect(reasons({ runnerCidrs: blocks(101) })).toEqual(["runnerCidrs must have at most 100 blocks"]);
  });

  test("reject a text that is not a block, and name it", () => {
    expect(reasons({ runnerCidrs: ["203.0.113.0/24", "here"] })).toEqual([
      'runnerCidrs[1] "here" is not a CIDR block: write a block such as 203.0.113.0/24 or 2001:db8::/32',
    ]);
  });

  test("are decoded if they are not texts, and texts are unchanged", () => {
    const sent = {
      apiKey: "123",
      maxRetries: "4",
      runnerCidrs: '["203.0.113.0/24"]',
      maxConcurrency: 7,
      requestTimeout: "soon",
      endpoint: "no URL",
      caPath: ["5"],
      strange: "5",
    };
    expect(decodeSettings(configuration, sent)).toStrictEqual({
      ...sent,
      maxRetries: 4,
      runnerCidrs: ["203.0.113.0/24"],
    });
  });
});

describe("the endpoint", () => {
  const environment = { PERIDIO_BASE_URL: "http://of.environment" };

  test.each<[string, Configuration, Record<string, string>, string]>([
    ["the setting", { endpoint: "http://set" }, environment, "http://set"],
    ["otherwise the one in the environment", {}, environment, "http://of.environment"],
    ["Peridio's if the one in the environment is empty", {}, { PERIDIO_BASE_URL: "" }, "https://api.peridio.com"],
    ["Peridio's without both", {}, {}, "https://api.peridio.com"],
  ])("is %s", (_, settings, environment, expected) => {
    expect(getDestination(settings, environment).endpoint).toBe(expected);
  });

  test.each<[string, Configuration, Record<string, string>, string]>([
    ["no setting", {}, {}, "admin-v2"],
    ["another host", { endpoint: "https://connect.peridio.com.acme.example" }, {}, "admin-v2"],
    ["its host", { endpoint: "https://connect.peridio.com" }, {}, "connect"],
    [
      "its host, in the environment and in capitals",
      {},
      { PERIDIO_BASE_URL: "https://CONNECT.peridio.com/" },
      "connect",
    ],
    [
      "the environment, on any host",
      {},
      { PERIDIO_BACKEND: "connect", PERIDIO_BASE_URL: "https://a.example" },
      "connect",
    ],
    ["its host for trials", { endpoint: "https://connect.staging.peridio.com" }, {}, "connect"],
    ["the setting, on any host", { backend: "admin-v2", endpoint: "https://a.example" }, {}, "admin-v2"],
    ["the setting, before the environment", { backend: "connect" }, { PERIDIO_BACKEND: "admin-v2" }, "connect"],
  ])("chooses the API by %s", (_, settings, environment, backend) => {
    expect(getDestination(settings, environment)).toMatchObject({ backend });
  });

  test.each<[Configuration, Record<string, string>, string]>([
    [{ backend: "connect" }, { PERIDIO_BASE_URL: "https://api.peridio.com" }, "admin-v2"],
    [{ backend: "admin-v2" }, { PERIDIO_BASE_URL: "https://connect.peridio.com/" }, "connect"],
    [{ endpoint: "https://connect.staging.peridio.com" }, { PERIDIO_BACKEND: "admin-v2" }, "connect"],
  ])("that serves the other API is refused: %j with %j", (settings, environment, served) => {
    const attempt = () => getDestination(settings, environment);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      ` serves ${served}, so nothing was sent. ` +
        "Correct the backend (`peridio:backend` or PERIDIO_BACKEND), or the endpoint (`peridio:endpoint` or PERIDIO_BASE_URL).",
    );
  });

  test.each([
    ["http://set/", "http://set"],
    ["HTTPS://Connect.Peridio.com//", "https://connect.peridio.com"],
    ["http://set/under/", "http://set/under"],
    ["no URL", "no URL"],
  ])("%s is spelled %s, so that two spellings are one endpoint", (endpoint, expected) => {
    expect(getDestination({ endpoint }, {}).endpoint).toBe(expected);
  });

  test("is accepted if it serves the chosen API", () => {
    const settings = { backend: "connect", endpoint: "https://connect.peridio.com" } as const;
    expect(getDestination(settings, {})).toEqual(settings);
  });

  test("defaults to the host of Avocado Connect for its backend", () => {
    expect(getDestination({ backend: "connect" }, {}).endpoint).toBe("https://connect.peridio.com");
  });
});

describe("the client", () => {
  let server: StubServer;
  // One for each test: a request that a test abandons may arrive after its end.
  beforeEach(async () => {
    server = await StubServer.start();
  });
  afterEach(async () => server.stop());

  const absent = json(404, {});
  const unavailable = json(503, {});

  function connected(settings: Configuration, environment: Record<string, string> = {}, logged: string[] = []) {
    return peridio(
      { endpoint: server.endpoint, ...settings },
      environment,
      { log: (level, text) => logged.push(`${level} ${text}`), redact: (text) => text, keep: () => undefined },
      { clock: new FakeClock() },
    );
  }

  test.each([{}, { PERIDIO_API_KEY: "" }])("needs an API key: %j contains none", (environment) => {
    const attempt = () => connected({}, environment);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      "Peridio requires an API key. Run `pulumi config set --secret peridio:apiKey`, or set the environment variable PERIDIO_API_KEY.",
    );
  });

  test.each<[Configuration, string]>([
    [{ apiKey: "avo_secret" }, "a token of Avocado Connect, and of admin-v2"],
    [{ apiKey: "avo_secret", backend: "admin-v2" }, "a token of Avocado Connect, and said to be for admin-v2"],
  ])("sends no token of Avocado Connect to the other API: %#", (settings) => {
    const attempt = () => connected(settings);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      "The API key is a token of Avocado Connect (`avo_…`), but the backend is admin-v2. The provider did not send the API key. " +
        "Run `pulumi config set peridio:backend connect`, or set the environment variable PERIDIO_BACKEND to connect.",
    );
    expect(server.received).toEqual([]);
  });

  test.each(["http://api.peridio.com", "http://connect.peridio.com:8080/", "http://CONNECT.staging.peridio.com"])(
    "refuses %s, because the API key would travel without encryption",
    (endpoint) => {
      const secure = endpoint.replace("http:", "https:");
      const named = { PERIDIO_BASE_URL: endpoint };
      for (const [settings, environment] of [
        [{ endpoint }, {}],
        [{}, named],
      ] as const) {
        expect(() => getDestination(settings, environment)).toThrow(
          `The endpoint ${endpoint} has no TLS, so others on the network can read the API key. Nothing was sent. Use an https:// URL in \`peridio:endpoint\` or PERIDIO_BASE_URL.`,
        );
      }
      expect(getDestination({ endpoint: secure }, {}).endpoint).toMatch(/^https:/);
    },
  );

  test("sends every other API key to the other API, and a token to Avocado Connect", async () => {
    for (const settings of [{ apiKey: "of-avo_" }, { apiKey: "avo_", backend: "connect" } as const]) {
      server.script(absent);
      await expect(connected(settings).caller()).rejects.toThrow("HTTP 404");
      expect(server.received.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${settings.apiKey}` });
    }
  });

  describe("with a connection", () => {
    const live = { connection: "eu-live" };

    test("uses the variables with its name, and never those without", async () => {
      server.script(absent);
      const own = { PERIDIO_API_KEY_EU_LIVE: "own", PERIDIO_API_KEY: "other", PERIDIO_BACKEND: "connect" };
      await expect(connected(live, own).caller()).rejects.toThrow("HTTP 404");
      expect(server.received.at(-1)?.headers).toMatchObject({ authorization: "Bearer own" });
      const elsewhere = { PERIDIO_BASE_URL: "https://a.example", PERIDIO_BACKEND_EU_LIVE: "connect" };
      expect(getDestination(live, elsewhere)).toEqual({ backend: "connect", endpoint: "https://connect.peridio.com" });
      const at = { PERIDIO_BASE_URL_EU_LIVE: "https://b.example/" };
      expect(getDestination(live, at)).toEqual({ backend: "admin-v2", endpoint: "https://b.example" });
    });

    test("does not fall back to the API key of another connection", () => {
      expect(() => connected(live, { PERIDIO_API_KEY: "other", PERIDIO_API_KEY_EU: "other" })).toThrow(
        "or set the environment variable PERIDIO_API_KEY_EU_LIVE.",
      );
      expect(server.received).toEqual([]);
    });

    test("refuses an organization of another connection, where one of the same name can exist", () => {
      const client = connected(live, { PERIDIO_API_KEY_EU_LIVE: "own" });
      expect(client.explainUnsupported("connection eu-live")).toBeUndefined();
      expect(client.explainUnsupported("connection us-live")?.reason).toBe(
        "The provider has the connection eu-live, but the organization has the connection us-live: set `peridio:connection` to `us-live`, or set `connection` on the Layout to `eu-live`",
      );
      // Without the setting, the provider can have any server.
      expect(connected({ apiKey: "k" }).explainUnsupported("connection us-live")?.reason).toBe(
        "The provider has no connection, but the organization has the connection us-live: set `peridio:connection` to `us-live`",
      );
      expect(server.received).toEqual([]);
    });

    test("names its variables in messages", () => {
      expect(() => connected(live, { PERIDIO_API_KEY_EU_LIVE: "avo_secret" })).toThrow(
        "set the environment variable PERIDIO_BACKEND_EU_LIVE to connect.",
      );
      expect(() =>
        getDestination({ ...live, backend: "connect" }, { PERIDIO_BASE_URL_EU_LIVE: "https://api.peridio.com" }),
      ).toThrow(
        "Correct the backend (`peridio:backend` or PERIDIO_BACKEND_EU_LIVE), or the endpoint (`peridio:endpoint` or PERIDIO_BASE_URL_EU_LIVE).",
      );
      expect(() => getDestination(live, { PERIDIO_BACKEND_EU_LIVE: "conect" })).toThrow(
        /^PERIDIO_BACKEND_EU_LIVE is "conect"/,
      );
    });
  });

  test("rejects an unknown backend", () => {
    expect(() => connected({ apiKey: "k" }, { PERIDIO_BACKEND: "conect" })).toThrow(
      'PERIDIO_BACKEND is "conect": it must be one of admin-v2, connect.',
    );
  });

  test.each([
    ["in the settings", { apiKey: "set" }, "Bearer set"],
    ["in the environment otherwise", {}, "Bearer of-environment"],
  ])("sends the API key %s", async (_, settings, authorization) => {
    server.script(absent);
    const environment = { PERIDIO_API_KEY: "of-environment" };
    await expect(connected(settings, environment).caller()).rejects.toThrow("HTTP 404");
    expect(server.received[0]?.headers).toMatchObject({ authorization });
  });

  test("repeats a request `maxRetries` times, and by default four times", async () => {
    server.script(unavailable);
    await expect(connected({ apiKey: "k", maxRetries: 1 }).caller()).rejects.toThrow("HTTP 503");
    expect(server.received).toHaveLength(2);
    server.script(unavailable);
    await expect(connected({ apiKey: "k" }).caller()).rejects.toThrow("HTTP 503");
    expect(server.received).toHaveLength(5);
  });

  test("ends an attempt after `requestTimeout`", async () => {
    server.script(hang);
    const settings = { apiKey: "k", maxRetries: 0, requestTimeout: 0.05 };
    await expect(connected(settings).caller()).rejects.toThrow("no complete response arrived within 1 s");
  });

  test.each<[string, Configuration, Record<string, string>]>([
    ["`maxConcurrency`", { maxConcurrency: 2 }, { PERIDIO_MAX_CONCURRENCY: "9" }],
    ["PERIDIO_MAX_CONCURRENCY", {}, { PERIDIO_MAX_CONCURRENCY: "2" }],
  ])("sends at most %s requests at the same time", async (_, settings, environment) => {
    const open = new Set<ServerResponse>();
    let most = 0;
    server.script((_, response) => {
      most = Math.max(most, open.add(response).size);
      setTimeout(() => {
        open.delete(response);
        response.writeHead(404, { "content-type": "application/json" }).end("{}");
      }, 5);
    });
    const api = connected({ apiKey: "k", ...settings }, environment);
    await Promise.allSettled(Array.from({ length: 5 }, (_, index) => api.limits(`prn:1:${index}`)));
    expect(server.received).toHaveLength(5);
    expect(most).toBeLessThanOrEqual(2);
  });

  test.each(["0", "101", "1.5", "many", "-1"])("rejects %s requests in the environment", (text) => {
    expect(() => connected({ apiKey: "k" }, { PERIDIO_MAX_CONCURRENCY: text })).toThrow(
      `PERIDIO_MAX_CONCURRENCY is "${text}": it must be a whole number from 1 to 100. Correct or remove this environment variable.`,
    );
  });

  test("names the provider and the pipeline in the user agent", async () => {
    server.script(absent);
    await expect(connected({ apiKey: "k", userAgentSuffix: "pipeline/7" }).caller()).rejects.toThrow("HTTP 404");
    expect(server.received[0]?.headers["user-agent"]).toMatch(/^pulumi-peridio\/\d+\.\d+\.\d+\S* pipeline\/7$/);
  });

  test("writes every request to the log", async () => {
    const logged: string[] = [];
    server.script(absent);
    await expect(connected({ apiKey: "k" }, {}, logged).caller()).rejects.toThrow("HTTP 404");
    expect(logged).toEqual([expect.stringMatching(/^debug GET \/v2\/users\/me: 404/)]);
  });

  const missing = join(__dirname, "no-such-file.pem");
  test.each<[string, Configuration, Record<string, string>]>([
    ["in the settings", { caPath: missing }, {}],
    ["in the settings, before the environment", { caPath: missing }, { PERIDIO_CA_PATH: "elsewhere.pem" }],
    ["in the environment", {}, { PERIDIO_CA_PATH: missing }],
  ])("trusts the certificates in the file %s", (_, settings, environment) => {
    expect(() => connected({ apiKey: "k", ...settings }, environment)).toThrow(
      `The certificates in ${missing} cannot be used: `,
    );
  });

  test("trusts no other certificates if the environment names no file", () => {
    expect(() => connected({ apiKey: "k" }, { PERIDIO_CA_PATH: "" })).not.toThrow();
  });
});

test.each([
  ["http://peridio.acme.example", true],
  ["http://127.0.0.1.acme.example", true],
  ["http://notlocalhost:4010", true],
  ["http://localhost.acme.example:4010", true],
  ["http://127.100.200.255:4010", false],
  ["https://peridio.acme.example", false],
  ["http://localhost:4010", false],
  ["http://peridio.localhost:4010", false],
  ["http://127.0.0.1:4010", false],
  ["http://[::1]:4010", false],
])("with the endpoint %s, the API key can be read on the way: %j", (endpoint, isReadable) => {
  const warnings: string[] = [];
  const log = (level: string, text: string) => warnings.push(`${level}: ${text}`);
  peridio({ apiKey: "k", endpoint }, {}, { log, redact: (text) => text, keep: () => undefined });
  const text = `info: The endpoint ${endpoint} has no TLS, so others on the network can read the API key. Use an https:// URL.`;
  expect(warnings).toEqual(isReadable ? [text] : []);
});
