import { acme, at, clientOf, faulty, memberPath } from "./client";

const reason = "errors.0.context.reason";

test("a role is set and shown", async () => {
  const { emulator, ada } = await acme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  emulator.control.advance(60);
  const { status, body } = await ada.patch(memberPath(emulator, "bob@acme.example"), { role: "manager" });
  expect(status).toBe(200);
  expect(at(body, "data")).toMatchObject({
    email: "bob@acme.example",
    role: "manager",
    is_owner: false,
    inserted_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:01:00Z",
  });
});

test("the role that a member has already is no change, whoever the member is", async () => {
  const { emulator, ada } = await acme();
  emulator.control.advance(60);
  const { status, body } = await ada.patch(memberPath(emulator, "ada@acme.example"), { role: "admin" });
  expect([status, at(body, "data.updated_at")]).toEqual([200, "2027-01-01T00:00:00Z"]);
});

test("nobody changes the own role or removes the own membership, and nobody the owner's", async () => {
  const { emulator, ada } = await acme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
  const bob = clientOf(emulator, "bob@acme.example");
  const [owner, other] = [memberPath(emulator, "ada@acme.example"), memberPath(emulator, "bob@acme.example")];
  expect(at((await ada.patch(owner, { role: "viewer" })).body, reason)).toBe("cannot_change_own_role");
  expect(at((await bob.patch(other, { role: "viewer" })).body, reason)).toBe("cannot_change_own_role");
  expect(at((await bob.patch(owner, { role: "viewer" })).body, reason)).toBe("cannot_change_owner_role");
  expect(at((await ada.delete(owner)).body, reason)).toBe("cannot_remove_self");
  expect(at((await bob.delete(other)).body, reason)).toBe("cannot_remove_self");
  expect(at((await bob.delete(owner)).body, reason)).toBe("cannot_remove_owner");
});

test.each([[{}], [{ role: "owner" }], [{ role: null }], [{ role: "Admin" }]])("%j is no role", async (sent) => {
  const { emulator, ada } = await acme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  const { status, body } = await ada.patch(memberPath(emulator, "bob@acme.example"), sent);
  expect([status, faulty(body)]).toEqual([422, ["role"]]);
});

test("whoever is removed is gone from this organization only, and keeps the account", async () => {
  const { emulator, ada, acmeDev } = await acme();
  await emulator.control.createOrganization("acme-prod");
  for (const name of ["acme-dev", "acme-prod"]) emulator.control.addMember("bob@acme.example", name, "admin");
  const bob = clientOf(emulator, "bob@acme.example");
  const path = memberPath(emulator, "bob@acme.example");
  expect((await ada.delete(path)).status).toBe(204);
  expect((await ada.get(path)).status).toBe(404);
  expect((await ada.delete(path)).status).toBe(404);
  expect((await bob.get(acmeDev)).status).toBe(404);
  expect(await bob.list("/v2/organizations")).toMatchObject([{ name: "acme-prod" }]);
});

test("a call makes its caller active, and nothing else does", async () => {
  const { emulator, ada, acmeDev } = await acme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  emulator.control.setLastActive("bob@acme.example", "acme-dev", null);
  emulator.control.advance(60);
  await ada.get(acmeDev);
  expect(await ada.list(`${acmeDev}/members`)).toMatchObject([
    { email: "ada@acme.example", last_active_at: "2027-01-01T00:01:00Z", updated_at: "2027-01-01T00:00:00Z" },
    { email: "bob@acme.example", last_active_at: null },
  ]);
});

test("limits show what is in force and how much of it is used", async () => {
  const { emulator, ada, acmeDev } = await acme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
  await emulator.control.invite("carl@acme.example", "acme-dev", "viewer");
  emulator.control.addApiKey("bob@acme.example", { organization: "acme-dev" });
  emulator.control.setLimits("acme-dev", { users: 3 });
  emulator.control.setBelongings("acme-dev", { products: 4, devices: 5, webhooks: 6 });
  expect(at((await ada.get(`${acmeDev}/limits`)).body, "data")).toMatchObject({
    products: { default: 100, maximum: null, limit: 100, used: 4 },
    devices: { default: 10_000, maximum: null, limit: 10_000, used: 5 },
    users: { default: 50, maximum: 500, limit: 3, used: 2 },
    api_keys: { default: 100, maximum: 1000, limit: 100, used: 1 },
    webhooks: { default: 25, maximum: 100, limit: 25, used: 6 },
  });
});
