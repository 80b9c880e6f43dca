import { at, Client } from "../client";
import { stage } from "./stage";

test("the caller is shown with every limit that there is", async () => {
  const { emulator, ada, organization } = await stage();
  await emulator.control.updateOrganization("acme-dev", { display_name: "Acme development" });
  emulator.control.setLimits("acme-dev", { users: 5, devices: 7 });
  const { body } = await ada.get("/api/me");
  expect(at(body, "data.user")).toMatchObject({ email: "ada@acme.example", name: "Ada Lovelace", username: null });
  expect(at(body, "data.organizations")).toEqual([
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
])("%s is %s there, called %s", async (email, role, name) => {
  const { as } = await stage();
  const { body } = await as(email).get("/api/me");
  expect([at(body, "data.organizations.0.role"), at(body, "data.user.name")]).toEqual([role, name]);
});

test("a token that is bound to an organization says so, and still shows every organization", async () => {
  const { emulator, ada, organization } = await stage();
  await emulator.control.createOrganization("elsewhere");
  const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
  const slugs = [{ slug: "acme-dev" }, { slug: "elsewhere" }];
  const { body } = await bound.get("/api/me");
  expect(at(body, "data.token.organization_id")).toBe(organization.id);
  expect(at(body, "data.organizations")).toMatchObject(slugs);
  const personal = await ada.get("/api/me");
  expect(at(personal.body, "data.token")).toEqual({ name: "API key" });
  expect(at(personal.body, "data.organizations")).toMatchObject(slugs);
});

test("somebody who is in no organization sees none", async () => {
  const { emulator, as } = await stage();
  emulator.control.addUser("mallory@elsewhere.example");
  expect(at((await as("mallory@elsewhere.example").get("/api/me")).body, "data.organizations")).toEqual([]);
});

test("a bound token dies with the age that the rotation policy allows", async () => {
  const { emulator, ada } = await stage();
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
