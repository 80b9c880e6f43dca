import { Emulator } from "../src/emulator";
import { createAcme, readValue, Client, createClient, readText } from "./client";

/** Calls the control plane over HTTP. */
async function call(emulator: Emulator, method: string, path: string, body?: unknown) {
  const init = {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
  const response = await emulator.handle(new Request(`http://emulator/_emulator/${path}`, init));
  const answered = await response.text();
  const answer: unknown = answered === "" ? undefined : JSON.parse(answered);
  return { status: response.status, body: answer };
}

const post = (emulator: Emulator, command: string, body?: unknown) => call(emulator, "POST", command, body);

test("an emulator starts with ada@acme.example and her API key", async () => {
  const emulator = new Emulator({ apiKey: "a-key-of-mine" });
  const { body } = await new Client(emulator, "a-key-of-mine").get("/v2/users/me");
  expect(readValue(body, "data")).toMatchObject({
    email: "ada@acme.example",
    organization_prn: null,
    organizations: [],
  });
  expect(new Emulator().apiKey).not.toBe(new Emulator().apiKey);
});

test("creates and changes users, organizations and their contents over HTTP", async () => {
  const emulator = new Emulator({ now: () => new Date("2027-01-01T00:00:00Z") });
  const bob = { email: "bob@acme.example", organization: "acme-dev" };
  const eve = { email: "eve@acme.example", organization: "acme-dev" };
  const commands: [string, object][] = [
    ["create-organization", { name: "acme-dev", display_name: "Development" }],
    ["invite", { ...bob, role: "viewer" }],
    ["accept", bob],
    ["set-role", { ...bob, role: "admin" }],
    ["set-two-factor", { email: "bob@acme.example", enabled: true }],
    ["invite", { email: "carl@acme.example", organization: "acme-dev", role: "viewer", as: "bob@acme.example" }],
    ["invite", { email: "dora@acme.example", organization: "acme-dev", role: "viewer" }],
    ["revoke", { email: "dora@acme.example", organization: "acme-dev" }],
    ["add-user", { email: "eve@acme.example", name: "Eve", username: "eve" }],
    ["add-member", { ...eve, role: "developer" }],
    ["set-last-active", { ...eve, at: "2026-06-01T00:00:00Z" }],
    ["change-email", { from: "eve@acme.example", to: "eva@acme.example" }],
    ["add-member", { email: "gone@acme.example", organization: "acme-dev", role: "viewer" }],
    ["leave", { email: "gone@acme.example", organization: "acme-dev" }],
    ["add-member", { email: "out@acme.example", organization: "acme-dev", role: "viewer" }],
    ["remove-member", { email: "out@acme.example", organization: "acme-dev", as: "bob@acme.example" }],
    ["update-organization", { organization: "acme-dev", description: "Ours", as: "bob@acme.example" }],
    ["update-security-settings", { organization: "acme-dev", two_factor_required: true }],
    ["update-billing-settings", { organization: "acme-dev", payment_method: "invoice" }],
    ["set-belongings", { organization: "acme-dev", devices: 2, card_on_file: true }],
    ["set-plan", { organization: "acme-dev", plan: "pro" }],
    ["set-limits", { organization: "acme-dev", limits: { users: 60 } }],
    ["transfer-ownership", bob],
    ["create-organization", { name: "old", as: "bob@acme.example" }],
    ["delete-organization", { organization: "old" }],
    ["advance", { seconds: 3600 }],
  ];
  for (const [command, body] of commands) {
    const answer = await post(emulator, command, body);
    expect([command, answer.status, answer.body]).toEqual([command, command === "add-user" ? 200 : 204, answer.body]);
  }
  const { body } = await call(emulator, "GET", "overview");
  expect(body).toMatchObject({
    now: "2027-01-01T01:00:00Z",
    organizations: [
      {
        name: "acme-dev",
        display_name: "Development",
        members: [
          { email: "ada@acme.example", role: "admin", is_owner: false },
          { email: "bob@acme.example", role: "admin", is_owner: true, two_factor_enabled: true },
          { email: "eva@acme.example", name: "Eve", role: "developer", last_active_at: "2026-06-01T00:00:00Z" },
        ],
        invitations: [
          { email: "bob@acme.example", status: "accepted" },
          { email: "carl@acme.example", status: "pending" },
        ],
        security: { two_factor_required: true },
        billing: { payment_method: "invoice" },
        limits: { users: 60, devices: 500 },
        used: { users: 3, devices: 2 },
        card_on_file: true,
      },
    ],
  });
});

test("a change as a user names that user as inviter", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
  await emulator.control.invite("carl@acme.example", "acme-dev", "viewer", { as: "bob@acme.example" });
  await emulator.control.invite("dora@acme.example", "acme-dev", "viewer");
  expect(await ada.list(`${acmeDev}/invitations`)).toMatchObject([
    { inviter: { email: "bob@acme.example" } },
    { inviter: null },
  ]);
});

