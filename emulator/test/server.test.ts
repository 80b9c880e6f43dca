import { RemoteControl } from "../src/control/remoteControl";
import { serve, type Server } from "../src/server";
import { acme, at } from "./client";

let server: Server;
let emulator: Awaited<ReturnType<typeof acme>>["emulator"];
beforeEach(async () => {
  ({ emulator } = await acme());
  server = await serve(emulator, { port: 0 });
});
afterEach(() => server.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${emulator.apiKey}` } });

test("the contract is spoken over HTTP, bodies and headers included", async () => {
  const response = await get("/v2/organizations", { method: "POST", body: JSON.stringify({ name: "Ünïcode 🏭" }) });
  expect(response.status).toBe(201);
  expect(response.headers.get("peridio-request-id")).not.toBeNull();
  expect(at(await response.json(), "data.name")).toBe("Ünïcode 🏭");
  expect((await get("/v2/organizations?search=name~'%3F'")).status).toBe(200);
});

test("204 has no body", async () => {
  const { id } = emulator.control.organization("acme-dev");
  const response = await get(`/v2/organizations/${id}`, { method: "DELETE" });
  expect([response.status, await response.text()]).toEqual([204, ""]);
});

test.each(["before", "after"] as const)(
  "a drop %s the effect closes the connection without an answer",
  async (when) => {
    emulator.control.fault({ when, effect: "drop" });
    await expect(get("/v2/users/me")).rejects.toThrow("fetch failed");
    expect((await get("/v2/users/me")).status).toBe(200);
  },
);

test("closing ends a request that hangs", async () => {
  emulator.control.fault({ effect: "hang" });
  const hanging = expect(get("/v2/users/me")).rejects.toThrow("fetch failed");
  while (emulator.requests().length === 0) await new Promise(setImmediate);
  await server.close();
  await hanging;
});

test("a port in use is an error", async () => {
  await expect(serve(emulator, { port: Number(new URL(server.url).port) })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

test("the allowlist sees the connection's address", async () => {
  const { id } = emulator.control.organization("acme-dev");
  for (const [cidr, status] of [
    ["127.0.0.0/8", 200],
    ["192.0.2.0/24", 403],
  ] as const) {
    await emulator.control.updateSecuritySettings("acme-dev", { ip_allowlist: [{ cidr, description: null }] });
    expect((await get(`/v2/organizations/${id}`)).status).toBe(status);
  }
});

test("another process controls it by URL", async () => {
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

test("the console is one page that needs nothing from elsewhere", async () => {
  const response = await get("/");
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; (?!.*unsafe)/);
  expect(await response.text()).not.toMatch(/(src|href)=|@import|url\(|https?:\/\//);
});
