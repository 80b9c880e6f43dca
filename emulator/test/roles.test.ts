import { roles, type Role } from "../src/model/state";
import { acme, at, Client, clientOf, memberPath, text } from "./client";

const everybody = [...roles];
const admins: Role[] = ["admin"];
const nobody: Role[] = [];

/** Who may do what to an organization that somebody else owns. */
const rules: [may: Role[], method: string, path: string, body: object | undefined, scope: string][] = [
  [everybody, "GET", "", undefined, "read_organizations"],
  [["admin", "manager", "developer"], "PATCH", "", { description: "Ours" }, "update_organizations"],
  [nobody, "DELETE", "", undefined, "delete_organizations"],
  [everybody, "GET", "/deletion-readiness", undefined, "read_organizations"],
  [nobody, "POST", "/transfer-ownership", { new_owner: "bob@acme.example" }, "transfer_organizations"],
  [everybody, "GET", "/security-settings", undefined, "read_security_settings"],
  [["admin", "manager"], "PATCH", "/security-settings", { session_timeout: 300 }, "update_security_settings"],
  [everybody, "GET", "/billing-settings", undefined, "read_billing_settings"],
  [admins, "PATCH", "/billing-settings", { payment_method: "invoice" }, "update_billing_settings"],
  [everybody, "GET", "/limits", undefined, "read_limits"],
  [everybody, "GET", "/members", undefined, "read_members"],
  [everybody, "GET", "{bob}", undefined, "read_members"],
  [admins, "PATCH", "{bob}", { role: "viewer" }, "update_members"],
  [admins, "DELETE", "{bob}", undefined, "delete_members"],
  [everybody, "GET", "/invitations", undefined, "read_invitations"],
  [admins, "POST", "/invitations", { email: "dora@acme.example", role: "viewer" }, "create_invitations"],
  [everybody, "GET", "{invitation}", undefined, "read_invitations"],
  [admins, "DELETE", "{invitation}", undefined, "delete_invitations"],
];

async function stage() {
  const { emulator, ada, acmeDev } = await acme();
  emulator.control.addMember("bob@acme.example", "acme-dev", "manager");
  const invited = await ada.post(`${acmeDev}/invitations`, { email: "carl@acme.example", role: "viewer" });
  const path = (template: string) =>
    template === "{bob}"
      ? memberPath(emulator, "bob@acme.example")
      : `${acmeDev}${template.replace("{invitation}", `/invitations/${text(invited.body, "data.prn")}`)}`;
  return { emulator, ada, path };
}

describe.each(rules)("only %j may %s organization%s", (may, method, template, body, scope) => {
  test.each(roles)("as %s", async (role) => {
    const { emulator, path } = await stage();
    emulator.control.addMember("eve@acme.example", "acme-dev", role);
    const answer = await clientOf(emulator, "eve@acme.example").call(method, path(template), body);
    if (may.includes(role)) {
      expect(answer.status).toBeLessThan(300);
    } else {
      expect(answer.status).toBe(403);
      expect(at(answer.body, "errors.0.context.scope_name")).toBe(scope);
    }
  });
});

test("who may not do it learns that before what is wrong with the body", async () => {
  const { emulator, path } = await stage();
  emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  const eve = clientOf(emulator, "eve@acme.example");
  expect((await eve.patch(path("/security-settings"), { session_timeout: 1 })).status).toBe(403);
  expect((await eve.patch(path("/security-settings"), "{")).status).toBe(400);
});

describe("a key that is bound to one organization", () => {
  test("sees only that one, and says so", async () => {
    const { emulator } = await stage();
    await emulator.control.createOrganization("elsewhere");
    const ada = clientOf(emulator, "ada@acme.example");
    const { prn } = { prn: `prn:1:${emulator.control.organization("acme-dev").id}` };
    const key = emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" });
    const bound = new Client(emulator, key);
    expect(at((await ada.get("/v2/users/me")).body, "data")).toMatchObject({
      organization_prn: null,
      organizations: [{ name: "acme-dev" }, { name: "elsewhere" }],
    });
    expect(at((await bound.get("/v2/users/me")).body, "data")).toMatchObject({
      organization_prn: prn,
      organizations: [{ prn, name: "acme-dev", display_name: "acme-dev", role: "admin", is_owner: true }],
    });
    expect(await bound.list("/v2/organizations")).toMatchObject([{ name: "acme-dev" }]);
  });

  test("cannot create an organization", async () => {
    const { emulator } = await stage();
    const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
    const { status, body } = await bound.post("/v2/organizations", { name: "another" });
    expect([status, at(body, "errors.0.context.scope_name")]).toEqual([403, "create_organizations"]);
  });

  test("dies with the age that the rotation policy allows, its grace period included", async () => {
    const { emulator, ada, path } = await stage();
    const bound = new Client(emulator, emulator.control.addApiKey("ada@acme.example", { organization: "acme-dev" }));
    await ada.patch(path("/security-settings"), { api_key_rotation: { max_age_days: 90, grace_period_days: 7 } });
    emulator.control.advance(97 * 86_400);
    expect((await bound.get("/v2/users/me")).status).toBe(200);
    emulator.control.advance(1);
    expect((await bound.get("/v2/users/me")).status).toBe(401);
    expect((await ada.get("/v2/users/me")).status).toBe(200);
  });
});
