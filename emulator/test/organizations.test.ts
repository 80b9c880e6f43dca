import { createAcme, readValue, Client, createClient, getMemberPath } from "./client";

describe("creating an organization", () => {
  test("makes the caller the owner and the name the display name", async () => {
    const { emulator, ada } = await createAcme();
    const { body } = await ada.post("/v2/organizations", { name: "My Organization" });
    expect(readValue(body, "data")).toMatchObject({
      name: "My Organization",
      display_name: "My Organization",
      description: null,
      contact_email: null,
      owner: { email: "ada@acme.example", name: "Ada Lovelace" },
      inserted_at: "2027-01-01T00:00:00Z",
    });
    expect(emulator.control.getOrganization("My Organization").members).toMatchObject([{ role: "admin" }]);
  });

  test.each([
    [{}, { name: ["can't be blank"] }],
    [{ name: "" }, { name: ["should be at least 1 character(s)"] }],
    [{ name: "  " }, { name: ["can't be blank"] }],
    [{ name: "x".repeat(129) }, { name: ["should be at most 128 character(s)"] }],
    [{ name: "acme-dev" }, { name: ["has already been taken"] }],
    [{ name: 7 }, { name: ["is invalid"] }],
    [{ name: "a", display_name: null }, { display_name: ["is invalid"] }],
    [{ name: "a", description: "" }, { description: ["should be at least 1 character(s)"] }],
    [{ name: "a", description: "x".repeat(257) }, { description: ["should be at most 256 character(s)"] }],
    [{ name: "a", contact_email: "nobody" }, { contact_email: ["is invalid"] }],
    [
      { display_name: "", contact_email: 1 },
      {
        name: ["can't be blank"],
        display_name: ["should be at least 1 character(s)"],
        contact_email: ["is invalid"],
      },
    ],
  ])("rejects %j and names every invalid property", async (sent, errors) => {
    const { ada } = await createAcme();
    const { status, body } = await ada.post("/v2/organizations", sent);
    expect([status, body]).toEqual([422, { errors }]);
  });

  test("compares names exactly, and counts characters, not bytes", async () => {
    const { ada } = await createAcme();
    expect((await ada.post("/v2/organizations", { name: "Acme-Dev" })).status).toBe(201);
    expect((await ada.post("/v2/organizations", { name: "🏭".repeat(128) })).status).toBe(201);
  });

  test("accepts the name of a deleted organization", async () => {
    const { ada, acmeDev } = await createAcme();
    expect((await ada.delete(acmeDev)).status).toBe(204);
    expect((await ada.get(acmeDev)).status).toBe(404);
    expect((await ada.post("/v2/organizations", { name: "acme-dev" })).status).toBe(201);
  });
});

describe("changing an organization", () => {
  test("keeps absent properties and clears with null", async () => {
    const { emulator, ada, acmeDev } = await createAcme();
    await ada.patch(acmeDev, { description: "Ours", contact_email: "iot@acme.example" });
    emulator.control.advance(60);
    const { body } = await ada.patch(acmeDev, { contact_email: null });
    expect(readValue(body, "data")).toMatchObject({
      display_name: "acme-dev",
      description: "Ours",
      contact_email: null,
      updated_at: "2027-01-01T00:01:00Z",
    });
  });

  test("to equal values is no change", async () => {
    const { emulator, ada, acmeDev } = await createAcme();
    emulator.control.advance(60);
    const { body } = await ada.patch(acmeDev, { display_name: "acme-dev" });
    expect(readValue(body, "data.updated_at")).toBe("2027-01-01T00:00:00Z");
  });

  test("accepts only the same name", async () => {
    const { ada, acmeDev } = await createAcme();
    expect((await ada.patch(acmeDev, { name: "acme-dev" })).status).toBe(200);
    const { status, body } = await ada.patch(acmeDev, { name: "acme-prod", display_name: "Production" });
    expect([status, body]).toEqual([422, { errors: { name: ["cannot be changed"] } }]);
    expect(readValue((await ada.get(acmeDev)).body, "data.display_name")).toBe("acme-dev");
  });

  test("cannot clear the display name", async () => {
    const { ada, acmeDev } = await createAcme();
    expect((await ada.patch(acmeDev, { display_name: null })).status).toBe(422);
  });
});

