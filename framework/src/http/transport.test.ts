import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "./testing/fakeClock";
import { request } from "./testing/outcomes";
import { HangingProxy, type Place } from "./testing/hangingProxy";
import { drop, dropHalfway, hang, hangHalfway, json, type Reply, StubServer } from "./testing/stubServer";
import { AbortedInFlightError, RetryBudget, type Request } from "./request";
import { createTransport, type TransportConfig } from "./transport";

const certificate = join(__dirname, "./testing/localhost.cert.pem");
const key = join(__dirname, "./testing/localhost.key.pem");

let server: StubServer;
// One for each test: an aborted request may arrive after the end of its test.
beforeEach(async () => {
  server = await StubServer.start();
});
afterEach(async () => server.stop());

function config(details: Partial<TransportConfig> = {}): TransportConfig {
  return { apiKey: "sesame", endpoint: server.endpoint, service: "Acme", userAgent: "pulumi-acme/1.0.0", ...details };
}

/** Sends a GET through a new transport whose waits take no time. */
async function get(details: Partial<TransportConfig> = {}, more: Partial<Request> = {}) {
  const clock = new FakeClock(Date.now());
  return createTransport(config(details), { clock }).send(request("GET", more));
}

test("a request is repeated after a broken connection", async () => {
  server.script(drop, dropHalfway, json(200, { data: 1 }));
  expect(await get()).toMatchObject({ status: 200, body: '{"data":1}' });
  expect(server.received).toHaveLength(3);
});

test("a 429 is repeated even without retries", async () => {
  server.script(json(429, {}, { "retry-after": "2" }), json(429, {}), json(200, { data: 1 }));
  expect(await get({ maxRetries: 0 })).toMatchObject({ status: 200 });
  expect(server.received).toHaveLength(3);
});

test("an attempt ends after the request timeout", async () => {
  server.script(hang);
  const outcome = await get({ requestTimeout: 0.5, maxRetries: 1 });
  expect(outcome).toMatchObject({ kind: "failure", isSent: true, stopReason: "after 2 attempts" });
  expect(outcome).toHaveProperty("summary", expect.stringContaining("no complete response arrived within 1 s"));
});

test.each([
  [300_000, {}],
  [300_000, { requestTimeout: 100 }],
  [1_800_000, { requestTimeout: 600 }],
  [20_000, { requestTimeout: 600, deadline: 20 }],
])("the deadline is %i ms by default or as configured (%#)", (deadline, details) => {
  expect(createTransport(config(details)).deadline).toBe(deadline);
});

test("the deadline ends a request in flight", async () => {
  server.script(hang);
  const { send } = createTransport(config());
  const budget = new RetryBudget(50);
  expect(await send(request("GET", { budget }))).toMatchObject({ kind: "failure", isSent: true });
  expect(budget.remaining).toBeLessThan(50);
});

test("an abort ends a request in flight", async () => {
  const stop = new AbortController();
  server.script(() => {
    stop.abort();
  });
  await expect(get({}, { signal: stop.signal })).rejects.toThrow(AbortedInFlightError);
  expect(server.received).toHaveLength(1);
});

test("an abort before the first connection sends nothing", async () => {
  server.script(json(200, {}));
  const stop = new AbortController();
  const sent = get({}, { signal: stop.signal });
  stop.abort();
  await expect(sent).rejects.not.toThrow(AbortedInFlightError);
  expect(server.received).toHaveLength(0);
});

test("an abort before the request sends nothing", async () => {
  server.script(json(200, {}));
  await expect(get({}, { signal: AbortSignal.abort() })).rejects.not.toThrow(AbortedInFlightError);
  expect(server.received).toHaveLength(0);
});

test("a refused connection is not ambiguous", async () => {
  const endpoint = "http://127.0.0.1:1";
  expect(await get({ endpoint })).toMatchObject({
    kind: "failure",
    isSent: false,
    summary: `Acme cannot be reached at ${endpoint}: the connection was refused. Check the endpoint, the proxy settings and the network, and try again.`,
    stopReason: "after 5 attempts",
  });
});

test("the endpoint may have a path", async () => {
  server.script(json(200, {}));
  await get({ endpoint: `${server.endpoint}/gateway/acme/` });
  expect(server.received[0]?.url).toBe("/gateway/acme/v2/things");
});

