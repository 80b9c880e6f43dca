import { createAcme, readValue, listInvalidProperties } from "./client";

async function security(sent: object) {
  const { ada, acmeDev } = await createAcme();
  return ada.patch(`${acmeDev}/security-settings`, sent);
}

async function billing(sent: object, card_on_file = false) {
  const { emulator, ada, acmeDev } = await createAcme();
  emulator.control.setBelongings("acme-dev", { card_on_file });
  return ada.patch(`${acmeDev}/billing-settings`, sent);
}

test("stores security settings as sent and fills in defaults", async () => {
  const { body } = await security({
    two_factor_required: true,
    ip_allowlist: [
      { cidr: "10.0.0.1/16", surplus: 1 },
      { cidr: "2001:DB8::/32", description: "Office" },
    ],
    session_timeout: 2_592_000,
    api_key_rotation: { max_age_days: 90, surplus: 1 },
  });
  expect(readValue(body, "data")).toMatchObject({
    two_factor_required: true,
    ip_allowlist: [
      { cidr: "10.0.0.1/16", description: null },
      { cidr: "2001:DB8::/32", description: "Office" },
    ],
    session_timeout: 2_592_000,
    api_key_rotation: { max_age_days: 90, grace_period_days: 0 },
  });
  expect(readValue(body, "data.ip_allowlist.0")).toEqual({ cidr: "10.0.0.1/16", description: null });
  expect(readValue(body, "data.api_key_rotation")).toEqual({ max_age_days: 90, grace_period_days: 0 });
});

test.each([
  [{ two_factor_required: null }, "two_factor_required"],
  [{ two_factor_required: "yes" }, "two_factor_required"],
  [{ session_timeout: 299 }, "session_timeout"],
  [{ session_timeout: 2_592_001 }, "session_timeout"],
  [{ session_timeout: 300.5 }, "session_timeout"],
  [{ session_timeout: "300" }, "session_timeout"],
  [{ ip_allowlist: null }, "ip_allowlist"],
  [{ ip_allowlist: [{}] }, "ip_allowlist"],
  [{ ip_allowlist: [{ cidr: "10.0.0.1" }] }, "ip_allowlist"],
  [{ ip_allowlist: [{ cidr: "10.0.0.0/33" }] }, "ip_allowlist"],
  [{ ip_allowlist: [{ cidr: "10.0.0.0/8", description: "" }] }, "ip_allowlist"],
  [{ ip_allowlist: [{ cidr: "10.0.0.0/8" }, { cidr: "10.0.0.0/8" }] }, "ip_allowlist"],
  [{ ip_allowlist: [{ cidr: "2001:db8::/32" }, { cidr: "2001:DB8:0::/32" }] }, "ip_allowlist"],
  [{ ip_allowlist: Array.from({ length: 101 }, (_, i) => ({ cidr: `10.0.0.${i}/32` })) }, "ip_allowlist"],
  [{ api_key_rotation: {} }, "api_key_rotation"],
  [{ api_key_rotation: { max_age_days: 0 } }, "api_key_rotation"],
  [{ api_key_rotation: { max_age_days: 3651 } }, "api_key_rotation"],
  [{ api_key_rotation: { max_age_days: 1, grace_period_days: 91 } }, "api_key_rotation"],
  [{ api_key_rotation: 90 }, "api_key_rotation"],
])("security settings reject %j and name %s", async (sent, property) => {
  const { status, body } = await security(sent);
  expect([status, listInvalidProperties(body)]).toEqual([422, [property]]);
});

test("an invalid property prevents changes of the others", async () => {
  const { ada, acmeDev } = await createAcme();
  await ada.patch(`${acmeDev}/security-settings`, { two_factor_required: true, session_timeout: 1 });
  expect(readValue((await ada.get(`${acmeDev}/security-settings`)).body, "data.two_factor_required")).toBe(false);
});

test("sending the default values resets the settings", async () => {
  const { ada, acmeDev } = await createAcme();
  const path = `${acmeDev}/security-settings`;
  const before = (await ada.get(path)).body;
  await ada.patch(path, { two_factor_required: true, session_timeout: 300, api_key_rotation: { max_age_days: 1 } });
  await ada.patch(path, {
    two_factor_required: false,
    ip_allowlist: [],
    session_timeout: null,
    api_key_rotation: null,
  });
  expect((await ada.get(path)).body).toEqual(before);
});

