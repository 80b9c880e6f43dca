import { ConnectionDropped } from "../src/traffic/faults";
import { acme, at } from "./client";

function names(stage: Awaited<ReturnType<typeof acme>>) {
  return stage.emulator.state.organizations.map(({ name }) => name);
}

test.each([
  ["before", ["acme-dev"]],
  ["after", ["acme-dev", "lost"]],
] as const)("a connection dropped %s the write leaves %j", async (when, left) => {
  const stage = await acme();
  stage.emulator.control.fault({ operation: "create-an-organization", when, effect: "drop" });
  await expect(stage.ada.post("/v2/organizations", { name: "lost" })).rejects.toThrow(ConnectionDropped);
  expect(names(stage)).toEqual(left);
  expect(stage.emulator.requests({ method: "POST" })).toMatchObject([{ body: { name: "lost" }, status: null }]);
});

test("a status comes with a body in the contract's shape, or with the one given", async () => {
  const { emulator, ada } = await acme();
  emulator.control.fault({ effect: { status: 503, headers: { "retry-after": "1" } } });
  const usual = await ada.get("/v2/users/me");
  expect([usual.status, at(usual.body, "errors.0.code"), usual.headers.get("retry-after")]).toEqual([
    503,
    "internal_server_error",
    "1",
  ]);
  emulator.control.fault({ effect: { status: 403, body: { errors: [{ code: "unauthorized", context: {} }] } } });
  expect((await ada.get("/v2/users/me")).status).toBe(403);
});

test("HTML stands in for a proxy's error page", async () => {
  const { emulator } = await acme();
  emulator.control.fault({ effect: "html" });
  const response = await emulator.handle(new Request("http://emulator/v2/users/me"));
  expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html"]);
});

test("a fault can change a request before it succeeds", async () => {
  const stage = await acme();
  stage.emulator.control.fault({ method: "POST", effect: { alter: { display_name: "Other" } } });
  const { status, body } = await stage.ada.post("/v2/organizations", { name: "acme-lab", display_name: "Lab" });
  expect([status, at(body, "data.display_name")]).toEqual([201, "Other"]);
  expect(stage.emulator.requests({ method: "POST" })).toMatchObject([{ body: { display_name: "Lab" }, status: 201 }]);
});

test("one property of an answer can be missing, and the write still counts", async () => {
  const stage = await acme();
  stage.emulator.control.fault({ method: "POST", effect: { omit: "data.owner" } });
  const headers = { authorization: `Bearer ${stage.emulator.apiKey}` };
  const request = new Request("http://emulator/v2/organizations", { method: "POST", headers, body: '{"name":"new"}' });
  const response = await stage.emulator.handle(request);
  expect(await stage.emulator.validateResponse(request, response)).toEqual([
    "/data must have required property 'owner'",
  ]);
  expect(response.status).toBe(201);
  expect(names(stage)).toEqual(["acme-dev", "new"]);
});

test("properties of all items of a list can be missing or have other values", async () => {
  const { emulator } = await acme();
  emulator.control.fault({ operation: "list-members", effect: { omit: ["data.*.email", "next_page"] } });
  emulator.control.fault({ operation: "list-members", effect: { set: { "data.*.role": "auditor", "data.0.age": 7 } } });
  const list = `http://emulator/v2/organizations/${emulator.control.organization("acme-dev").id}/members`;
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

test("a fault hits so many requests, after so many that it lets pass", async () => {
  const { emulator, ada } = await acme();
  emulator.control.fault({ operation: "get-current-user", skip: 1, times: 2, effect: { status: 500 } });
  const statuses: number[] = [];
  for (let index = 0; index < 5; index++) statuses.push((await ada.get("/v2/users/me")).status);
  expect(statuses).toEqual([200, 500, 500, 200, 200]);
  expect(emulator.traffic.faults.list()).toEqual([]);
});

test("a fault may last until it is cleared", async () => {
  const { emulator, ada } = await acme();
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
])("a fault for %j hits GET /v2/users/me: %s", async (where, hit) => {
  const { emulator, ada } = await acme();
  emulator.control.fault({ ...where, effect: { status: 500 } });
  expect((await ada.get("/v2/users/me")).status).toBe(hit ? 500 : 200);
});

test("a held request has no effect until the hold is released", async () => {
  const stage = await acme();
  const hold = stage.emulator.control.hold({ operation: "create-an-organization" });
  const creating = ["one", "two"].map((name) => stage.ada.post("/v2/organizations", { name }));
  await hold.arrived(2);
  expect((await stage.ada.get("/v2/users/me")).status).toBe(200);
  expect(names(stage)).toEqual(["acme-dev"]);
  expect(stage.emulator.requests({ method: "POST" })).toMatchObject([{ status: null }, { status: null }]);
  hold.release();
  expect((await Promise.all(creating)).map(({ status }) => status)).toEqual([201, 201]);
  expect((await stage.ada.post("/v2/organizations", { name: "three" })).status).toBe(201);
});

test("a fault hits a request after the hold", async () => {
  const { emulator, ada } = await acme();
  const hold = emulator.control.hold({ path: "/v2/users/*" });
  const asking = ada.get("/v2/users/me");
  await hold.arrived();
  emulator.control.fault({ effect: { status: 500 } });
  hold.release();
  expect((await asking).status).toBe(500);
});

test("a reset releases held requests", async () => {
  const { emulator, ada } = await acme();
  const hold = emulator.control.hold({});
  const asking = ada.get("/v2/nothing");
  await hold.arrived();
  emulator.reset();
  expect((await asking).status).toBe(400);
});

test("a hold for an unknown operation is refused", async () => {
  const { emulator } = await acme();
  expect(() => emulator.control.hold({ operation: "create-everything" })).toThrow("There is no operation");
});

test("a rate limit counts by the clock's seconds, with Retry-After or without", async () => {
  const { emulator, ada } = await acme();
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

test("the log shows what was sent, without the key, and counts it", async () => {
  const { emulator, ada, acmeDev } = await acme();
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
  expect(at(emulator.requests()[0]?.body, "ip_allowlist.0")).toEqual({ cidr: "127.0.0.0/8" });
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

test("the answer's request id is the log's", async () => {
  const { emulator, ada } = await acme();
  const { headers } = await ada.get("/v2/users/me");
  expect(headers.get("peridio-request-id")).toBe(emulator.requests()[0]?.request_id);
});