test("the rules of the API apply to the acting user, and a rejected change has no effect", async () => {
  const { emulator } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  emulator.control.setBelongings("acme-dev", { devices: 1 });
  const before = emulator.snapshot();
  const as = "bob@acme.example";
  for (const change of [
    () => emulator.control.invite("carl@acme.example", "acme-dev", "viewer", { as }),
    () => emulator.control.setRole("ada@acme.example", "acme-dev", "viewer"),
    () => emulator.control.removeMember("ada@acme.example", "acme-dev", { as }),
    () => emulator.control.updateSecuritySettings("acme-dev", { session_timeout: 1 }),
    () => emulator.control.transferOwnership("bob@acme.example", "acme-dev"),
    () => emulator.control.deleteOrganization("acme-dev", { as: "ada@acme.example" }),
    () => emulator.control.createOrganization("acme-dev"),
  ]) {
    await expect(change()).rejects.toThrow("was refused");
  }
  expect(emulator.snapshot()).toEqual(before);
});

test("log, rate limit, faults and allowlists do not apply to the control plane", async () => {
  const { emulator } = await createAcme();
  emulator.control.fault({ times: "always", effect: "drop" });
  emulator.control.setRateLimit({ perSecond: 1 });
  await emulator.control.updateSecuritySettings("acme-dev", {
    ip_allowlist: [{ cidr: "192.0.2.1/32", description: null }],
  });
  await emulator.control.updateOrganization("acme-dev", { description: "Ours" });
  await emulator.control.invite("bob@acme.example", "acme-dev", "viewer");
  expect(emulator.requests()).toEqual([]);
});

test("adds and revokes API keys", async () => {
  const { emulator } = await createAcme();
  const { body } = await post(emulator, "add-api-key", { email: "ada@acme.example", organization: "acme-dev" });
  const client = new Client(emulator, readText(body, "api_key"));
  expect((await client.get("/v2/users/me")).status).toBe(200);
  expect((await post(emulator, "revoke-api-key", { key: readText(body, "api_key") })).status).toBe(204);
  expect((await client.get("/v2/users/me")).status).toBe(401);
});

test("sets the expiry and the last use of an API token", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  const list = acmeDev.replace("/v2/organizations", "/api/orgs") + "/api-tokens";
  const { body: first } = await ada.post(list, { name: "ci" });
  const id = readText(first, "data.token.id");
  const used = { expires_at: "2027-02-01T00:00:00Z", last_used_at: "2026-12-31T00:00:00Z" };
  const set = (token: string, times: object) =>
    post(emulator, "set-api-token", { organization: "acme-dev", token, ...times });
  const show = async () => readValue((await ada.get(list)).body, "data.tokens.0");
  expect((await set("ci", used)).status).toBe(204);
  expect(await show()).toMatchObject(used);
  await ada.post(list, { name: "ci" });
  expect(await set("ci", { expires_at: null })).toEqual({
    status: 409,
    body: { error: "acme-dev has several API tokens ci. Use the id of one." },
  });
  expect((await set(id, { expires_at: null })).status).toBe(204);
  expect(await show()).toMatchObject({ ...used, expires_at: null });
  expect(await set("cd", {})).toEqual({ status: 404, body: { error: "acme-dev has no such API token." } });
  expect((await set("ci", { expires_at: "soon" })).status).toBe(400);
});

