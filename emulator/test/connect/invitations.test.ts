import { readValue, listInvalidProperties, readText } from "../client";
import { createFixture, fieldId } from "./fixture";

const week = 7 * 86_400;

test("an invitation has its inviter, but no link", async () => {
  const { ada, org, organization, as } = await createFixture();
  const { status, body } = await as("bob@acme.example").post(`${org}/invitations`, {
    email: "Grace@Acme.Example",
    role: "admin",
  });
  expect(status).toBe(201);
  const invitation = {
    id: organization.invitations[1]?.id,
    email: "Grace@Acme.Example",
    role: "admin",
    target_username: null,
    status: "pending",
    group: null,
    inviter: { name: "Bob", email: "bob@acme.example" },
    // N2: 24 hours by default.
    expires_at: "2027-01-02T00:00:00Z",
    accepted_at: null,
    inserted_at: "2027-01-01T00:00:00Z",
  };
  expect(readValue(body, "data")).toMatchObject(invitation);
  expect(JSON.stringify(body)).not.toContain("invite_url");
  const list = await ada.get(`${org}/invitations`);
  expect(readValue(list.body, "data")).toMatchObject([{ email: "dora@acme.example", role: "member" }, invitation]);
});

test.each([
  [{ email: "grace@acme.example" }, "member", "viewer"],
  [{ email: "grace@acme.example", role: "member", group_id: null }, "member", "viewer"],
  [{ email: "grace@acme.example", role: "admin" }, "admin", "admin"],
])("%j invites as %s, and the member becomes a %s", async (sent, shown, stored) => {
  const { emulator, ada, org, organization } = await createFixture();
  const { status, body } = await ada.post(`${org}/invitations`, sent);
  expect([status, readValue(body, "data.role")]).toEqual([201, shown]);
  emulator.control.accept("grace@acme.example", "acme-dev");
  expect(organization.members.at(-1)?.role).toBe(stored);
  const list = await ada.get(`${org}/invitations?limit=1&direction=before`);
  expect(readValue(list.body, "data.0")).toMatchObject({ status: "accepted", accepted_at: "2027-01-01T00:00:00Z" });
});

test("an invitation has its group, which must exist", async () => {
  const { emulator, ada, org } = await createFixture();
  const group = { id: fieldId, name: "field" };
  const invite = (group_id: string) => ada.post(`${org}/invitations`, { email: "grace@acme.example", group_id });
  expect(await invite(crypto.randomUUID())).toMatchObject({
    status: 422,
    body: { errors: { group_id: ["does not exist"] } },
  });
  expect(await invite(group.id)).toMatchObject({ status: 201, body: { data: { group } } });
  await emulator.control.invite("henry@acme.example", "acme-dev", "viewer", { group: "field" });
  const list = await ada.get(`${org}/invitations`);
  expect(readValue(list.body, "data.0.group")).toBeNull();
  expect([1, 2].map((row) => readValue(list.body, `data.${row}.group`))).toEqual([group, group]);
  const unknown = emulator.control.invite("ivy@acme.example", "acme-dev", "viewer", { group: "office" });
  await expect(unknown).rejects.toThrow("acme-dev has no group office.");
});

test("the response to an invitation has the link while e-mail delivery is off", async () => {
  const { emulator, ada, org } = await createFixture();
  emulator.control.setEmailDelivery(false);
  const { body } = await ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  expect(readValue(body, "data.invite_url")).toMatch(/^https:/);
  expect(JSON.stringify((await ada.get(`${org}/invitations`)).body)).not.toContain("invite_url");
});

test("the invitation of a user has the user name", async () => {
  const { emulator, ada, org } = await createFixture();
  emulator.control.addUser("grace@acme.example", { username: "grace" });
  const { body } = await ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  expect(readValue(body, "data.target_username")).toBe("grace");
});

