import { ConnectionDroppedError } from "../src/traffic/faults";
import { readValue } from "./client";
import { createFixture } from "./connect/fixture";

/** Creates a fixture with the paths of the other API. */
async function both() {
  const staged = await createFixture();
  const v2 = `/v2/organizations/${staged.organization.id}`;
  return { ...staged, v2, onV2: (email: string) => staged.member(email).replace(staged.org, v2) };
}

test("a role changes on both APIs", async () => {
  const { ada, role, org, onV2 } = await both();
  await ada.put(role("eve@acme.example"), { role: "admin" });
  expect(readValue((await ada.get(onV2("eve@acme.example"))).body, "data.role")).toBe("admin");
  await ada.patch(onV2("eve@acme.example"), { role: "developer" });
  const { body } = await ada.get(`${org}/members?search=eve`);
  expect(readValue(body, "data.0.role")).toBe("member");
});

test("a removed member disappears from both APIs", async () => {
  const { ada, member, org, onV2 } = await both();
  await ada.delete(member("eve@acme.example"));
  expect((await ada.get(onV2("eve@acme.example"))).status).toBe(404);
  await ada.delete(onV2("carl@acme.example"));
  expect(readValue((await ada.get(`${org}/members`)).body, "data.length")).toBe(2);
});

test("an invitation appears on both APIs", async () => {
  const { ada, invitation, org, v2 } = await both();
  await ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  const { body } = await ada.get(`${v2}/invitations`);
  expect(readValue(body, "data")).toMatchObject([
    { email: "dora@acme.example", role: "developer" },
    { email: "grace@acme.example", role: "viewer" },
  ]);
  await ada.delete(invitation);
  expect(readValue((await ada.get(`${v2}/invitations`)).body, "data.length")).toBe(1);
});

test("an organization changes on both APIs", async () => {
  const { ada, org, v2 } = await both();
  await ada.patch(v2, { display_name: "Acme" });
  await ada.post(`${v2}/transfer-ownership`, { new_owner: "bob@acme.example" });
  expect(readValue((await ada.get("/api/me")).body, "data.organizations.0")).toMatchObject({
    name: "Acme",
    role: "admin",
  });
  expect(readValue((await ada.get(`${org}/members`)).body, "data")).toMatchObject([
    { role: "admin" },
    { role: "owner" },
    { role: "member" },
    { role: "member" },
  ]);
});

test("the Admin API shows one owner, and the other owners of Avocado Connect as admins", async () => {
  const { emulator, ada, as, org, v2 } = await both();
  await emulator.control.setRole("bob@acme.example", "acme-dev", "owner");
  const owners = [{ role: "admin", is_owner: true }, { role: "admin", is_owner: false }, {}, {}];
  expect(readValue((await ada.get(`${v2}/members`)).body, "data")).toMatchObject(owners);
  await emulator.control.setRole("ada@acme.example", "acme-dev", "viewer", { as: "bob@acme.example" });
  expect(readValue((await as("bob@acme.example").get(v2)).body, "data.owner.email")).toBe("bob@acme.example");
  expect(readValue((await ada.get(`${org}/members`)).body, "data")).toMatchObject([
    { role: "member" },
    { role: "owner" },
    {},
    {},
  ]);
});

test("another role of the Admin API ends the ownership of an owner that it shows as an admin", async () => {
  const { emulator, ada, as, org } = await both();
  await emulator.control.setRole("bob@acme.example", "acme-dev", "owner");
  const { user_id } = emulator.control.getOrganization("acme-dev").members[1] ?? {};
  const prn = `prn:1:user:${user_id}`;
  await ada.patch(`/v2/organizations/${org.slice(-36)}/members/${prn}`, { role: "viewer" });
  const bob = as("bob@acme.example");
  expect(readValue((await bob.get("/api/me")).body, "data.organizations.0.role")).toBe("member");
});

test("a request to either API updates the caller's last activity", async () => {
  const { emulator, as, org, organization } = await both();
  emulator.control.advance(60);
  await as("eve@acme.example").get(`${org}/members`);
  expect(organization.members.map(({ last_active_at }) => last_active_at)).toEqual([
    "2027-01-01T00:00:00Z",
    "2027-01-01T00:00:00Z",
    "2027-01-01T00:00:00Z",
    "2027-01-01T00:01:00Z",
  ]);
});

test("the log contains the requests to both APIs with their operationIds", async () => {
  const { emulator, ada, org, v2 } = await both();
  await ada.get(`${v2}/members`);
  await ada.get(`${org}/members?limit=1000`);
  await ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  await ada.get("/api/nothing");
  expect(emulator.requests()).toMatchObject([
    { operation: "list-members", status: 200 },
    // As sent: not clamped and without defaults.
    { operation: "Organization_members", query: { limit: "1000" }, status: 200 },
    { operation: "OrgInvitation_create", body: { email: "grace@acme.example" }, status: 201 },
    { operation: null, status: 404 },
  ]);
  expect(emulator.requests()[2]?.body).toEqual({ email: "grace@acme.example" });
  expect(emulator.traffic.log.countRequests().operations).toEqual({
    "list-members": 1,
    Organization_members: 1,
    OrgInvitation_create: 1,
    none: 1,
  });
});

test("both APIs respond with a request id", async () => {
  const { emulator, ada } = await both();
  const { headers } = await ada.get("/api/me");
  expect(headers.get("peridio-request-id")).toBe(emulator.requests()[0]?.request_id);
});

test("one rate limit counts the requests to both APIs, each with its own error format", async () => {
  const { emulator, ada, org, v2 } = await both();
  emulator.control.setRateLimit({ perSecond: 2 });
  const answers = [];
  for (const path of [v2, `${org}/members`, v2, `${org}/members`]) answers.push(await ada.get(path));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
  expect([readValue(answers[2]?.body, "errors.0.code"), readValue(answers[3]?.body, "error")]).toEqual([
    "too_many_requests",
    "too_many_requests",
  ]);
});

test("a fault responds in the error format of the API", async () => {
  const { emulator, ada, org } = await both();
  emulator.control.fault({ path: "/api/**", effect: { status: 503 } });
  expect((await ada.get("/v2/users/me")).status).toBe(200);
  const { status, body } = await ada.get("/api/me");
  expect([status, readValue(body, "error")]).toEqual([503, "internal_server_error"]);
  emulator.control.fault({ operation: "OrgInvitation_create", when: "after", effect: "drop" });
  await expect(ada.post(`${org}/invitations`, { email: "grace@acme.example" })).rejects.toThrow(ConnectionDroppedError);
  expect(readValue((await ada.get(`${org}/invitations`)).body, "data.length")).toBe(2);
  emulator.control.fault({ operation: "Me_show", effect: { status: 422 } });
  expect((await ada.get("/api/me")).body).toEqual({ errors: { base: ["is invalid"] } });
});
