import { roles, type Role } from "../src/model/state";
import { createAcme, readValue, Client, createClient, getMemberPath, readText } from "./client";

const allRoles = [...roles];
const admins: Role[] = ["admin"];
const noRoles: Role[] = [];

/** The roles that each operation needs on an organization of another owner. */
const rules: [allowed: Role[], method: string, path: string, body: object | undefined, scope: string][] = [
  [allRoles, "GET", "", undefined, "read_organizations"],
  [["admin", "manager", "developer"], "PATCH", "", { description: "Ours" }, "update_organizations"],
  [noRoles, "DELETE", "", undefined, "delete_organizations"],
  [allRoles, "GET", "/deletion-readiness", undefined, "read_organizations"],
  [noRoles, "POST", "/transfer-ownership", { new_owner: "bob@acme.example" }, "transfer_organizations"],
  [allRoles, "GET", "/security-settings", undefined, "read_security_settings"],
  [["admin", "manager"], "PATCH", "/security-settings", { session_timeout: 300 }, "update_security_settings"],
  [allRoles, "GET", "/billing-settings", undefined, "read_billing_settings"],
  [admins, "PATCH", "/billing-settings", { payment_method: "invoice" }, "update_billing_settings"],
  [allRoles, "GET", "/limits", undefined, "read_limits"],
  [allRoles, "GET", "/members", undefined, "read_members"],
  [allRoles, "GET", "{bob}", undefined, "read_members"],
  [admins, "PATCH", "{bob}", { role: "viewer" }, "update_members"],
  [admins, "DELETE", "{bob}", undefined, "delete_members"],
  [allRoles, "GET", "/invitations", undefined, "read_invitations"],
  [admins, "POST", "/invitations", { email: "dora@acme.example", role: "viewer" }, "create_invitations"],
  [allRoles, "GET", "{invitation}", undefined, "read_invitations"],
  [admins, "DELETE", "{invitation}", undefined, "delete_invitations"],
];

async function setUp() {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "manager");
  const invited = await ada.post(`${acmeDev}/invitations`, { email: "carl@acme.example", role: "viewer" });
  const path = (template: string) =>
    template === "{bob}"
      ? getMemberPath(emulator, "bob@acme.example")
      : `${acmeDev}${template.replace("{invitation}", `/invitations/${readText(invited.body, "data.prn")}`)}`;
  return { emulator, ada, path };
}

describe.each(rules)("only %j can %s organization%s", (allowed, method, template, body, scope) => {
  test.each(roles)("as %s", async (role) => {
    const { emulator, path } = await setUp();
    emulator.control.addMember("eve@acme.example", "acme-dev", role);
    const answer = await createClient(emulator, "eve@acme.example").call(method, path(template), body);
    if (allowed.includes(role)) {
      expect(answer.status).toBeLessThan(300);
    } else {
      expect(answer.status).toBe(403);
      expect(readValue(answer.body, "errors.0.context.scope_name")).toBe(scope);
    }
  });
});

test("a missing role is reported before an invalid body", async () => {
  const { emulator, path } = await setUp();
  emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  const eve = createClient(emulator, "eve@acme.example");
  expect((await eve.patch(path("/security-settings"), { session_timeout: 1 })).status).toBe(403);
  expect((await eve.patch(path("/security-settings"), "{")).status).toBe(400);
});

describe("an API key that is bound to one organization", () => {
  test("sees only that organization and names it", async () => {
    const { emulator } = await setUp();
    await emulator.control.createOrganization("elsewhere");
    const ada = createClient(emulator, "ada@acme.example");
    const { prn } = { prn: `prn:1:${emulator.control.getOrganization("acme-dev").id}` };
    const key = emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" });
    const bound = new Client(emulator, key);
    expect(readValue((await ada.get("/v2/users/me")).body, "data")).toMatchObject({
      organization_prn: null,
      organizations: [{ name: "acme-dev" }, { name: "elsewhere" }],
    });
    expect(readValue((await bound.get("/v2/users/me")).body, "data")).toMatchObject({
      organization_prn: prn,
      organizations: [{ prn, name: "acme-dev", display_name: "acme-dev", role: "admin", is_owner: true }],
    });
    expect(await bound.list("/v2/organizations")).toMatchObject([{ name: "acme-dev" }]);
  });

  test("cannot create an organization", async () => {
    const { emulator } = await setUp();
    const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
    const { status, body } = await bound.post("/v2/organizations", { name: "another" });
    expect([status, readValue(body, "errors.0.context.scope_name")]).toEqual([403, "create_organizations"]);
  });

  test("expires after the maximum age and the grace period of the rotation policy", async () => {
    const { emulator, ada, path } = await setUp();
    const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
    await ada.patch(path("/security-settings"), { api_key_rotation: { max_age_days: 90, grace_period_days: 7 } });
    emulator.control.advance(97 * 86_400);
    expect((await bound.get("/v2/users/me")).status).toBe(200);
    emulator.control.advance(1);
    expect((await bound.get("/v2/users/me")).status).toBe(401);
    expect((await ada.get("/v2/users/me")).status).toBe(200);
  });
});