test("lets devices join with a claim token", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  const list = acmeDev.replace("/v2/organizations", "/api/orgs") + "/claim_tokens";
  const { body } = await ada.post(list, { claim_token: { name: "factory", max_uses: 2 } });
  const consume = (token: string, device: object = {}) =>
    post(emulator, "consume-claim-token", { organization: "acme-dev", token, ...device });
  const device_id = "0190f7a4-aaaa-7c1d-8a51-1b2f6f0c9e10";
  expect((await consume(readText(body, "data.token"), { device_id })).status).toBe(204);
  expect((await consume("factory")).status).toBe(204);
  expect(await consume(readText(body, "data.id"))).toEqual({
    status: 409,
    body: { error: "The claim token has no uses left (2)." },
  });
  expect(await consume("claim_guessed")).toEqual({ status: 404, body: { error: "acme-dev has no such claim token." } });
  expect((await consume("factory", { device_id: "first" })).status).toBe(400);
  const { body: shown } = await ada.get(`${list}/${readText(body, "data.id")}`);
  expect(readValue(shown, "data")).toMatchObject({ consume_count: 2, uses: [{ device_id }, {}] });
});

test("an e-mail address can change its letter case, and another user can take a former address", () => {
  const { control } = new Emulator();
  control.changeEmail("ada@acme.example", "Ada@Acme.Example");
  control.changeEmail("ADA@acme.example", "countess@acme.example");
  expect(control.addUser("ada@acme.example").email).toBe("ada@acme.example");
  expect(() => {
    control.changeEmail("ada@acme.example", "Countess@acme.example");
  }).toThrow("belongs to another user");
});

test("a changed e-mail address appears everywhere, and only the new one finds invitations", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  emulator.control.changeEmail("bob@acme.example", "robert@acme.example");
  expect(await ada.list(`${acmeDev}/members?search=email:'robert@acme.example'`)).toHaveLength(1);
  expect((await ada.post(`${acmeDev}/invitations`, { email: "bob@acme.example", role: "viewer" })).status).toBe(201);
});

test.each([
  ["GET", "nothing", undefined, 404, "There is no GET /_emulator/nothing."],
  ["POST", "nothing", undefined, 404, "There is no POST /_emulator/nothing."],
  ["DELETE", "nothing", undefined, 404, "There is no DELETE /_emulator/nothing."],
  ["DELETE", "accept", undefined, 405, "This path accepts POST."],
  ["PUT", "requests", {}, 405, "This path accepts GET, DELETE."],
  ["POST", "constructor", undefined, 404, "There is no POST"],
  ["POST", "accept", "{", 400, "The body is not JSON"],
  ["POST", "accept", undefined, 400, "email"],
  ["POST", "accept", { email: "bob@acme.example", organization: "acme-dev", extra: 1 }, 400, "extra"],
  ["POST", "accept", { email: "bob@acme.example", organization: "nowhere" }, 404, "There is no organization nowhere."],
  ["POST", "accept", { email: "bob@acme.example", organization: "acme-dev" }, 404, "no pending invitation"],
  ["POST", "leave", { email: "ada@acme.example", organization: "acme-dev" }, 409, "cannot leave acme-dev"],
  ["POST", "add-user", { email: "ADA@acme.example" }, 409, "A user ADA@acme.example already exists."],
  ["POST", "change-email", { from: "x@acme.example", to: "y@acme.example" }, 404, "There is no user"],
  [
    "POST",
    "set-limits",
    { organization: "acme-dev", limits: { users: 501 } },
    422,
    "The limit of users can be at most 500.",
  ],
  ["POST", "set-belongings", { organization: "acme-dev", products: 101 }, 409, "limit_reached"],
  ["POST", "advance", { seconds: -1 }, 400, "seconds"],
  ["POST", "faults", { effect: "explode" }, 400, "effect"],
  ["POST", "faults", { operation: "create-organization", effect: "drop" }, 422, "no operation create-organization"],
  ["POST", "restore", { version: 7 }, 400, "version"],
  ["GET", "requests?colour=red", undefined, 400, "colour"],
])("%s /_emulator/%s with %j is %i: %s", async (method, path, body, status, message) => {
  const { emulator } = await createAcme();
  const answer = await call(emulator, method, path, body);
  expect([answer.status, readText(answer.body, "error")]).toEqual([status, expect.stringContaining(message)]);
});