test("the response has the request id, and the Retry-After date by the server's clock", async () => {
  const there = Date.UTC(2020, 0, 1);
  const headers = { date: new Date(there).toUTCString(), "retry-after": new Date(there + 60_000).toUTCString() };
  server.script(json(503, {}, { "x-request-id": "r-1", ...headers }));
  const before = Date.now();
  const outcome = await get({ maxRetries: 0 });
  expect(outcome).toMatchObject({ requestId: "r-1" });
  const retryAt = outcome.kind === "answer" ? (outcome.retryAt ?? NaN) : NaN;
  expect(retryAt).toBeGreaterThanOrEqual(before + 60_000);
  expect(retryAt).toBeLessThanOrEqual(Date.now() + 60_000);
});

test.each([
  ["a response larger than 32 MiB is cut and not repeated", 200, 32, 1, null],
  ["a response of 32 MiB is read", 200, 32, 0, 32 * 1_024 * 1_024],
  ["an error larger than 1 MiB is cut and not repeated", 503, 1, 1, null],
  ["an error of 1 MiB is read", 422, 1, 0, 1_024 * 1_024],
])("%s", async (_, status, blocks, excess, length) => {
  const block = Buffer.alloc(1_024 * 1_024, "x");
  server.script((_, response) => {
    response.writeHead(status);
    for (let count = 0; count < blocks; count += 1) response.write(block);
    response.end("x".repeat(excess));
  });
  const outcome = await get();
  expect(outcome.kind === "answer" && (outcome.body?.length ?? null)).toBe(length);
  expect(server.received).toHaveLength(1);
});

test("a request fails if Retry-After exceeds the stall timeout", async () => {
  server.script(json(429, {}, { "retry-after": "9".repeat(310) }));
  expect(await get()).toMatchObject({
    status: 429,
    stopReason: "because Acme asks for a wait of 86400 s, which exceeds the limit of 300 s",
  });
});

test("the key is not removed from successful responses", async () => {
  server.script(json(200, { name: "acme-dev" }));
  expect(await get({ apiKey: "acme" })).toMatchObject({ body: '{"name":"acme-dev"}' });
});

test("the key is removed from errors and never logged", async () => {
  const logged: string[] = [];
  server.script(json(401, { api_key: "sesame" }, { "x-request-id": "r-1" }));
  const outcome = await get({ log: (level, message) => void logged.push(`${level} ${message}`) });
  expect(JSON.stringify(outcome)).not.toContain("sesame");
  expect(logged).toEqual([expect.stringMatching(/^debug GET \/v2\/things: 401 in \d+ ms, request r-1$/)]);
});

test("a service can have its own headers, and an echo of its credentials is removed", async () => {
  server.script((received, response) => {
    const credentials = String(received.headers.authorization);
    json(403, { message: `${credentials} ${credentials.slice(6)}` }, { "acme-id": "r-1" })(received, response);
  });
  const outcome = await get({
    authorize: (key) => ({ authorization: `Basic ${Buffer.from(key).toString("base64")}`, "x-key": key }),
    headers: { "x-version": "2" },
    requestIdHeader: "Acme-Id",
  });
  expect(outcome).toMatchObject({ requestId: "r-1", body: '{"message":"Basic [API key] [API key]"}' });
  expect(server.received[0]?.headers).toMatchObject({
    authorization: "Basic c2VzYW1l",
    "x-key": "sesame",
    "x-version": "2",
    "user-agent": "pulumi-acme/1.0.0",
  });
});

test.each([
  { maxRetries: -1 },
  { maxRetries: 1.5 },
  { maxConcurrency: 0 },
  { maxConcurrency: NaN },
  { requestTimeout: 0 },
  { deadline: Infinity },
])("%j is out of range", (details) => {
  expect(() => createTransport(config(details))).toThrow(RangeError);
});

test.each(["", "two words", "line\n", "schlüssel"])("%j is no API key", (apiKey) => {
  expect(() => createTransport(config({ apiKey }))).toThrow("The API key is empty or contains an invalid character");
});

test.each(["api.example.com", "ftp://api.example.com", ""])("%j is no endpoint", (endpoint) => {
  expect(() => createTransport(config({ endpoint }))).toThrow(
    "must be an HTTP or HTTPS URL, such as https://api.example.com",
  );
});

test("a password in an endpoint is not in the message", () => {
  const create = () => createTransport(config({ endpoint: "http://user:hunter2@host:port" }));
  expect(create).toThrow("The endpoint http://[secret]@host:port must");
});