test("reports every invalid entry of an allowlist", async () => {
  const { body } = await security({
    ip_allowlist: [{ cidr: "203.0.113.0/33" }, { cidr: "10.0.0.1/8" }, { cidr: "10.0.0.2/8" }],
  });
  expect(body).toEqual({
    errors: {
      ip_allowlist: ["203.0.113.0/33 is not a valid CIDR block", "10.0.0.2/8 and 10.0.0.1/8 are the same block"],
    },
  });
});

test("keeps the order of usage alerts", async () => {
  const usage_alerts = [
    { resource_type: "users", threshold_percent: 90 },
    { resource_type: "devices", threshold_percent: 80 },
    { resource_type: "devices", threshold_percent: 100 },
  ];
  const sent = { billing_email: "invoices@acme.example", payment_method: "invoice", usage_alerts };
  expect(readValue((await billing(sent)).body, "data")).toMatchObject(sent);
});

test("payment by credit card needs a card on file", async () => {
  expect((await billing({ payment_method: "credit_card" })).status).toBe(422);
  expect(readValue((await billing({ payment_method: "credit_card" }, true)).body, "data.payment_method")).toBe(
    "credit_card",
  );
});

test.each([
  [{ billing_email: "nobody" }, "billing_email"],
  [{ payment_method: "cash" }, "payment_method"],
  [{ usage_alerts: null }, "usage_alerts"],
  [{ usage_alerts: [{ resource_type: "users" }] }, "usage_alerts"],
  [{ usage_alerts: [{ resource_type: "cars", threshold_percent: 1 }] }, "usage_alerts"],
  [{ usage_alerts: [{ resource_type: "users", threshold_percent: 0 }] }, "usage_alerts"],
  [{ usage_alerts: [{ resource_type: "users", threshold_percent: 101 }] }, "usage_alerts"],
  [
    {
      usage_alerts: [
        { resource_type: "users", threshold_percent: 1 },
        { resource_type: "users", threshold_percent: 1 },
      ],
    },
    "usage_alerts",
  ],
])("billing settings reject %j and name %s", async (sent, property) => {
  const { status, body } = await billing(sent);
  expect([status, listInvalidProperties(body)]).toEqual([422, [property]]);
});

const counted = ["products", "devices", "webhooks"] as const;

test.each(counted)("an organization at its limit of %s cannot add more", async (type) => {
  const { emulator, ada, acmeDev } = await createAcme();
  const { control } = emulator;
  control.setLimits("acme-dev", { [type]: 2 });
  control.setBelongings("acme-dev", { [type]: 2 });
  const before = emulator.snapshot();
  expect(() => {
    control.setBelongings("acme-dev", { [type]: 3, outstanding_charges: 1 });
  }).toThrow(
    `${type}: 3 in acme-dev was refused: ` +
      `{"errors":[{"code":"conflict","context":{"reason":"limit_reached","resource_type":"${type}","limit":2}}]}`,
  );
  expect(emulator.snapshot()).toEqual(before);
  expect(readValue((await ada.get(`${acmeDev}/limits`)).body, `data.${type}`)).toMatchObject({ limit: 2, used: 2 });
});

test("an organization above a lowered limit can reduce its usage", async () => {
  const { control } = (await createAcme()).emulator;
  control.setBelongings("acme-dev", { devices: 9 });
  control.setLimits("acme-dev", { devices: 2 });
  control.setBelongings("acme-dev", { devices: 8, products: 1 });
  expect(control.getOrganization("acme-dev").belongings).toMatchObject({ devices: 8, products: 1 });
});

test("the limit of API keys counts the keys that are bound to the organization", async () => {
  const { control, state } = (await createAcme()).emulator;
  await control.createOrganization("elsewhere");
  control.setLimits("acme-dev", { api_keys: 1 });
  const [email, organization] = ["ada@acme.example", "acme-dev"];
  control.addApiKey(email);
  const key = control.addApiKey(email, { organization });
  const before = Object.keys(state.api_keys);
  expect(() => control.addApiKey(email, { organization })).toThrow(
    /"limit_reached","resource_type":"api_keys","limit":1/,
  );
  expect(Object.keys(state.api_keys)).toEqual(before);
  control.addApiKey(email);
  control.addApiKey(email, { organization: "elsewhere" });
  control.revokeApiKey(key);
  control.addApiKey(email, { organization });
});
