import { createAcme, readValue, listInvalidProperties, readText } from "./client";

const week = 7 * 86_400;

async function invited() {
  const stage = await createAcme();
  const { body } = await stage.ada.post(`${stage.acmeDev}/invitations`, {
    email: "Bob@Acme.Example",
    role: "developer",
  });
  return { ...stage, body, path: `${stage.acmeDev}/invitations/${readText(body, "data.prn")}` };
}

test("an invitation is pending for seven days and keeps the spelling of the address", async () => {
  const { body } = await invited();
  expect(readValue(body, "data")).toMatchObject({
    email: "Bob@Acme.Example",
    role: "developer",
    status: "pending",
    inviter: { email: "ada@acme.example", name: "Ada Lovelace" },
    expires_at: "2027-01-08T00:00:00Z",
    accepted_at: null,
  });
});

test("a person who accepts becomes a user and a member with the invited role", async () => {
  const { emulator, ada, acmeDev, path } = await invited();
  emulator.control.advance(60);
  emulator.control.accept("bob@acme.example", "acme-dev");
  expect(readValue((await ada.get(path)).body, "data")).toMatchObject({
    status: "accepted",
    accepted_at: "2027-01-01T00:01:00Z",
  });
  expect(await ada.list(`${acmeDev}/members`)).toMatchObject([
    { role: "admin" },
    { email: "Bob@Acme.Example", role: "developer" },
  ]);
});

test("a user accepts with the existing account", async () => {
  const { emulator } = await invited();
  const bob = emulator.control.addUser("bob@acme.example", { name: "Bob" });
  emulator.control.accept("bob@acme.example", "acme-dev");
  expect(emulator.control.getOrganization("acme-dev").members.at(-1)?.user_id).toBe(bob.id);
});

test("rejects a second invitation in any letter case, and the invitation of a member", async () => {
  const { emulator, ada, acmeDev } = await invited();
  const again = () => ada.post(`${acmeDev}/invitations`, { email: "bob@acme.example", role: "viewer" });
  expect((await again()).body).toEqual({ errors: { email: ["has already been invited"] } });
  emulator.control.accept("bob@acme.example", "acme-dev");
  expect((await again()).body).toEqual({ errors: { email: ["is already a member"] } });
  emulator.control.leave("bob@acme.example", "acme-dev");
  expect((await again()).status).toBe(201);
});

test("an expired invitation does not block a new one", async () => {
  const { emulator, ada, acmeDev, path } = await invited();
  emulator.control.advance(week - 1);
  expect(readValue((await ada.get(path)).body, "data.status")).toBe("pending");
  emulator.control.advance(1);
  expect(readValue((await ada.get(path)).body, "data")).toMatchObject({
    status: "expired",
    updated_at: "2027-01-01T00:00:00Z",
  });
  expect(() => {
    emulator.control.accept("bob@acme.example", "acme-dev");
  }).toThrow("no pending invitation");
  expect((await ada.post(`${acmeDev}/invitations`, { email: "bob@acme.example", role: "viewer" })).status).toBe(201);
  expect(await ada.list(`${acmeDev}/invitations`)).toMatchObject([{ status: "expired" }, { status: "pending" }]);
});

test("revokes pending and expired invitations", async () => {
  const { emulator, ada, acmeDev, path } = await invited();
  expect((await ada.delete(path)).status).toBe(204);
  expect((await ada.get(path)).status).toBe(404);
  expect((await ada.delete(path)).status).toBe(404);
  const { body } = await ada.post(`${acmeDev}/invitations`, { email: "bob@acme.example", role: "viewer" });
  emulator.control.advance(week);
  expect((await ada.delete(`${acmeDev}/invitations/${readText(body, "data.prn")}`)).status).toBe(204);
  expect(await ada.list(`${acmeDev}/invitations`)).toEqual([]);
});

test("an accepted invitation cannot be revoked", async () => {
  const { emulator, ada, path } = await invited();
  emulator.control.accept("bob@acme.example", "acme-dev");
  const { status, body } = await ada.delete(path);
  expect([status, readValue(body, "errors.0.context")]).toEqual([409, { reason: "invitation_already_accepted" }]);
});

test("members and pending invitations share the limit of users; expired ones do not count", async () => {
  const { emulator, ada, acmeDev } = await invited();
  emulator.control.setLimits("acme-dev", { users: 2 });
  const invite = () => ada.post(`${acmeDev}/invitations`, { email: "carl@acme.example", role: "viewer" });
  const { status, body } = await invite();
  expect([status, readValue(body, "errors.0.context")]).toEqual([
    409,
    { reason: "limit_reached", resource_type: "users", limit: 2 },
  ]);
  emulator.control.advance(week);
  expect((await invite()).status).toBe(201);
});

test.each([
  [{}, ["email", "role"]],
  [{ email: "bob", role: "viewer" }, ["email"]],
  [{ email: "bob@acme.example" }, ["role"]],
  [{ email: "bob@acme.example", role: "boss" }, ["role"]],
  [{ email: null, role: "viewer" }, ["email"]],
])("rejects %j", async (sent, properties) => {
  const { ada, acmeDev } = await createAcme();
  const { status, body } = await ada.post(`${acmeDev}/invitations`, sent);
  expect([status, listInvalidProperties(body)]).toEqual([422, properties]);
});