describe("with a private authority", () => {
  let secure: StubServer;
  beforeAll(async () => {
    secure = await StubServer.start({ key: readFileSync(key), cert: readFileSync(certificate) });
  });
  beforeEach(() => {
    secure.script(json(200, { data: "secure" }));
  });
  afterAll(async () => secure.stop());

  const endpoint = (): string => `https://localhost:${secure.port}`;

  test("the CA path makes the server trusted", async () => {
    expect(await get({ endpoint: endpoint(), caPath: certificate })).toMatchObject({ body: '{"data":"secure"}' });
  });

  test("without the CA path nothing is sent, and the failure names the remedy", async () => {
    const outcome = await get({ endpoint: endpoint() });
    expect(outcome).toMatchObject({ isSent: false, isPermanent: true });
    expect(outcome).toHaveProperty(
      "summary",
      expect.stringMatching(
        /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*the path of trusted certificates/,
      ),
    );
  });

  test("a server without TLS on its port is a permanent failure with its own remedy", async () => {
    const outcome = await get({ endpoint: server.endpoint.replace("http:", "https:") });
    expect(outcome).toMatchObject({ isSent: false, isPermanent: true });
    expect(outcome).toHaveProperty(
      "summary",
      expect.stringMatching(
        /: the server does not use TLS on this port\. Correct the port or the scheme \(http, https\) in the endpoint\.$/,
      ),
    );
  });

  test.each([
    ["does not exist", join(__dirname, "nothing.pem")],
    ["holds no certificate", __filename],
    ["is no regular file", "/dev/zero"],
    ["is a folder", __dirname],
  ])("a CA path that %s is rejected", (_, caPath) => {
    expect(() => createTransport(config({ caPath }))).toThrow(`The certificates in ${caPath} cannot be used: `);
  });

  describe("and a proxy", () => {
    const environment = { ...process.env };
    beforeEach(() => {
      server.script();
      process.env.HTTPS_PROXY = server.endpoint;
    });
    afterEach(() => {
      process.env = { ...environment };
    });

    test("requests go through the proxy, which reads neither key nor path", async () => {
      expect(await get({ endpoint: endpoint(), caPath: certificate })).toMatchObject({ body: '{"data":"secure"}' });
      expect(server.received).toMatchObject([{ method: "CONNECT", url: `localhost:${secure.port}` }]);
      expect(JSON.stringify(server.received)).not.toContain("sesame");
    });

    test("a proxy setting that is not a URL is named", async () => {
      process.env.HTTPS_PROXY = "proxy:port";
      const outcome = await get({ endpoint: endpoint() });
      expect(outcome).toMatchObject({ isSent: false, isPermanent: true });
      expect(outcome).toHaveProperty("summary", expect.stringContaining("Correct HTTPS_PROXY or HTTP_PROXY."));
    });

    describe("that hangs", () => {
      let hanging: HangingProxy;
      afterEach(async () => hanging.stop());

      const start = async (place: Place): Promise<void> => {
        hanging = await HangingProxy.start(place);
        process.env.HTTPS_PROXY = `http://127.0.0.1:${hanging.port}`;
      };
      /** Sends a request that fails. The default deadline would be 300 seconds. */
      const fail = async (method: Request["method"], maxRetries: number): Promise<void> => {
        const start = Date.now();
        const details = config({ endpoint: endpoint(), caPath: certificate, requestTimeout: 0.3, maxRetries });
        const outcome = await createTransport(details, { clock: new FakeClock(start) }).send(request(method));
        expect(outcome).toMatchObject({ kind: "failure", isSent: true });
        expect(outcome).toHaveProperty("summary", expect.stringContaining("no complete response arrived within"));
        // Without an end of each attempt, a test takes minutes.
        expect(Date.now() - start).toBeLessThan(10_000);
      };

      test.each<[Place, Reply[]]>([
        ["CONNECT", [json(200, {})]],
        ["TLS", [json(200, {})]],
        ["nowhere", [hang]],
        ["nowhere", [hangHalfway]],
      ])("at %s (%#) ends each attempt in time, and its connection closes", async (place, replies) => {
        secure.script(...replies);
        await start(place);
        await fail("GET", 1);
        await hanging.closed();
      });

      test.each<Place>(["CONNECT", "TLS"])("at %s never sends a write after its end", async (place) => {
        await start(place);
        await fail("POST", 0);
        hanging.release();
        await hanging.closed();
        expect(secure.received).toEqual([]);
      });
    });

    test("NO_PROXY bypasses the proxy", async () => {
      process.env.NO_PROXY = "localhost";
      expect(await get({ endpoint: endpoint(), caPath: certificate })).toMatchObject({ status: 200 });
      expect(server.received).toEqual([]);
    });
  });
});
