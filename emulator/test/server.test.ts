import { request, type IncomingMessage } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { RemoteControl } from "../src/control/remoteControl";
import { serve, type Server } from "../src/server";
import { createAcme, readValue } from "./client";

let server: Server;
let emulator: Awaited<ReturnType<typeof createAcme>>["emulator"];
beforeEach(async () => {
  ({ emulator } = await createAcme());
  server = await serve(emulator, { port: 0 });
});
afterEach(() => server.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${emulator.apiKey}` } });

test("serves the APIs over HTTP, with bodies and headers", async () => {
  const response = await get("/v2/organizations", { method: "POST", body: JSON.stringify({ name: "Ünïcode 🏭" }) });
  expect(response.status).toBe(201);
  expect(response.headers.get("peridio-request-id")).not.toBeNull();
  expect(readValue(await response.json(), "data.name")).toBe("Ünïcode 🏭");
  expect((await get("/v2/organizations?search=name~'%3F'")).status).toBe(200);
});

test("204 has no body", async () => {
  const { id } = emulator.control.getOrganization("acme-dev");
  const response = await get(`/v2/organizations/${id}`, { method: "DELETE" });
  expect([response.status, await response.text()]).toEqual([204, ""]);
});

test.each(["before", "after"] as const)(
  "a drop %s the effect closes the connection without a response",
  async (when) => {
    emulator.control.fault({ when, effect: "drop" });
    await expect(get("/v2/users/me")).rejects.toThrow("fetch failed");
    expect((await get("/v2/users/me")).status).toBe(200);
  },
);

test("closing ends a hanging request", async () => {
  emulator.control.fault({ effect: "hang" });
  const hanging = expect(get("/v2/users/me")).rejects.toThrow("fetch failed");
  while (emulator.requests().length === 0) await new Promise(setImmediate);
  await server.close();
  await hanging;
});

test("responds to a bug with 500 and prints it without control characters", async () => {
  const printed: string[] = [];
  const stderr = jest.spyOn(process.stderr, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  jest.spyOn(emulator, "handle").mockRejectedValue(new Error("acme\u001B]0;owned\u0007\n::add-mask::x"));
  expect((await get("/v2/users/me")).status).toBe(500);
  stderr.mockRestore();
  expect(printed.join("")).toContain("Error: acme\u{FFFD}]0;owned\u{FFFD}\n\\::add-mask::x\n    at ");
});

test("rejects a port in use", async () => {
  await expect(serve(emulator, { port: Number(new URL(server.url).port) })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

test("the allowlist applies to the address of the connection", async () => {
  const { id } = emulator.control.getOrganization("acme-dev");
  for (const [cidr, status] of [
    ["127.0.0.0/8", 200],
    ["192.0.2.0/24", 403],
  ] as const) {
    await emulator.control.updateSecuritySettings("acme-dev", { ip_allowlist: [{ cidr, description: null }] });
    expect((await get(`/v2/organizations/${id}`)).status).toBe(status);
  }
});

test("another process uses the control plane by URL", async () => {
  const remote = new RemoteControl(server.url);
  await remote.send("invite", { email: "bob@acme.example", organization: "acme-dev", role: "viewer" });
  await remote.send("accept", { email: "bob@acme.example", organization: "acme-dev" });
  await get("/v2/users/me");
  expect(await remote.requests({ method: "GET" })).toMatchObject([{ operation: "get-current-user" }]);
  await remote.clearRequests();
  expect(await remote.requests()).toEqual([]);
  await remote.send("faults", { effect: "drop" });
  await remote.clearFaults();
  expect((await get("/v2/users/me")).status).toBe(200);
  await expect(remote.send("accept", { email: "bob@acme.example", organization: "acme-dev" })).rejects.toThrow(
    "no pending invitation",
  );
});

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends any method, `Host` and `Sec-Fetch-Mode`, which `fetch` does not allow. */
async function send(path: string, { body, ...options }: Sent = {}, { url } = server) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url + path, options, resolve)
      .once("error", reject)
      .end(body);
  });
  const { statusCode: status, headers } = response;
  const answered = await textOf(response);
  const answer: unknown = headers["content-type"] === "application/json" ? JSON.parse(answered) : answered;
  return { status, allow: headers.allow, body: answer };
}

test.each([
  ["/v2/users/me", "GET", { errors: [{ code: "bad_endpoint", context: {} }] }],
  ["/v2/organizations?limit=1", "GET, POST", { errors: [{ code: "bad_endpoint", context: {} }] }],
  ["/api/me", "GET", { error: "method_not_allowed", message: "The path does not accept this method." }],
  [
    "/_emulator/faults",
    "GET, DELETE, POST",
    { error: "The method is not allowed. This path accepts GET, DELETE, POST." },
  ],
  ["/", "GET, HEAD", { error: "The method is not allowed. This path accepts GET, HEAD." }],
])("TRACE %s is 405 and lists the allowed methods: %s", async (path, allow, body) => {
  expect(await send(path, { method: "TRACE" })).toEqual({ status: 405, allow, body });
});

test("TRACE of an unknown path is a bad endpoint and is logged", async () => {
  expect(await send("/v2/nothing", { method: "TRACE" })).toMatchObject({ status: 400 });
  expect(emulator.requests()).toMatchObject([{ method: "TRACE", path: "/v2/nothing", status: 400 }]);
});

describe("the check of the origin", () => {
  const port = () => new URL(server.url).port;

  test.each(["/_emulator/snapshot", "/_emulator/overview", "/v2/users/me", "/api/me"])(
    "rejects an unknown name in Host at %s",
    async (path) => {
      const { status, body } = await send(path, { headers: { host: `evil.example:${port()}` } });
      expect([status, body]).toEqual([
        403,
        {
          error:
            "The request was refused, because the emulator does not accept the host name evil.example. " +
            "If you use this name for the emulator, start it with --allow-host evil.example.",
        },
      ]);
    },
  );

  test.each(["127.0.0.1", "[::1]", "localhost", "acme.localhost", "LOCALHOST", "192.0.2.7"])(
    "accepts %s in Host",
    async (name) => {
      for (const host of [name, `${name}:${port()}`]) {
        expect([host, (await send("/_emulator/overview", { headers: { host } })).status]).toEqual([host, 200]);
      }
    },
  );

  test("accepts an allowed host name in any letter case", async () => {
    const other = await serve(emulator, { port: 0, names: ["Emulator.internal"] });
    try {
      const status = async (host: string) => (await send("/_emulator/overview", { headers: { host } }, other)).status;
      expect(await status("emulator.INTERNAL")).toBe(200);
      expect(await status("internal")).toBe(403);
    } finally {
      await other.close();
    }
  });

  test.each([
    ["another port", () => ({ origin: "http://127.0.0.1:1" })],
    ["another name of this machine", () => ({ origin: `http://localhost:${port()}` })],
    ["a file or a sandbox", () => ({ origin: "null" })],
    ["another site, in a read", () => ({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })],
    ["another port, in a read", () => ({ "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" })],
    ["another site, in a form", () => ({ origin: "https://evil.example", "sec-fetch-mode": "navigate" })],
  ])("rejects a request from %s", async (_, headers) => {
    const before = emulator.snapshot();
    const body = '{"email":"eve@evil.example"}';
    const answer = await send("/_emulator/add-user", { method: "POST", headers: headers(), body });
    expect(answer.status).toBe(403);
    expect(readValue(answer.body, "error")).toContain("because a page of another origin (");
    expect(emulator.snapshot()).toEqual(before);
  });

  test.each([
    ["the emulator's own page", () => ({ origin: server.url, "sec-fetch-site": "same-origin" })],
    ["the emulator's own page behind a proxy with TLS", () => ({ origin: server.url.replace("http:", "https:") })],
    ["no browser", () => ({})],
  ])("accepts a request from %s", async (_, headers) => {
    const body = '{"email":"eve@acme.example"}';
    const answer = await send("/_emulator/add-user", { method: "POST", headers: headers(), body });
    expect(answer.status).toBe(200);
  });

  test("accepts a link to the console", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await send("/", { headers })).status).toBe(200);
  });
});

test("the console is one page without external resources", async () => {
  const response = await get("/");
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; (?!.*unsafe)/);
  expect(await response.text()).not.toMatch(/(src|href)=(?!"#)|@import|url\(|https?:\/\//);
});
