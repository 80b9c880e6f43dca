import { createAcme, readValue, createClient, listInvalidProperties, getMemberPath } from "./client";

const reason = "errors.0.context.reason";

test("changes a role", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  emulator.control.advance(60);
  const { status, body } = await ada.patch(getMemberPath(emulator, "bob@acme.example"), { role: "manager" });
  expect(status).toBe(200);
  expect(readValue(body, "data")).toMatchObject({
    email: "bob@acme.example",
    role: "manager",
    is_owner: false,
    inserted_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:01:00Z",
  });
});

test("an equal role is no change, even for the caller and the owner", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.advance(60);
  const { status, body } = await ada.patch(getMemberPath(emulator, "ada@acme.example"), { role: "admin" });
  expect([status, readValue(body, "data.updated_at")]).toEqual([200, "2027-01-01T00:00:00Z"]);
});

test("rejects changes of the caller's and the owner's membership", async () => {
  const { emulator, ada } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
  const bob = createClient(emulator, "bob@acme.example");
  const [owner, other] = [getMemberPath(emulator, "ada@acme.example"), getMemberPath(emulator, "bob@acme.example")];
  expect(readValue((await ada.patch(owner, { role: "viewer" })).body, reason)).toBe("cannot_change_own_role");
  expect(readValue((await bob.patch(other, { role: "viewer" })).body, reason)).toBe("cannot_change_own_role");
  expect(readValue((await bob.patch(owner, { role: "viewer" })).body, reason)).toBe("cannot_change_owner_role");
  expect(readValue((await ada.delete(owner)).body, reason)).toBe("cannot_remove_self");
  expect(readValue((await bob.delete(other)).body, reason)).toBe("cannot_remove_self");
  expect(readValue((await bob.delete(owner)).body, reason)).toBe("cannot_remove_owner");
});

test.each([[{}], [{ role: "owner" }], [{ role: null }], [{ role: "Admin" }]])("rejects %j as a role", async (sent) => {
  const { emulator, ada } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  const { status, body } = await ada.patch(getMemberPath(emulator, "bob@acme.example"), sent);
  expect([status, listInvalidProperties(body)]).toEqual([422, ["role"]]);
});

test("a removed member keeps the account and other memberships", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  await emulator.control.createOrganization("acme-prod");
  for (const name of ["acme-dev", "acme-prod"]) emulator.control.addMember("bob@acme.example", name, "admin");
  const bob = createClient(emulator, "bob@acme.example");
  const path = getMemberPath(emulator, "bob@acme.example");
  expect((await ada.delete(path)).status).toBe(204);
  expect((await ada.get(path)).status).toBe(404);
  expect((await ada.delete(path)).status).toBe(404);
  expect((await bob.get(acmeDev)).status).toBe(404);
  expect(await bob.list("/v2/organizations")).toMatchObject([{ name: "acme-prod" }]);
});

test("only a request updates the caller's last activity", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  emulator.control.setLastActive("bob@acme.example", "acme-dev", null);
  emulator.control.advance(60);
  await ada.get(acmeDev);
  expect(await ada.list(`${acmeDev}/members`)).toMatchObject([
    { email: "ada@acme.example", last_active_at: "2027-01-01T00:01:00Z", updated_at: "2027-01-01T00:00:00Z" },
    { email: "bob@acme.example", last_active_at: null },
  ]);
});

test("shows limits and usage", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  await emulator.control.invite("carl@acme.example", "acme-dev", "viewer");
  emulator.control.addApiKey("bob@acme.example", { organization: "acme-dev" });
  emulator.control.setLimits("acme-dev", { users: 3 });
  emulator.control.setBelongings("acme-dev", { products: 4, devices: 5, webhooks: 6 });
  expect(readValue((await ada.get(`${acmeDev}/limits`)).body, "data")).toMatchObject({
    products: { default: 100, maximum: null, limit: 100, used: 4 },
    devices: { default: 10_000, maximum: null, limit: 10_000, used: 5 },
    users: { default: 50, maximum: 500, limit: 3, used: 2 },
    api_keys: { default: 100, maximum: 1000, limit: 100, used: 1 },
    webhooks: { default: 25, maximum: 100, limit: 25, used: 6 },
  });
});
