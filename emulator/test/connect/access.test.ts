import { readValue, Client } from "../client";
import { bobId, createFixture, fieldId } from "./fixture";

const people = ["ada", "bob", "carl", "eve"];
const admins = ["ada", "bob"];

/** The people person can run each operation: ada is the owner, bob an admin, carl a manager and eve a viewer. */
test.each([
  [people, "GET", "{org}/members", undefined],
  [admins, "PUT", "{victim}/role", { role: "admin" }],
  [admins, "DELETE", "{victim}", undefined],
  [admins, "GET", "{org}/invitations", undefined],
  [admins, "POST", "{org}/invitations", { email: "grace@acme.example" }],
  [admins, "DELETE", "{dora}", undefined],
  [people, "GET", "{org}/api-tokens", undefined],
  [people, "POST", "{org}/api-tokens", { name: "ci" }],
  [admins, "DELETE", "{token}", undefined],
  [admins, "GET", "{org}/webhooks", undefined],
  [admins, "POST", "{org}/webhooks", { webhook_endpoint: { url: "https://acme.example" } }],
  [admins, "GET", "{webhook}", undefined],
  [admins, "PUT", "{webhook}", { webhook_endpoint: { enabled: false } }],
  [admins, "DELETE", "{webhook}", undefined],
  [admins, "GET", "{org}/claim_tokens", undefined],
  [admins, "POST", "{org}/claim_tokens", { claim_token: { name: "factory" } }],
  [admins, "GET", "{claim}", undefined],
  [admins, "PUT", "{claim}", { claim_token: { max_uses: 1 } }],
  [admins, "DELETE", "{claim}", undefined],
  [admins, "GET", "{project}/claim_tokens", undefined],
  [people, "GET", "{org}/groups", undefined],
  [people, "GET", "{group}", undefined],
  [admins, "POST", "{org}/groups", { name: "office" }],
  [admins, "PUT", "{group}", { name: "office" }],
  [admins, "DELETE", "{group}", undefined],
  [admins, "POST", "{group}/members", { user_id: bobId }],
  [admins, "DELETE", "{carlInGroup}", undefined],
  [people, "GET", "{org}/projects", undefined],
  [people, "GET", "{project}", undefined],
  [people, "GET", "{project}/runtimes", undefined],
  [admins, "POST", "{org}/projects", { project: { name: "gateway" } }],
  [admins, "PUT", "{project}", { project: { name: "gateway" } }],
  [admins, "DELETE", "{project}", undefined],
  [admins, "POST", "{project}/access/users", { user_id: bobId }],
  [admins, "DELETE", "{project}/access/users/{carlId}", undefined],
  [admins, "POST", "{project}/access/groups", { group_id: fieldId }],
  [admins, "DELETE", "{project}/access/groups/{fieldId}", undefined],
  [people, "GET", "{project}/cohorts", undefined],
  [people, "GET", "{org}/cohorts", undefined],
  [people, "GET", "{cohort}", undefined],
  [admins, "POST", "{project}/cohorts", { cohort: { name: "munich" } }],
  [admins, "PUT", "{cohort}", { cohort: { name: "munich" } }],
  [admins, "DELETE", "{cohort}", undefined],
  [admins, "POST", "{cohort}/access/users", { user_id: bobId }],
  [admins, "DELETE", "{cohort}/access/users/{carlId}", undefined],
  [admins, "POST", "{cohort}/access/groups", { group_id: fieldId }],
  [admins, "DELETE", "{cohort}/access/groups/{fieldId}", undefined],
  [people, "GET", "{org}/tunnel-policy", undefined],
  [people, "GET", "{cohort}/tunnel-policy", undefined],
])("only %j can %s %s", async (allowed, method, template, body) => {
  for (const person of people) {
    const { emulator, as, member, path } = await createFixture();
    emulator.control.addMember("victim@acme.example", "acme-dev", "developer");
    const where = path(template).replace("victim", member("victim@acme.example"));
    const answer = await as(`${person}@acme.example`).call(method, where, body);
    if (allowed.includes(person)) expect([person, answer.status < 300]).toEqual([person, true]);
    else expect([person, answer.status, readValue(answer.body, "error")]).toEqual([person, 403, "forbidden"]);
  }
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
