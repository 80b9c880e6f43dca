import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { requestFaults } from "./describedRequests";
import { all, emulated, type Emulated } from "./emulated";

const faults = requestFaults(parse(readFileSync(join(__dirname, "../../../api/admin-v2.openapi.yaml"), "utf8")));

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
afterAll(async () => peridio.close());

test("every request is as the document describes it", async () => {
  const { emulator, acme, client } = peridio;
  const backend = client();
  await backend.caller();
  await all(backend.organizations.list());
  await backend.organizations.find("acme");
  const { id } = await backend.organizations.create("globex", { displayName: "Globex", description: null });
  await backend.organizations.get(id);
  await backend.organizations.update(id, { contactEmail: "it@globex.example" });
  await backend.organizations.blockers(id);
  await backend.organizations.delete(id);
  const { id: invitationId } = await backend.invitations.create(acme, { email: "bob@acme.example", role: "viewer" }, new Set());
  await all(backend.invitations.list(acme, "pending"));
  await backend.invitations.revoke(acme, invitationId);
  for (let index = 0; index < 100; index++) emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
  const member = (await all(backend.members.list(acme))).at(-1);
  if (member === undefined) throw new Error("nobody is there");
  await backend.members.setRole(member, "developer");
  await backend.members.remove(acme, member.userId);
  await backend.securitySettings.get(acme);
  await backend.securitySettings.update(acme, {
    requireTwoFactor: true,
    ipAllowlist: [{ cidr: "127.0.0.0/8", description: "Here" }],
    sessionTimeout: 3_600,
    apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
  });
  await backend.billingSettings.get(acme);
  await backend.billingSettings.update(acme, {
    billingEmail: "invoices@acme.example",
    paymentMethod: "invoice",
    usageAlerts: [{ resourceType: "users", thresholdPercent: 90 }],
  });
  await backend.limits(acme);
  emulator.control.addMember("eve@acme.example", "acme", "admin");
  await backend.organizations.transferOwnership(acme, "eve@acme.example");

  const requests = emulator.requests();
  expect(requests.map((request) => [request.operation, faults(request)])).toEqual(
    requests.map(({ operation }) => [operation, []]),
  );
  expect(requests.every(({ status }) => status !== null && status < 300)).toBe(true);
  expect(new Set(requests.map(({ operation }) => operation)).size).toBe(19);
});

test("the check sees what the document does not know", () => {
  const path = "/v2/organizations";
  const request = { at: "", user_agent: null, request_id: "", status: 200, query: {}, method: "POST", path };
  const operation = "create-an-organization";
  expect(faults({ ...request, operation, body: { name: "acme", colour: "red" } })).toHaveLength(1);
  expect(faults({ ...request, operation, body: { display_name: "Acme" } })).toHaveLength(1);
  expect(faults({ ...request, operation, body: { name: "acme" }, path: "/v2/orgs" })).toHaveLength(1);
  const listing = { ...request, operation: "list-members", method: "GET", path: "/v2/organizations/x/members" };
  expect(faults({ ...listing, body: null, query: { colour: "red" } })).toHaveLength(2);
});
