import { ConnectionDroppedError } from "../src/traffic/faults";
import { createAcme, readValue } from "./client";

function names(fixture: Awaited<ReturnType<typeof createAcme>>) {
  return fixture.emulator.state.organizations.map(({ name }) => name);
}

test.each([
  ["before", ["acme-dev"]],
  ["after", ["acme-dev", "lost"]],
] as const)("a connection that drops %s the write leaves %j", async (when, left) => {
  const fixture = await createAcme();
  fixture.emulator.control.fault({ operation: "create-an-organization", when, effect: "drop" });
  await expect(fixture.ada.post("/v2/organizations", { name: "lost" })).rejects.toThrow(ConnectionDroppedError);
  expect(names(fixture)).toEqual(left);
  expect(fixture.emulator.requests({ method: "POST" })).toMatchObject([{ body: { name: "lost" }, status: null }]);
});

test("a status has the given body or one in the API's error format", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.fault({ effect: { status: 503, headers: { "retry-after": "1" } } });
  const usual = await ada.get("/v2/users/me");
  expect([usual.status, readValue(usual.body, "errors.0.code"), usual.headers.get("retry-after")]).toEqual([
    503,
    "internal_server_error",
    "1",
  ]);
  emulator.control.fault({ effect: { status: 403, body: { errors: [{ code: "unauthorized", context: {} }] } } });
  expect((await ada.get("/v2/users/me")).status).toBe(403);
});

test("html responds with a proxy's error page", async () => {
  const { emulator } = await createAcme();
  emulator.control.fault({ effect: "html" });
  const response = await emulator.handle(new Request("http://emulator/v2/users/me"));
  expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html"]);
});

test("a fault can change a successful request", async () => {
  const fixture = await createAcme();
  fixture.emulator.control.fault({ method: "POST", effect: { alter: { display_name: "Other" } } });
  const { status, body } = await fixture.ada.post("/v2/organizations", { name: "acme-lab", display_name: "Lab" });
  expect([status, readValue(body, "data.display_name")]).toEqual([201, "Other"]);
  expect(fixture.emulator.requests({ method: "POST" })).toMatchObject([{ body: { display_name: "Lab" }, status: 201 }]);
});

test("a fault can acknowledge a request that changes nothing", async () => {
  const fixture = await createAcme();
  fixture.emulator.control.fault({ method: "POST", effect: "acknowledge" });
  const before = fixture.emulator.snapshot();
  const { status, body } = await fixture.ada.post("/v2/organizations", { name: "acme-lab" });
  expect([status, readValue(body, "data.name")]).toEqual([201, "acme-lab"]);
  expect(fixture.emulator.snapshot()).toEqual(before);
  fixture.emulator.control.fault({ method: "POST", effect: "acknowledge" });
  expect((await fixture.ada.post("/v2/organizations", { name: "acme-dev" })).status).toBe(422);
});

test("a fault can omit a property of the response to a successful write", async () => {
  const fixture = await createAcme();
  fixture.emulator.control.fault({ method: "POST", effect: { omit: "data.owner" } });
  const headers = { authorization: `Bearer ${fixture.emulator.apiKey}` };
  const request = new Request("http://emulator/v2/organizations", { method: "POST", headers, body: '{"name":"new"}' });
  const response = await fixture.emulator.handle(request);
  expect(await fixture.emulator.validateResponse(request, response)).toEqual([
    "/data must have required property 'owner'",
  ]);
  expect(response.status).toBe(201);
  expect(names(fixture)).toEqual(["acme-dev", "new"]);
});

