import { Client, type ClientResponse, listInvalidProperties, readText, readValue } from "../client";
import { createFixture } from "./fixture";

/** Creates a fixture with a token that eve, a viewer, created. */
async function createToken() {
  const staged = await createFixture();
  const { emulator, as, org } = staged;
  const answer = await as("eve@acme.example").post(`${org}/api-tokens`, { name: "eve's laptop" });
  const raw = readText(answer.body, "data.token.token");
  return {
    ...staged,
    answer,
    raw,
    path: `${org}/api-tokens/${readText(answer.body, "data.token.id")}`,
    holder: new Client(emulator, raw),
  };
}

/** Returns the status and the code of an error. */
function toError({ status, body }: ClientResponse) {
  return [status, readValue(body, "error")];
}

const newest = async ({ ada, org }: Awaited<ReturnType<typeof createToken>>) =>
  readValue((await ada.get(`${org}/api-tokens`)).body, "data.tokens.1");

test("only the response to a create contains the token", async () => {
  const fixture = await createToken();
  const { answer, raw, organization, userId } = fixture;
  const shown = {
    id: organization.api_tokens[1]?.id,
    name: "eve's laptop",
    organization_id: organization.id,
    owner: { id: userId("eve@acme.example"), name: "eve@acme.example", email: "eve@acme.example" },
    last_used_at: null,
    expires_at: null,
    created_at: "2027-01-01T00:00:00Z",
  };
  expect([answer.status, answer.body]).toEqual([201, { data: { token: { ...shown, token: raw } } }]);
  expect(raw).toMatch(/^avo_.{32}$/);
  expect(await newest(fixture)).toEqual(shown);
});

test("a token is valid at once for its owner, and bound to its organization", async () => {
  const { emulator, holder, org, organization } = await createToken();
  await emulator.control.createOrganization("elsewhere");
  emulator.control.addMember("eve@acme.example", "elsewhere", "admin");
  const { body } = await holder.get("/api/me");
  expect(readValue(body, "data.token")).toEqual({ name: "eve's laptop", organization_id: organization.id });
  expect(readValue(body, "data.user.email")).toBe("eve@acme.example");
  expect((await holder.get(`${org}/members`)).status).toBe(200);
  expect(toError(await holder.get(`${org}/invitations`))).toEqual([403, "forbidden"]);
  const elsewhere = await holder.get(`/api/orgs/${emulator.control.getOrganization("elsewhere").id}/members`);
  expect([elsewhere.status, readValue(elsewhere.body, "message")]).toEqual([
    403,
    "Token is not scoped to this organization",
  ]);
});

test("each use of a token sets the time of the last use", async () => {
  const fixture = await createToken();
  const { emulator, holder, org } = fixture;
  emulator.control.advance(60);
  await holder.get("/api/me");
  expect(await newest(fixture)).toMatchObject({ last_used_at: "2027-01-01T00:01:00Z" });
  emulator.control.advance(60);
  await holder.get(`${org}/invitations`);
  expect(await newest(fixture)).toMatchObject({ last_used_at: "2027-01-01T00:02:00Z" });
});

test("a token does not expire, even with a rotation policy", async () => {
  const { emulator, holder } = await createToken();
  await emulator.control.updateSecuritySettings("acme-dev", {
    api_key_rotation: { max_age_days: 30, grace_period_days: 0 },
  });
  emulator.control.advance(3650 * 86_400);
  expect((await holder.get("/api/me")).status).toBe(200);
});

// N4: the body is flat, with `name` and optionally `expires_at`.
test("a new token can have an expiry, which must be in the future", async () => {
  const { ada, org, organization } = await createFixture();
  const create = async (expires_at: unknown) => ada.post(`${org}/api-tokens`, { name: "laptop", expires_at });
  const { status, body } = await create("2027-02-01T01:00:00+01:00");
  expect([status, readText(body, "data.token.expires_at")]).toEqual([201, "2027-02-01T00:00:00Z"]);
  expect(organization.api_tokens.at(-1)).toMatchObject({ expires_at: "2027-02-01T00:00:00Z" });
  for (const past of ["2027-01-01T00:00:00Z", "tomorrow", 5]) {
    const refused = await create(past);
    expect([refused.status, listInvalidProperties(refused.body)]).toEqual([422, ["expires_at"]]);
  }
});

test("a token with an expiry is valid until then, and stays in the list", async () => {
  const fixture = await createToken();
  const { emulator, holder } = fixture;
  const expires_at = "2027-01-01T00:01:00Z";
  emulator.control.tokens.setApiToken("eve's laptop", "acme-dev", { expires_at });
  emulator.control.advance(59);
  expect((await holder.get("/api/me")).status).toBe(200);
  emulator.control.advance(1);
  expect(toError(await holder.get("/api/me"))).toEqual([401, "unauthorized"]);
  expect(await newest(fixture)).toMatchObject({ expires_at, last_used_at: "2027-01-01T00:00:59Z" });
});

test("a revoked token is invalid", async () => {
  const { ada, holder, org, path } = await createToken();
  const { status, body } = await holder.delete(path);
  expect([status, body]).toEqual([204, undefined]);
  expect(toError(await holder.get("/api/me"))).toEqual([401, "unauthorized"]);
  expect(toError(await ada.delete(path))).toEqual([404, "not_found"]);
  const list = await ada.get(`${org}/api-tokens`);
  expect(readValue(list.body, "data.tokens")).toMatchObject([{ name: "ci" }]);
});