describe("deleting an organization", () => {
  test("is blocked by devices, deployments, people and charges, as the readiness reports", async () => {
    const { emulator, ada, acmeDev } = await createAcme();
    emulator.control.addMember("bob@acme.example", "acme-dev", "viewer");
    emulator.control.setBelongings("acme-dev", { devices: 3, active_deployments: 2, outstanding_charges: 1 });
    const { status, body } = await ada.delete(acmeDev);
    const blockers = [
      { code: "devices", count: 3 },
      { code: "active_deployments", count: 2 },
      { code: "other_users", count: 1 },
      { code: "outstanding_charges", count: 1 },
    ];
    expect(status).toBe(409);
    expect(readValue(body, "errors.0.context")).toMatchObject({ reason: "deletion_blocked", blockers });
    const readiness = await ada.get(`${acmeDev}/deletion-readiness`);
    expect(readValue(readiness.body, "data")).toMatchObject({ deletable: false, blockers });
  });

  test.each(["devices", "active_deployments", "outstanding_charges"] as const)(
    "is blocked by %s alone",
    async (code) => {
      const { emulator, ada, acmeDev } = await createAcme();
      emulator.control.setBelongings("acme-dev", { [code]: 1 });
      expect(readValue((await ada.delete(acmeDev)).body, "errors.0.context.blockers")).toMatchObject([
        { code, count: 1 },
      ]);
      emulator.control.setBelongings("acme-dev", { [code]: 0 });
      expect((await ada.delete(acmeDev)).status).toBe(204);
    },
  );

  test("is not blocked by invitations", async () => {
    const { ada, acmeDev } = await createAcme();
    await ada.post(`${acmeDev}/invitations`, { email: "bob@acme.example", role: "viewer" });
    expect(readValue((await ada.get(`${acmeDev}/deletion-readiness`)).body, "data")).toMatchObject({
      deletable: true,
      blockers: [],
    });
    expect((await ada.delete(acmeDev)).status).toBe(204);
    expect((await ada.get(`${acmeDev}/invitations`)).status).toBe(404);
  });
});

describe("transferring the ownership", () => {
  test("makes another admin the owner and keeps the former owner as admin", async () => {
    const { emulator, ada, acmeDev } = await createAcme();
    emulator.control.addMember("bob@acme.example", "acme-dev", "admin");
    emulator.control.advance(60);
    const { body } = await ada.post(`${acmeDev}/transfer-ownership`, { new_owner: "Bob@Acme.Example" });
    const updated_at = "2027-01-01T00:01:00Z";
    expect(readValue(body, "data")).toMatchObject({ owner: { email: "bob@acme.example" }, updated_at });
    expect(await ada.list(`${acmeDev}/members`)).toMatchObject([{ updated_at }, { updated_at }]);
    expect(readValue((await ada.get(getMemberPath(emulator, "ada@acme.example"))).body, "data")).toMatchObject({
      role: "admin",
      is_owner: false,
    });
    expect(readValue((await ada.get(getMemberPath(emulator, "bob@acme.example"))).body, "data.is_owner")).toBe(true);
    expect((await ada.post(`${acmeDev}/transfer-ownership`, { new_owner: "ada@acme.example" })).status).toBe(403);
    expect(
      (await createClient(emulator, "bob@acme.example").delete(getMemberPath(emulator, "ada@acme.example"))).status,
    ).toBe(204);
  });

  test.each(["ada@acme.example", "manager@acme.example", "invited@acme.example", "stranger@acme.example"])(
    "rejects %s",
    async (new_owner) => {
      const { emulator, ada, acmeDev } = await createAcme();
      emulator.control.addMember("manager@acme.example", "acme-dev", "manager");
      await emulator.control.invite("invited@acme.example", "acme-dev", "admin");
      emulator.control.addUser("stranger@acme.example");
      const { status, body } = await ada.post(`${acmeDev}/transfer-ownership`, { new_owner });
      expect([status, body]).toEqual([
        422,
        { errors: { new_owner: ["must be another admin member of the organization"] } },
      ]);
    },
  );
});

test("a user without organizations sees an empty list", async () => {
  const { emulator } = await createAcme();
  emulator.control.addUser("eve@acme.example");
  expect(await createClient(emulator, "eve@acme.example").list("/v2/organizations")).toEqual([]);
});

test("the IP allowlist covers this machine, but not the list of organizations", async () => {
  const { emulator, ada, acmeDev } = await createAcme();
  expect((await ada.patch(`${acmeDev}/security-settings`, { ip_allowlist: [{ cidr: "203.0.113.0/24" }] })).status).toBe(
    200,
  );
  expect((await ada.get(acmeDev)).status).toBe(403);
  expect((await ada.get("/v2/organizations")).status).toBe(200);
  const inside = new Client(emulator, emulator.apiKey, "::ffff:203.0.113.9");
  expect((await inside.get(acmeDev)).status).toBe(200);
});