test("rejects a second invitation in any letter case, and the invitation of a member", async () => {
  const { ada, org } = await createFixture();
  const invite = (email: string) => ada.post(`${org}/invitations`, { email });
  for (const [email, message] of [
    ["Dora@acme.example", "has already been invited"],
    ["EVE@acme.example", "is already a member"],
  ] as const) {
    const { status, body } = await invite(email);
    expect([status, body]).toEqual([422, { errors: { email: [message] } }]);
  }
});

test("members and pending invitations share the limit of users; expired ones do not count", async () => {
  const { emulator, ada, org } = await createFixture();
  emulator.control.setLimits("acme-dev", { users: 5 });
  const invite = () => ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  const { status, body } = await invite();
  expect([status, readValue(body, "error"), readText(body, "message")]).toEqual([
    422,
    "limit_reached",
    "The organization has reached its limit of 5 users.",
  ]);
  emulator.control.advance(week);
  expect((await invite()).status).toBe(201);
  const list = await ada.get(`${org}/invitations`);
  expect(readValue(list.body, "data")).toMatchObject([{ status: "expired" }, { status: "pending" }]);
});

test("an owner invites an owner, and acceptance makes the person an owner", async () => {
  const { emulator, ada, org, roles } = await createFixture();
  const { status, body } = await ada.post(`${org}/invitations`, { email: "grace@acme.example", role: "owner" });
  expect([status, readValue(body, "data.role")]).toEqual([201, "owner"]);
  expect(readValue((await ada.get(`${org}/invitations`)).body, "data.1.role")).toBe("owner");
  emulator.control.accept("grace@acme.example", "acme-dev");
  expect(await roles()).toEqual(["owner", "admin", "member", "member", "owner"]);
});

// N1: admins invite admins and members only. The status and the message are decisions.
test("an admin cannot invite an owner", async () => {
  const { as, org, organization } = await createFixture();
  const bob = as("bob@acme.example");
  const { status, body } = await bob.post(`${org}/invitations`, { email: "grace@acme.example", role: "owner" });
  expect([status, readValue(body, "error"), readValue(body, "message")]).toEqual([
    403,
    "forbidden",
    "Only owners can grant or remove the role owner, or invite owners.",
  ]);
  expect(organization.invitations).toHaveLength(1);
  expect((await bob.post(`${org}/invitations`, { email: "grace@acme.example", role: "admin" })).status).toBe(201);
});

test.each([
  [{}, ["email"]],
  [{ email: "grace" }, ["email"]],
  [{ email: null }, ["email"]],
  [{ email: "grace@acme.example", role: "viewer" }, ["role"]],
  [{ email: "grace@acme.example", group_id: "engineers" }, ["group_id"]],
])("rejects %j", async (sent, properties) => {
  const { ada, org } = await createFixture();
  const { status, body } = await ada.post(`${org}/invitations`, sent);
  expect([status, listInvalidProperties(body)]).toEqual([422, properties]);
});

test("revokes pending and expired invitations", async () => {
  const { emulator, ada, org, invitation } = await createFixture();
  const { status, body } = await ada.delete(invitation);
  expect([status, body]).toEqual([200, { ok: true }]);
  expect((await ada.delete(invitation)).status).toBe(404);
  const again = await ada.post(`${org}/invitations`, { email: "dora@acme.example" });
  emulator.control.advance(week);
  expect((await ada.delete(`${org}/invitations/${readText(again.body, "data.id")}`)).status).toBe(200);
  expect(readValue((await ada.get(`${org}/invitations`)).body, "data")).toEqual([]);
});

test("an accepted invitation cannot be revoked", async () => {
  const { emulator, ada, invitation, organization } = await createFixture();
  emulator.control.accept("dora@acme.example", "acme-dev");
  const { status, body } = await ada.delete(invitation);
  expect([status, readValue(body, "error"), organization.invitations.length]).toEqual([404, "not_found", 1]);
});

test.each(["dora@acme.example", "1", "00000000-0000-4000-8000-000000000000"])(
  "the invitation %s is 404",
  async (id) => {
    const { ada, org } = await createFixture();
    expect((await ada.delete(`${org}/invitations/${id}`)).status).toBe(404);
  },
);
