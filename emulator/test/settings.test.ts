import { acme, at, faulty } from "./client";

async function security(sent: object) {
  const { ada, acmeDev } = await acme();
  return ada.patch(`${acmeDev}/security-settings`, sent);
}

async function billing(sent: object, card_on_file = false) {
  const { emulator, ada, acmeDev } = await acme();
  emulator.control.setBelongings("acme-dev", { card_on_file });
  return ada.patch(`${acmeDev}/billing-settings`, sent);
}

test("security settings are kept as sent, their defaults filled in", async () => {
  const { body } = await security({
    two_factor_required: true,
    ip_allowlist: [
      { cidr: "10.0.0.1/16", surplus: 1 },
      { cidr: "2001:DB8::/32", description: "Office" },
    ],
    session_timeout: 2_592_000,
    api_key_rotation: { max_age_days: 90, surplus: 1 },
  });
  expect(at(body, "data")).toMatchObject({
    two_factor_required: true,
    ip_allowlist: [
      { cidr: "10.0.0.1/16", description: null },
      { cidr: "2001:DB8::/32", description: "Office" },
    ],
    session_timeout: 2_592_000,
    api_key_rotation: { max_age_days: 90, grace_period_days: 0 },
  });
  expect(at(body, "data.ip_allowlist.0")).toEqual({ cidr: "10.0.0.1/16", description: null });
  expect(at(body, "data.api_key_rotation")).toEqual({ max_age_days: 90, grace_period_days: 0 });
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
])("security settings refuse %j under the name %s", async (sent, property) => {
  const { status, body } = await security(sent);
  expect([status, faulty(body)]).toEqual([422, [property]]);
});

test("a faulty property keeps the others from changing", async () => {
  const { ada, acmeDev } = await acme();
  await ada.patch(`${acmeDev}/security-settings`, { two_factor_required: true, session_timeout: 1 });
  expect(at((await ada.get(`${acmeDev}/security-settings`)).body, "data.two_factor_required")).toBe(false);
});

test("settings are reset by sending their initial values", async () => {
  const { ada, acmeDev } = await acme();
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

test("what is wrong with an allowlist is said entry by entry", async () => {
  const { body } = await security({
    ip_allowlist: [{ cidr: "203.0.113.0/33" }, { cidr: "10.0.0.1/8" }, { cidr: "10.0.0.2/8" }],
  });
  expect(body).toEqual({
    errors: {
      ip_allowlist: ["203.0.113.0/33 is not a valid CIDR block", "10.0.0.2/8 and 10.0.0.1/8 are the same block"],
    },
  });
});

test("billing settings are kept in order", async () => {
  const usage_alerts = [
    { resource_type: "users", threshold_percent: 90 },
    { resource_type: "devices", threshold_percent: 80 },
    { resource_type: "devices", threshold_percent: 100 },
  ];
  const sent = { billing_email: "invoices@acme.example", payment_method: "invoice", usage_alerts };
  expect(at((await billing(sent)).body, "data")).toMatchObject(sent);
});

test("a credit card pays only if one is on file", async () => {
  expect((await billing({ payment_method: "credit_card" })).status).toBe(422);
  expect(at((await billing({ payment_method: "credit_card" }, true)).body, "data.payment_method")).toBe("credit_card");
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
])("billing settings refuse %j under the name %s", async (sent, property) => {
  const { status, body } = await billing(sent);
  expect([status, faulty(body)]).toEqual([422, [property]]);
});