// N3: removing a member also revokes the person's tokens of the organization.
test("the removal of its owner revokes a token, and keeps the tokens of other people", async () => {
  const { ada, holder, org, member } = await createToken();
  expect((await ada.delete(member("eve@acme.example"))).status).toBe(204);
  expect(toError(await holder.get("/api/me"))).toEqual([401, "unauthorized"]);
  const { body } = await ada.get(`${org}/api-tokens`);
  expect(readValue(body, "data.tokens")).toMatchObject([{ name: "ci" }]);
  expect(readValue(body, "data.tokens.length")).toBe(1);
});

test("after its owner left the organization, a token is invalid and stays in the list", async () => {
  const fixture = await createToken();
  const { emulator, holder } = fixture;
  emulator.control.leave("eve@acme.example", "acme-dev");
  expect(toError(await holder.get("/api/me"))).toEqual([401, "unauthorized"]);
  expect(await newest(fixture)).toMatchObject({ owner: { email: "eve@acme.example" }, last_used_at: null });
});

// N4: admins see and revoke every token of the organization, and members manage their own.
test("members see their own tokens, and admins see all", async () => {
  const { ada, as, org } = await createToken();
  const names = async (client: Client) => {
    const { body } = await client.get(`${org}/api-tokens?limit=5`);
    return [readValue(body, "data.tokens"), readValue(body, "meta.total")];
  };
  expect(await names(ada)).toMatchObject([[{ name: "ci" }, { name: "eve's laptop" }], 2]);
  expect(await names(as("bob@acme.example"))).toMatchObject([[{ name: "ci" }, { name: "eve's laptop" }], 2]);
  expect(await names(as("eve@acme.example"))).toMatchObject([[{ name: "eve's laptop" }], 1]);
  expect(await names(as("carl@acme.example"))).toEqual([[], 0]);
});

test("members revoke their own tokens, and admins revoke all", async () => {
  const { ada, as, path } = await createToken();
  const carl = as("carl@acme.example");
  expect(toError(await carl.delete(path))).toEqual([403, "forbidden"]);
  expect((await as("bob@acme.example").delete(path)).status).toBe(204);
  expect(toError(await carl.delete(path))).toEqual([404, "not_found"]);
  expect(toError(await ada.delete(path.replace(/[^/]+$/, "eve")))).toEqual([404, "not_found"]);
});

test.each([
  [{}, "can't be blank"],
  [{ name: "" }, "can't be blank"],
  [{ name: " \t" }, "can't be blank"],
  [{ name: null }, "is invalid"],
])("rejects %j", async (sent, message) => {
  const { ada, org, organization } = await createFixture();
  const { status, body } = await ada.post(`${org}/api-tokens`, sent);
  expect([status, listInvalidProperties(body), readValue(body, "errors.name")]).toEqual([422, ["name"], [message]]);
  expect(organization.api_tokens).toHaveLength(1);
});

test("several tokens can have one name", async () => {
  const { ada, org } = await createFixture();
  expect((await ada.post(`${org}/api-tokens`, { name: "ci" })).status).toBe(201);
  const { body } = await ada.get(`${org}/api-tokens`);
  expect(readValue(body, "data.tokens")).toMatchObject([{ name: "ci" }, { name: "ci" }]);
});

test("tokens have pages", async () => {
  const { ada, org } = await createToken();
  const first = await ada.get(`${org}/api-tokens?limit=1`);
  expect(readValue(first.body, "data.tokens")).toMatchObject([{ name: "ci" }]);
  expect(readValue(first.body, "meta")).toMatchObject({ has_next: true, has_previous: false, total: 2 });
  const second = await ada.get(`${org}/api-tokens?limit=1&cursor=${readText(first.body, "meta.after")}`);
  expect(readValue(second.body, "data.tokens")).toMatchObject([{ name: "eve's laptop" }]);
  expect(readValue(second.body, "meta")).toMatchObject({ has_next: false, total: 2 });
  expect(readValue((await ada.get(`${org}/api-tokens`)).body, "meta")).toBeUndefined();
});

test("an API key that the control plane adds is not in the list", async () => {
  const { emulator, ada, org } = await createFixture();
  emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" });
  expect(readValue((await ada.get(`${org}/api-tokens`)).body, "data.tokens.length")).toBe(1);
});

test("the request log, the overview and error messages do not contain the token", async () => {
  const { emulator, ada, holder, path, raw } = await createToken();
  await holder.get("/api/me");
  await ada.delete(path);
  const { body } = await holder.get("/api/me");
  const overview = await emulator.handle(new Request("http://emulator/_emulator/overview"));
  expect([JSON.stringify(emulator.requests()), JSON.stringify(body), await overview.text()].join()).not.toContain(raw);
});

test("tokens outlive a snapshot, and data without tokens is valid", async () => {
  const { emulator, holder, organization } = await createToken();
  const snapshot = emulator.snapshot();
  emulator.restore(JSON.parse(JSON.stringify(snapshot)));
  expect((await holder.get("/api/me")).status).toBe(200);
  emulator.restore({ ...snapshot, organizations: [{ ...organization, api_tokens: undefined }] });
  expect(emulator.control.getOrganization("acme-dev").api_tokens).toEqual([]);
});