test("sets faults, latency and rate limit, and lists and clears faults and log", async () => {
  const { emulator, ada } = await createAcme();
  await post(emulator, "faults", { operation: "get-current-user", effect: { status: 500 }, times: 2 });
  expect((await call(emulator, "GET", "faults")).body).toMatchObject([
    { operation: "get-current-user", times: 2, skip: 0, when: "before" },
  ]);
  expect((await ada.get("/v2/users/me")).status).toBe(500);
  expect((await call(emulator, "DELETE", "faults")).status).toBe(204);
  await post(emulator, "latency", { milliseconds: 1 });
  expect(emulator.traffic.latency).toBe(1);
  await post(emulator, "rate-limit", { per_second: 1, retry_after: 3 });
  await ada.get("/v2/users/me");
  expect((await ada.get("/v2/users/me")).headers.get("retry-after")).toBe("3");
  await post(emulator, "rate-limit", { per_second: null });
  expect((await call(emulator, "GET", "requests?operation=get-current-user&status=429")).body).toHaveLength(1);
  expect((await call(emulator, "GET", "counters")).body).toMatchObject({ requests: 3 });
  expect((await call(emulator, "DELETE", "requests")).status).toBe(204);
  expect((await call(emulator, "GET", "requests")).body).toEqual([]);
});

test("holds and releases requests", async () => {
  const { emulator, ada } = await createAcme();
  await post(emulator, "hold", { operation: "get-current-user" });
  const asking = ada.get("/v2/users/me");
  expect((await ada.get("/v2/organizations")).status).toBe(200);
  expect(emulator.requests({ operation: "get-current-user" })).toMatchObject([{ status: null }]);
  expect((await post(emulator, "release")).status).toBe(204);
  expect((await asking).status).toBe(200);
});

test("restores a snapshot and resets to the start", async () => {
  const emulator = new Emulator();
  await emulator.control.createOrganization("acme-dev");
  const { body: snapshot } = await call(emulator, "GET", "snapshot");
  await emulator.control.deleteOrganization("acme-dev");
  expect((await post(emulator, "restore", snapshot)).status).toBe(204);
  expect(emulator.control.getOrganization("acme-dev").name).toBe("acme-dev");
  emulator.control.fault({ effect: "drop" });
  expect((await post(emulator, "reset")).status).toBe(204);
  expect(emulator.state.organizations).toEqual([]);
  expect((await new Client(emulator).get("/v2/users/me")).status).toBe(200);
});

test("a person who leaves an organization keeps other memberships and API keys", async () => {
  const { emulator } = await createAcme();
  await emulator.control.createOrganization("acme-prod");
  for (const name of ["acme-dev", "acme-prod"]) emulator.control.addMember("bob@acme.example", name, "viewer");
  const bob = createClient(emulator, "bob@acme.example");
  emulator.control.leave("bob@acme.example", "acme-dev");
  expect(await bob.list("/v2/organizations")).toMatchObject([{ name: "acme-prod" }]);
});
