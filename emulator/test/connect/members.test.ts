import { at, faulty } from "../client";
import { stage } from "./stage";

test("members are listed in the order of joining, with this API's roles and a name for everybody", async () => {
  const { ada, org, organization } = await stage();
  const { body } = await ada.get(`${org}/members`);
  expect(at(body, "data")).toMatchObject([
    { email: "ada@acme.example", name: "Ada Lovelace", role: "owner", user_id: organization.owner_id },
    { email: "bob@acme.example", name: "Bob", role: "admin" },
    { email: "carl@acme.example", name: "carl@acme.example", role: "member" },
    { email: "eve@acme.example", name: "eve@acme.example", role: "member" },
  ]);
  expect(at(body, "data.0.id")).toBe(organization.members[0]?.id);
});

test.each([
  ["", 4],
  ["BOB", 1],
  ["lovelace", 1],
  ["@acme", 4],
  ["nobody", 0],
])("%j finds %i of them", async (search, count) => {
  const { ada, org } = await stage();
  const { body } = await ada.get(`${org}/members?search=${encodeURIComponent(search)}`);
  expect([at(body, "data.length"), at(body, "meta")]).toEqual([count, undefined]);
});

describe("a role", () => {
  test.each([
    ["bob@acme.example", "member", "viewer"],
    ["eve@acme.example", "admin", "admin"],
    ["carl@acme.example", "member", "manager"],
    ["eve@acme.example", "member", "viewer"],
    ["bob@acme.example", "admin", "admin"],
  ])("of %s set to %s is stored as %s", async (email, role, expected) => {
    const { emulator, ada, organization, role: path, stored } = await stage();
    const before = stored(email);
    emulator.control.advance(60);
    const { status, body } = await ada.put(path(email), { role });
    const member = organization.members.find(({ id }) => id === at(body, "data.id"));
    expect([status, at(body, "data.role"), stored(email), member?.role]).toEqual([200, role, expected, expected]);
    const moment = before === expected ? "2027-01-01T00:00:00Z" : "2027-01-01T00:01:00Z";
    expect(member?.updated_at).toBe(moment);
  });

  test("of one's own is refused with 403, whatever is sent", async () => {
    const { ada, as, role } = await stage();
    const bob = as("bob@acme.example");
    for (const sent of ["admin", "member", "owner"]) {
      for (const { status, body } of [
        await ada.put(role("ada@acme.example"), { role: sent }),
        await bob.put(role("bob@acme.example"), { role: sent }),
      ]) {
        expect([status, at(body, "error"), typeof at(body, "message")]).toEqual([403, "forbidden", "string"]);
      }
    }
  });

  test("of the owner is protected", async () => {
    const { as, role } = await stage();
    for (const sent of ["admin", "member"]) {
      const { status, body } = await as("bob@acme.example").put(role("ada@acme.example"), { role: sent });
      expect([status, at(body, "error"), typeof at(body, "message")]).toEqual([422, "owner_protected", "string"]);
    }
  });

  test("of owner is not given to anybody", async () => {
    const { ada, role, stored } = await stage();
    const { status, body } = await ada.put(role("bob@acme.example"), { role: "owner" });
    expect([status, at(body, "error"), typeof at(body, "message")]).toEqual([
      422,
      "ownership_not_transferable",
      "string",
    ]);
    expect(stored("bob@acme.example")).toBe("admin");
  });

  test.each([[{}], [{ role: "viewer" }], [{ role: null }], [{ role: "Admin" }]])("is not %j", async (sent) => {
    const { ada, role } = await stage();
    const { status, body } = await ada.put(role("bob@acme.example"), sent);
    expect([status, faulty(body)]).toEqual([422, ["role"]]);
  });
});

test("whoever is removed is gone, and keeps the account", async () => {
  const { ada, as, member, role, org } = await stage();
  const eve = as("eve@acme.example");
  const { status, body } = await ada.delete(member("eve@acme.example"));
  expect([status, body]).toEqual([204, undefined]);
  expect((await ada.delete(member("eve@acme.example"))).status).toBe(404);
  expect((await ada.put(role("eve@acme.example"), { role: "admin" })).status).toBe(404);
  expect((await eve.get(`${org}/members`)).status).toBe(404);
  expect(at((await eve.get("/api/me")).body, "data.organizations")).toEqual([]);
});

test("nobody removes themselves, and nobody the owner", async () => {
  const { ada, as, member } = await stage();
  const bob = as("bob@acme.example");
  for (const [who, whom, expected] of [
    [ada, "ada@acme.example", [403, "forbidden"]],
    [bob, "bob@acme.example", [403, "forbidden"]],
    [bob, "ada@acme.example", [422, "owner_protected"]],
  ] as const) {
    const { status, body } = await who.delete(member(whom));
    expect([status, at(body, "error")]).toEqual(expected);
  }
});

test("a member is addressed by the user, and by a UUID", async () => {
  const { ada, org, organization } = await stage();
  const eve = organization.members.at(-1);
  for (const id of [eve?.id, `prn:1:user:${eve?.user_id}`, "eve@acme.example", "me"]) {
    expect((await ada.delete(`${org}/members/${id}`)).status).toBe(404);
    expect((await ada.put(`${org}/members/${id}/role`, { role: "admin" })).status).toBe(404);
  }
  expect(organization.members).toHaveLength(4);
});
