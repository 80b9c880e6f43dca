import { at, faulty, text } from "../client";
import { stage } from "./stage";

const week = 7 * 86_400;

test("an invitation is shown with who invited, and never with the link", async () => {
  const { ada, org, organization, as } = await stage();
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
    expires_at: "2027-01-08T00:00:00Z",
    accepted_at: null,
    inserted_at: "2027-01-01T00:00:00Z",
  };
  expect(at(body, "data")).toMatchObject(invitation);
  expect(JSON.stringify(body)).not.toContain("invite_url");
  const list = await ada.get(`${org}/invitations`);
  expect(at(list.body, "data")).toMatchObject([{ email: "dora@acme.example", role: "member" }, invitation]);
});

test.each([
  [{ email: "grace@acme.example" }, "member", "viewer"],
  [{ email: "grace@acme.example", role: "member", group_id: null }, "member", "viewer"],
  [{ email: "grace@acme.example", role: "admin" }, "admin", "admin"],
])("%j invites as %s, and whoever accepts is a %s", async (sent, shown, stored) => {
  const { emulator, ada, org, organization } = await stage();
  const { status, body } = await ada.post(`${org}/invitations`, sent);
  expect([status, at(body, "data.role")]).toEqual([201, shown]);
  emulator.control.accept("grace@acme.example", "acme-dev");
  expect(organization.members.at(-1)?.role).toBe(stored);
  const list = await ada.get(`${org}/invitations?limit=1&direction=before`);
  expect(at(list.body, "data.0")).toMatchObject({ status: "accepted", accepted_at: "2027-01-01T00:00:00Z" });
});

test("an invitation shows its group, which must exist", async () => {
  const { emulator, ada, org } = await stage();
  const group = { id: emulator.control.addGroup("field", "acme-dev"), name: "field" };
  const invite = (group_id: string) => ada.post(`${org}/invitations`, { email: "grace@acme.example", group_id });
  expect(await invite(crypto.randomUUID())).toMatchObject({
    status: 422,
    body: { errors: { group_id: ["does not exist"] } },
  });
  expect(await invite(group.id)).toMatchObject({ status: 201, body: { data: { group } } });
  await emulator.control.invite("henry@acme.example", "acme-dev", "viewer", { group: "field" });
  const list = await ada.get(`${org}/invitations`);
  expect(at(list.body, "data")).toMatchObject([{ group: null }, { group }, { group }]);
  const unknown = emulator.control.invite("ivy@acme.example", "acme-dev", "viewer", { group: "office" });
  await expect(unknown).rejects.toThrow("acme-dev has no group office.");
});

test("the answer to inviting holds the link while e-mail delivery is off", async () => {
  const { emulator, ada, org } = await stage();
  emulator.control.setEmailDelivery(false);
  const { body } = await ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  expect(at(body, "data.invite_url")).toMatch(/^https:/);
  expect(JSON.stringify((await ada.get(`${org}/invitations`)).body)).not.toContain("invite_url");
});

test("an invitation of somebody with an account names the login", async () => {
  const { emulator, ada, org } = await stage();
  emulator.control.addUser("grace@acme.example", { username: "grace" });
  const { body } = await ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  expect(at(body, "data.target_username")).toBe("grace");
});

test("nobody is invited twice, whatever the letter case, and no member at all", async () => {
  const { ada, org } = await stage();
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
  const { emulator, ada, org } = await stage();
  emulator.control.setLimits("acme-dev", { users: 5 });
  const invite = () => ada.post(`${org}/invitations`, { email: "grace@acme.example" });
  const { status, body } = await invite();
  expect([status, at(body, "error"), text(body, "message")]).toEqual([
    422,
    "limit_reached",
    "The organization has reached its limit of 5 users.",
  ]);
  emulator.control.advance(week);
  expect((await invite()).status).toBe(201);
  const list = await ada.get(`${org}/invitations`);
  expect(at(list.body, "data")).toMatchObject([{ status: "expired" }, { status: "pending" }]);
});

test("nobody is invited as owner", async () => {
  const { ada, org, organization } = await stage();
  const { status, body } = await ada.post(`${org}/invitations`, { email: "grace@acme.example", role: "owner" });
  expect([status, at(body, "error")]).toEqual([422, "ownership_not_transferable"]);
  expect(organization.invitations).toHaveLength(1);
});

test.each([
  [{}, ["email"]],
  [{ email: "grace" }, ["email"]],
  [{ email: null }, ["email"]],
  [{ email: "grace@acme.example", role: "viewer" }, ["role"]],
  [{ email: "grace@acme.example", group_id: "engineers" }, ["group_id"]],
])("%j does not invite", async (sent, properties) => {
  const { ada, org } = await stage();
  const { status, body } = await ada.post(`${org}/invitations`, sent);
  expect([status, faulty(body)]).toEqual([422, properties]);
});

test("pending and expired invitations are revoked, and then gone", async () => {
  const { emulator, ada, org, invitation } = await stage();
  const { status, body } = await ada.delete(invitation);
  expect([status, body]).toEqual([200, { ok: true }]);
  expect((await ada.delete(invitation)).status).toBe(404);
  const again = await ada.post(`${org}/invitations`, { email: "dora@acme.example" });
  emulator.control.advance(week);
  expect((await ada.delete(`${org}/invitations/${text(again.body, "data.id")}`)).status).toBe(200);
  expect(at((await ada.get(`${org}/invitations`)).body, "data")).toEqual([]);
});

test("an accepted invitation is none any more that could be revoked", async () => {
  const { emulator, ada, invitation, organization } = await stage();
  emulator.control.accept("dora@acme.example", "acme-dev");
  const { status, body } = await ada.delete(invitation);
  expect([status, at(body, "error"), organization.invitations.length]).toEqual([404, "not_found", 1]);
});

test.each(["dora@acme.example", "1", "00000000-0000-4000-8000-000000000000"])(
  "there is no invitation %s",
  async (id) => {
    const { ada, org } = await stage();
    expect((await ada.delete(`${org}/invitations/${id}`)).status).toBe(404);
  },
);