test("a fault can omit or replace properties of all items of a list", async () => {
  const { emulator } = await createAcme();
  emulator.control.fault({ operation: "list-members", effect: { omit: ["data.*.email", "next_page"] } });
  emulator.control.fault({ operation: "list-members", effect: { set: { "data.*.role": "auditor", "data.0.age": 7 } } });
  const list = `http://emulator/v2/organizations/${emulator.control.getOrganization("acme-dev").id}/members`;
  const answer = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${emulator.apiKey}` };
    return (await emulator.handle(new Request(list, { headers }))).json();
  };
  const [lacking, other, whole] = [await answer(), await answer(), await answer()];
  expect(JSON.stringify(whole)).toContain('"email":');
  expect(JSON.stringify(lacking)).not.toMatch(/"email":|next_page/);
  expect(other).toMatchObject({ data: [{ role: "auditor" }], next_page: null });
  expect(JSON.stringify(other)).not.toContain('"age"');
});

test("a fault skips requests and then breaks a number of them", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.fault({ operation: "get-current-user", skip: 1, times: 2, effect: { status: 500 } });
  const statuses: number[] = [];
  for (let index = 0; index < 5; index++) statuses.push((await ada.get("/v2/users/me")).status);
  expect(statuses).toEqual([200, 500, 500, 200, 200]);
  expect(emulator.traffic.faults.list()).toEqual([]);
});

test("a fault can last until it is cleared", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.fault({ times: "always", effect: { status: 500 } });
  for (let index = 0; index < 3; index++) expect((await ada.get("/v2/users/me")).status).toBe(500);
  emulator.control.clearFaults();
  expect((await ada.get("/v2/users/me")).status).toBe(200);
});

test.each([
  [{ operation: "get-current-user" }, true],
  [{ operation: "list-organizations" }, false],
  [{ method: "get" }, true],
  [{ method: "POST" }, false],
  [{ path: "/v2/*/me" }, true],
  [{ path: "/v2/*" }, false],
  [{ path: "**", method: "GET", operation: "get-current-user" }, true],
])("a fault for %j breaks GET /v2/users/me: %s", async (where, hit) => {
  const { emulator, ada } = await createAcme();
  emulator.control.fault({ ...where, effect: { status: 500 } });
  expect((await ada.get("/v2/users/me")).status).toBe(hit ? 500 : 200);
});

test("a held request has no effect until the hold is released", async () => {
  const fixture = await createAcme();
  const hold = fixture.emulator.control.hold({ operation: "create-an-organization" });
  const creating = ["one", "two"].map((name) => fixture.ada.post("/v2/organizations", { name }));
  await hold.waitForArrivals(2);
  expect((await fixture.ada.get("/v2/users/me")).status).toBe(200);
  expect(names(fixture)).toEqual(["acme-dev"]);
  expect(fixture.emulator.requests({ method: "POST" })).toMatchObject([{ status: null }, { status: null }]);
  hold.release();
  expect((await Promise.all(creating)).map(({ status }) => status)).toEqual([201, 201]);
  expect((await fixture.ada.post("/v2/organizations", { name: "three" })).status).toBe(201);
});

test("a fault breaks a request after the hold", async () => {
  const { emulator, ada } = await createAcme();
  const hold = emulator.control.hold({ path: "/v2/users/*" });
  const asking = ada.get("/v2/users/me");
  await hold.waitForArrivals();
  emulator.control.fault({ effect: { status: 500 } });
  hold.release();
  expect((await asking).status).toBe(500);
});

test("a reset releases held requests", async () => {
  const { emulator, ada } = await createAcme();
  const hold = emulator.control.hold({});
  const asking = ada.get("/v2/nothing");
  await hold.waitForArrivals();
  emulator.reset();
  expect((await asking).status).toBe(400);
});

test("rejects a hold for an unknown operation", async () => {
  const { emulator } = await createAcme();
  expect(() => emulator.control.hold({ operation: "create-everything" })).toThrow("There is no operation");
});

test("a rate limit counts requests per second of the clock, with or without Retry-After", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.setRateLimit({ perSecond: 2 });
  const statuses = async () => [
    (await ada.get("/v2/users/me")).status,
    (await ada.get("/v2/users/me")).status,
    (await ada.get("/v2/users/me")).status,
  ];
  expect(await statuses()).toEqual([200, 200, 429]);
  expect((await ada.get("/v2/users/me")).headers.has("retry-after")).toBe(false);
  emulator.control.advance(1);
  expect(await statuses()).toEqual([200, 200, 429]);
  emulator.control.setRateLimit(null);
  expect(await statuses()).toEqual([200, 200, 200]);
});

test("the log shows and counts requests without the API key", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  await ada.patch(`${acmeDev}/security-settings`, { ip_allowlist: [{ cidr: "127.0.0.0/8" }] });
  await ada.get("/v2/organizations?limit=1&search=name~'x'");
  await ada.get("/v2/nothing");
  expect(emulator.requests()).toMatchObject([
    {
      method: "PATCH",
      operation: "update-security-settings",
      body: { ip_allowlist: [{ cidr: "127.0.0.0/8" }] },
      status: 200,
    },
    { method: "GET", path: "/v2/organizations", query: { limit: "1", search: "name~'x'" }, body: null },
    { method: "GET", operation: null, status: 400 },
  ]);
  expect(readValue(emulator.requests()[0]?.body, "ip_allowlist.0")).toEqual({ cidr: "127.0.0.0/8" });
  expect(JSON.stringify(emulator.requests())).not.toContain(emulator.apiKey);
  expect(emulator.requests({ status: 200 })).toHaveLength(2);
  expect(emulator.requests({ last: 1 })).toMatchObject([{ path: "/v2/nothing" }]);
  expect(emulator.requests({ path: "/v2/organizations/*/security-settings" })).toHaveLength(1);
  expect(emulator.traffic.log.countRequests()).toEqual({
    requests: 3,
    operations: { "update-security-settings": 1, "list-organizations": 1, none: 1 },
    statuses: { "200": 2, "400": 1 },
  });
});

test("the response and the log have the same request id", async () => {
  const { emulator, ada } = await createAcme();
  const { headers } = await ada.get("/v2/users/me");
  expect(headers.get("peridio-request-id")).toBe(emulator.requests()[0]?.request_id);
});
