import { noOthers } from "./accessInventory";
import { createEntry } from "./entry";
import { chooseSpelling } from "./inventory";
import { inventory, invitation, member } from "./testing/inventories";

const asIs = (email: string) => email;

test("declares only the owner of an organization with defaults", () => {
  const { entry, leftOut } = createEntry(inventory("acme"), asIs);
  expect(entry).toMatchObject({ name: "acme", settings: { owner: "ada@acme.example" } });
  expect(Object.keys(entry?.settings ?? {})).toEqual(["owner"]);
  expect([...(entry?.roles ?? [])]).toEqual([["ada@acme.example", "admin"]]);
  expect(leftOut).toEqual([]);
});

test("if the allowlist overlaps itself, leaves out all security settings and records the reason and the values", () => {
  const blocks = ["10.0.0.0/8", "10.1.0.1/16"].map((cidr) => ({ cidr, description: null }));
  const security = { requireTwoFactor: true, ipAllowlist: blocks, sessionTimeout: 300, apiKeyRotation: null };
  const billing = { billingEmail: "bills@acme.example", paymentMethod: null, usageAlerts: [] };
  const { entry, leftOut } = createEntry(inventory("acme", { security, billing }), asIs);
  expect(entry?.settings).toEqual({ owner: "ada@acme.example", billing: { billingEmail: "bills@acme.example" } });
  const reason =
    "organizations.acme.security.ipAllowlist[1] 10.1.0.0/16 overlaps 10.0.0.0/8: keep only one of the two, such as the wider block";
  const value = { requireTwoFactor: true, ipAllowlist: ["10.0.0.0/8", "10.1.0.0/16"], sessionTimeout: "5m" };
  expect(leftOut).toEqual([{ organization: "acme", part: "security", reasons: [reason], value }]);
});

test("leaves out an allowlist that allows every address, because a layout declares an empty list instead", () => {
  const ipAllowlist = [{ cidr: "0.0.0.0/0", description: null }];
  const security = { requireTwoFactor: false, ipAllowlist, sessionTimeout: null, apiKeyRotation: null };
  const { entry, leftOut } = createEntry(inventory("acme", { security }), asIs);
  expect(entry?.settings.security).toBeUndefined();
  expect(leftOut.map(({ part }) => part)).toEqual(["security"]);
});

test("leaves out billing settings if layouts reject their address", () => {
  const billing = { billingEmail: "bills@localhost", paymentMethod: "invoice" as const, usageAlerts: [] };
  const { entry, leftOut } = createEntry(inventory("acme", { billing }), asIs);
  expect(entry?.settings.billing).toBeUndefined();
  expect(leftOut).toMatchObject([{ part: "billing", value: { billingEmail: "bills@localhost" } }]);
});

test("leaves out an organization if layouts reject a person's address, because the layout would remove the person", () => {
  const people = [member("ada@acme.example", "admin"), member("müller@acme.example", "viewer")];
  const { entry, leftOut } = createEntry(inventory("acme", { people }), asIs);
  expect(entry).toBeUndefined();
  expect(leftOut).toMatchObject([
    { part: "organization", reasons: [expect.stringContaining("müller@acme.example")], value: { people: {} } },
  ]);
});

test("writes one entry for a person with two spellings, with the spelling of the account", () => {
  const all = [
    inventory("acme-dev", { people: [member("ada@acme.example", "admin"), invitation("bob@acme.example", "viewer")] }),
    inventory("acme-lab", { people: [member("ada@acme.example", "admin"), member("Bob@acme.example", "viewer")] }),
  ];
  const spelled = chooseSpelling(all);
  const emails = all.flatMap((one) => [...(createEntry(one, spelled).entry?.roles.keys() ?? [])]);
  expect(emails).toEqual(["ada@acme.example", "Bob@acme.example", "ada@acme.example", "Bob@acme.example"]);
});

test("leaves out only the group with a stranger, not another one whose name begins alike", () => {
  const group = (name: string, email: string) => ({
    id: `prn:1:acme/${name}`,
    name,
    description: null,
    members: [{ id: `prn:1:${email}`, email }],
  });
  const access = {
    groups: [group("field", "eve@acme.example"), group("fie", "ada@acme.example")],
    projects: [],
    tunnelPolicies: new Map(),
    others: noOthers,
  };
  const { entry, leftOut } = createEntry(inventory("acme", { access }), asIs);
  expect(entry?.settings.groups).toEqual({ fie: { members: ["ada@acme.example"] } });
  expect(leftOut).toMatchObject([
    { part: "group", name: "field", reasons: [expect.stringContaining("eve@acme.example, who has no role in acme")] },
  ]);
});
