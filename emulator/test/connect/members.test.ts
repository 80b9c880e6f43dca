import { readValue, listInvalidProperties } from "../client";
import { createFixture } from "./fixture";

test("lists members in the order of joining, with this API's roles and a name", async () => {
  const { ada, org, organization } = await createFixture();
  const { body } = await ada.get(`${org}/members`);
  expect(readValue(body, "data")).toMatchObject([
    { email: "ada@acme.example", name: "Ada Lovelace", role: "owner", user_id: organization.owner_id },
    { email: "bob@acme.example", name: "Bob", role: "admin" },
    { email: "carl@acme.example", name: "carl@acme.example", role: "member" },
    { email: "eve@acme.example", name: "eve@acme.example", role: "member" },
  ]);
  expect(readValue(body, "data.0.id")).toBe(organization.members[0]?.id);
});

test.each([
  ["", 4],
  ["BOB", 1],
  ["lovelace", 1],
  ["@acme", 4],
  ["nobody", 0],
])("%j finds %i members", async (search, count) => {
  const { ada, org } = await createFixture();
  const { body } = await ada.get(`${org}/members?search=${encodeURIComponent(search)}`);
  expect([readValue(body, "data.length"), readValue(body, "meta")]).toEqual([count, undefined]);
});

describe("a role", () => {
  test.each([
    ["bob@acme.example", "member", "viewer"],
    ["eve@acme.example", "admin", "admin"],
    ["carl@acme.example", "member", "manager"],
    ["eve@acme.example", "member", "viewer"],
    ["bob@acme.example", "admin", "admin"],
  ])("of %s set to %s is stored as %s", async (email, role, expected) => {
    const { emulator, ada, organization, role: path, stored } = await createFixture();
    const before = stored(email);
    emulator.control.advance(60);
    const { status, body } = await ada.put(path(email), { role });
    const member = organization.members.find(({ id }) => id === readValue(body, "data.id"));
    expect([status, readValue(body, "data.role"), stored(email), member?.role]).toEqual([
      200,
      role,
      expected,
      expected,
    ]);
    const moment = before === expected ? "2027-01-01T00:00:00Z" : "2027-01-01T00:01:00Z";
    expect(member?.updated_at).toBe(moment);
  });

  test("of the caller is rejected with 403", async () => {
    const { ada, as, role } = await createFixture();
    const bob = as("bob@acme.example");
    for (const sent of ["admin", "member", "owner"]) {
      for (const { status, body } of [
        await ada.put(role("ada@acme.example"), { role: sent }),
        await bob.put(role("bob@acme.example"), { role: sent }),
      ]) {
        expect([status, readValue(body, "error"), typeof readValue(body, "message")]).toEqual([
          403,
          "forbidden",
          "string",
        ]);
      }
    }
  });

  // N1: only owners grant or remove the role owner. The status and the message are decisions.
  test.each([
    ["of an owner set to admin", "ada@acme.example", "admin"],
    ["of an owner set to member", "ada@acme.example", "member"],
    ["of a member set to owner", "eve@acme.example", "owner"],
    ["of an owner set to owner", "ada@acme.example", "owner"],
  ])("%s by an admin is rejected", async (_, email, sent) => {
    const { ada, as, role, org } = await createFixture();
    const before = (await ada.get(`${org}/members`)).body;
    const { status, body } = await as("bob@acme.example").put(role(email), { role: sent });
    expect([status, readValue(body, "error"), readValue(body, "message")]).toEqual([
      403,
      "forbidden",
      "Only owners can grant or remove the role owner, or invite owners.",
    ]);
    expect((await ada.get(`${org}/members`)).body).toEqual(before);
  });

  test("can become owner, beside the present owner", async () => {
    const { ada, role, roles, emulator } = await createFixture();
    emulator.control.advance(60);
    const { status, body } = await ada.put(role("eve@acme.example"), { role: "owner" });
    expect([status, readValue(body, "data.role")]).toEqual([200, "owner"]);
    expect(await roles()).toEqual(["owner", "admin", "member", "owner"]);
    expect((await ada.put(role("eve@acme.example"), { role: "owner" })).status).toBe(200);
    expect(readValue((await ada.put(role("eve@acme.example"), { role: "member" })).body, "data.role")).toBe("member");
    expect(await roles()).toEqual(["owner", "admin", "member", "member"]);
  });

  test("of the former owner falls, after the successor has become an owner", async () => {
    const { ada, as, role, roles, organization, userId } = await createFixture();
    const bob = as("bob@acme.example");
    await ada.put(role("bob@acme.example"), { role: "owner" });
    expect((await ada.put(role("ada@acme.example"), { role: "admin" })).status).toBe(403);
    const { status, body } = await bob.put(role("ada@acme.example"), { role: "admin" });
    expect([status, readValue(body, "data.role")]).toEqual([200, "admin"]);
    expect(await roles()).toEqual(["admin", "owner", "member", "member"]);
    // The Admin API shows one owner.
    expect(organization.owner_id).toBe(userId("bob@acme.example"));
    expect((await ada.put(role("bob@acme.example"), { role: "admin" })).status).toBe(403);
  });

  test.each([[{}], [{ role: "viewer" }], [{ role: null }], [{ role: "Admin" }]])("rejects %j", async (sent) => {
    const { ada, role } = await createFixture();
    const { status, body } = await ada.put(role("bob@acme.example"), sent);
    expect([status, listInvalidProperties(body)]).toEqual([422, ["role"]]);
  });
});

test("a removed member keeps the account", async () => {
  const { ada, as, member, role, org } = await createFixture();
  const eve = as("eve@acme.example");
  const { status, body } = await ada.delete(member("eve@acme.example"));
  expect([status, body]).toEqual([204, undefined]);
  expect((await ada.delete(member("eve@acme.example"))).status).toBe(404);
  expect((await ada.put(role("eve@acme.example"), { role: "admin" })).status).toBe(404);
  expect((await eve.get(`${org}/members`)).status).toBe(404);
  expect(readValue((await eve.get("/api/me")).body, "data.organizations")).toEqual([]);
});

test("rejects the removal of the caller, and of an owner by an admin", async () => {
  const { ada, as, member } = await createFixture();
  const bob = as("bob@acme.example");
  for (const [client, email, expected] of [
    [ada, "ada@acme.example", [403, "forbidden"]],
    [bob, "bob@acme.example", [403, "forbidden"]],
    [bob, "ada@acme.example", [403, "forbidden"]],
  ] as const) {
    const { status, body } = await client.delete(member(email));
    expect([status, readValue(body, "error")]).toEqual(expected);
  }
});

test("an owner removes another owner, and the last owner stays", async () => {
  const { ada, as, role, roles, member, organization, userId } = await createFixture();
  const bob = as("bob@acme.example");
  await ada.put(role("bob@acme.example"), { role: "owner" });
  expect((await bob.delete(member("ada@acme.example"))).status).toBe(204);
  expect([await roles(bob), organization.owner_id]).toEqual([
    ["owner", "member", "member"],
    userId("bob@acme.example"),
  ]);
  expect((await bob.delete(member("bob@acme.example"))).status).toBe(403);
});

test("a member is addressed by the UUID of the user", async () => {
  const { ada, org, organization } = await createFixture();
  const eve = organization.members.at(-1);
  for (const id of [eve?.id, `prn:1:user:${eve?.user_id}`, "eve@acme.example", "me"]) {
    expect((await ada.delete(`${org}/members/${id}`)).status).toBe(404);
    expect((await ada.put(`${org}/members/${id}/role`, { role: "admin" })).status).toBe(404);
  }
  expect(organization.members).toHaveLength(4);
});
