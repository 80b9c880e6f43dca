import { getMaxListeners } from "node:events";
import { open, UnauthenticatedError } from ".";
import { json, StubServer } from "#framework/testing";

const me = {
  prn: "prn:1:user:b3f1f699-3bc8-4c77-bda2-b974595d5e3f",
  email: "ada@acme.example",
  organization_prn: null,
  organizations: [],
};

let server: StubServer;
beforeAll(async () => {
  server = await StubServer.start();
});
afterAll(async () => server.stop());

const config = () => ({ apiKey: "key-1", endpoint: server.endpoint, backend: "admin-v2", version: "0.1.0" }) as const;

test("a request sends the key and the provider's name", async () => {
  server.script(json(200, { data: me }));
  await open({ ...config(), userAgentSuffix: "acme-platform/7" }).caller();
  expect(server.received[0]).toMatchObject({
    method: "GET",
    url: "/v2/users/me",
    headers: { authorization: "Bearer key-1", "user-agent": "pulumi-peridio/0.1.0 acme-platform/7" },
  });
});

test("the caller is read once", async () => {
  server.script(json(200, { data: me }));
  const peridio = open(config());
  const callers = await Promise.all([
    peridio.caller(),
    peridio.with({ signal: new AbortController().signal }).caller(),
  ]);
  expect(callers[0]).toEqual({ id: me.prn, email: me.email, boundTo: null, organizations: [] });
  expect(server.received).toHaveLength(1);
});

test("the error of a rejected key does not contain the key, although the server echoes it", async () => {
  server.script(
    json(401, { errors: [{ code: "unauthenticated", context: { api_key: "key-1" } }] }, { "peridio-request-id": "r1" }),
  );
  const error: unknown = await open(config())
    .caller()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnauthenticatedError);
  expect(error).toMatchObject({ status: 401, requestId: "r1", isAmbiguous: false });
  expect(JSON.stringify(error) + String(error)).not.toContain("key-1");
});

test("any number of requests can listen to one signal", () => {
  const { signal } = new AbortController();
  open(config()).with({ signal });
  expect(getMaxListeners(signal)).toBe(Infinity);
});
