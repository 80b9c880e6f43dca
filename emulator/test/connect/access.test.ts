import { readValue, Client } from "../client";
import { createFixture, rights } from "./fixture";

/** The role of each person in the document. */
const people = { ada: "owner", bob: "admin", carl: "member", eve: "member" };

// A test of API tokens covers the deletion of another person's token.
test.each(rights.filter(([id]) => id !== "OrgApiToken_delete"))(
  "%s is for %j only",
  async (_id, requiredRoles, method, template, body) => {
    for (const [person, role] of Object.entries(people)) {
      const { as, path } = await createFixture();
      const answer = await as(`${person}@acme.example`).call(method, path(template), body);
      if (requiredRoles.includes(role)) expect([person, answer.status < 300]).toEqual([person, true]);
      else expect([person, answer.status, readValue(answer.body, "error")]).toEqual([person, 403, "forbidden"]);
    }
  },
);

test("every operation is for admins, and members only read, and manage their own API tokens", () => {
  for (const [id, roles] of rights) expect([id, ...roles]).toEqual(expect.arrayContaining(["owner", "admin"]));
  const writes = rights.filter(([, roles, method]) => roles.includes("member") && method !== "GET");
  expect(writes.map(([id]) => id)).toEqual(["OrgApiToken_create", "OrgApiToken_delete"]);
});

test("a missing role is reported before an invalid request", async () => {
  const { as, org, role } = await createFixture();
  const eve = as("eve@acme.example");
  expect((await eve.put(role("bob@acme.example"), { role: "boss" })).status).toBe(403);
  expect((await eve.get(`${org}/invitations?limit=x`)).status).toBe(403);
  expect((await eve.put(role("bob@acme.example"), "{")).status).toBe(400);
});

test("the allowlist covers operations on the organization, but not /api/me", async () => {
  const { emulator, ada, org } = await createFixture();
  await emulator.control.updateSecuritySettings("acme-dev", {
    ip_allowlist: [{ cidr: "192.0.2.0/24", description: null }],
  });
  const { status, body } = await ada.get(`${org}/members`);
  expect([status, readValue(body, "error")]).toEqual([403, "forbidden"]);
  expect((await ada.get("/api/me")).status).toBe(200);
});

test("shows the caller with the limits of the organizations", async () => {
  const { emulator, ada, organization } = await createFixture();
  await emulator.control.updateOrganization("acme-dev", { display_name: "Acme development" });
  emulator.control.setLimits("acme-dev", { users: 5, devices: 7 });
  const { body } = await ada.get("/api/me");
  expect(readValue(body, "data.user")).toMatchObject({
    email: "ada@acme.example",
    name: "Ada Lovelace",
    username: null,
  });
  expect(readValue(body, "data.organizations")).toEqual([
    {
      id: organization.id,
      name: "Acme development",
      slug: "acme-dev",
      tier: "teams",
      role: "owner",
      max_users: 5,
      max_devices: 7,
      max_tunnels: null,
      max_claim_tokens: null,
      subscription_status: "active",
      stripe_enabled: true,
    },
  ]);
});

test.each([
  ["bob@acme.example", "admin", "Bob"],
  ["carl@acme.example", "member", "carl@acme.example"],
  ["eve@acme.example", "member", "eve@acme.example"],
])("%s has the role %s and the name %s", async (email, role, name) => {
  const { as } = await createFixture();
  const { body } = await as(email).get("/api/me");
  expect([readValue(body, "data.organizations.0.role"), readValue(body, "data.user.name")]).toEqual([role, name]);
});

test("a bound token names its organization and shows all organizations", async () => {
  const { emulator, ada, organization } = await createFixture();
  await emulator.control.createOrganization("elsewhere");
  const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
  const slugs = [{ slug: "acme-dev" }, { slug: "elsewhere" }];
  const { body } = await bound.get("/api/me");
  expect(readValue(body, "data.token.organization_id")).toBe(organization.id);
  expect(readValue(body, "data.organizations")).toMatchObject(slugs);
  const personal = await ada.get("/api/me");
  expect(readValue(personal.body, "data.token")).toEqual({ name: "API key" });
  expect(readValue(personal.body, "data.organizations")).toMatchObject(slugs);
});

test("a person without an organization sees none", async () => {
  const { emulator, as } = await createFixture();
  emulator.control.addUser("mallory@elsewhere.example");
  expect(readValue((await as("mallory@elsewhere.example").get("/api/me")).body, "data.organizations")).toEqual([]);
});

test("a bound token expires after the maximum age of the rotation policy", async () => {
  const { emulator, ada } = await createFixture();
  const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
  await emulator.control.updateSecuritySettings("acme-dev", {
    api_key_rotation: { max_age_days: 90, grace_period_days: 7 },
  });
  emulator.control.advance(97 * 86_400);
  expect((await bound.get("/api/me")).status).toBe(200);
  emulator.control.advance(1);
  expect((await bound.get("/api/me")).status).toBe(401);
  expect((await ada.get("/api/me")).status).toBe(200);
});
