import type { Declared, Wire } from "../support/engine";
import { dev } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

const devices = { resourceType: "devices", thresholdPercent: 80 };
const users = { resourceType: "users", thresholdPercent: 90 };

/** The billing settings of the organization that the program calls `dev`. */
function billing(settings: Wire, more: Partial<Declared> = {}): Declared {
  return { type: "BillingSettings", inputs: (id) => ({ organizationId: id("dev"), ...settings }), ...more };
}

async function withBilling(settings: Wire): Promise<void> {
  await world.engine.up({ ...dev, billing: billing(settings) });
  world.requests();
}

describe("creating", () => {
  test("sends the declared settings in one PATCH", async () => {
    await world.engine.up(dev);
    world.requests();
    const settings = { billingEmail: "invoices@acme.example", paymentMethod: "invoice", usageAlerts: [devices] };
    await world.engine.up({ ...dev, billing: billing(settings) });
    expect(world.requests()).toEqual([
      "GET billing-settings",
      'PATCH billing-settings {"billing_email":"invoices@acme.example","payment_method":"invoice","usage_alerts":[{"resource_type":"devices","threshold_percent":80}]}',
    ]);
    expect(world.engine.state.get("billing")?.outputs).toMatchObject(settings);
  });

  test("sends nothing if the settings equal the declaration", async () => {
    await world.engine.up(dev);
    await world.emulator.control.updateBillingSettings("acme-dev", { billing_email: "invoices@acme.example" });
    world.requests();
    await world.engine.up({ ...dev, billing: billing({ billingEmail: "Invoices@acme.example" }) });
    expect(world.writes()).toEqual([]);
  });

  test("a preview rejects the overwriting of existing settings", async () => {
    await world.engine.up(dev);
    await world.emulator.control.updateBillingSettings("acme-dev", {
      payment_method: "invoice",
      usage_alerts: [{ resource_type: "users", threshold_percent: 90 }],
    });
    world.requests();
    const program = { ...dev, billing: billing({ paymentMethod: "invoice", usageAlerts: [devices] }) };
    const refusal = new Error(
      'BillingSettings acme-dev already exists with settings that differ from the defaults (usageAlerts = [{"resourceType":"users","thresholdPercent":90}]). ' +
        "Another program or person may manage this object, so the provider did not adopt it. To manage the object in this program, run `pulumi import peridio:index:BillingSettings billing acme-dev`. " +
        "If you only renamed or moved the resource in your program, set the resource option `aliases` to the old name or parent instead.",
    );
    await expect(world.engine.preview(program)).rejects.toThrow(refusal);
    await expect(world.engine.up(program)).rejects.toThrow(refusal);
    expect(world.writes()).toEqual([]);
  });

  test("a missing credit card is an error with the remedy, and the state does not change", async () => {
    await expect(world.engine.up({ ...dev, billing: billing({ paymentMethod: "credit_card" }) })).rejects.toThrow(
      /^BillingSettings acme-dev could not be created: Peridio has no credit card for this organization\. Enter a card in Peridio's console and run the command again, or set `paymentMethod: invoice`\. .*request /,
    );
    expect([...world.engine.state.keys()]).toEqual(["dev"]);
    world.emulator.control.setBelongings("acme-dev", { card_on_file: true });
    await world.engine.up({ ...dev, billing: billing({ paymentMethod: "credit_card" }) });
    expect(world.engine.state.get("billing")?.outputs).toMatchObject({ paymentMethod: "credit_card" });
  });

  test("after a lost response, the PATCH is repeated", async () => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: "update-billing-settings", when: "after", effect: "drop" });
    await world.engine.up({ ...dev, billing: billing({ paymentMethod: "invoice" }) });
    expect(await world.engine.preview({ ...dev, billing: billing({ paymentMethod: "invoice" }) })).toEqual([
      { op: "same", name: "dev" },
      { op: "same", name: "billing" },
    ]);
  });
});

describe("another spelling is not a change:", () => {
  test.each<[string, Wire, Wire]>([
    ["the order of alerts", { usageAlerts: [devices, users] }, { usageAlerts: [users, devices] }],
    ["the case of the address", { billingEmail: "Bills@Acme.example" }, { billingEmail: "bills@acme.example" }],
  ])("%s", async (_, before, after) => {
    await withBilling(before);
    expect(await world.engine.up({ ...dev, billing: billing(after) })).toContainEqual({ op: "same", name: "billing" });
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.writes()).toEqual([]);
  });
});

describe("changing", () => {
  test("sends only what changed", async () => {
    await withBilling({ paymentMethod: "invoice", usageAlerts: [devices] });
    const steps = await world.engine.up({
      ...dev,
      billing: billing({ paymentMethod: "invoice", usageAlerts: [devices, users] }),
    });
    expect(steps).toContainEqual({ op: "update", name: "billing", diff: { usageAlerts: "update" } });
    expect(world.requests()).toEqual([
      "GET billing-settings",
      'PATCH billing-settings {"usage_alerts":[{"resource_type":"devices","threshold_percent":80},{"resource_type":"users","threshold_percent":90}]}',
    ]);
  });

  test("a removed property returns to its default, and the others stay", async () => {
    await withBilling({ billingEmail: "bills@acme.example", paymentMethod: "invoice", usageAlerts: [devices] });
    expect(await world.engine.up({ ...dev, billing: billing({ paymentMethod: "invoice" }) })).toContainEqual({
      op: "update",
      name: "billing",
      diff: { billingEmail: "delete", usageAlerts: "delete" },
    });
    expect(world.writes()).toEqual(['PATCH billing-settings {"billing_email":null,"usage_alerts":[]}']);
  });

  test("outside Pulumi is drift for a declared setting only", async () => {
    await withBilling({ paymentMethod: "invoice" });
    await world.emulator.control.updateBillingSettings("acme-dev", {
      payment_method: null,
      billing_email: "bills@acme.example",
    });
    expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "billing", diff: { paymentMethod: "add" } }]);
    world.requests();
    await world.engine.up({ ...dev, billing: billing({ paymentMethod: "invoice" }) });
    expect(world.writes()).toEqual(['PATCH billing-settings {"payment_method":"invoice"}']);
  });

  test("a key without permission is rejected with the required role", async () => {
    await withBilling({ paymentMethod: "invoice" });
    const { control } = world.emulator;
    control.addMember("bob@acme.example", "acme-dev", "admin");
    await control.transferOwnership("bob@acme.example", "acme-dev");
    await control.setRole("ada@acme.example", "acme-dev", "manager");
    await expect(world.engine.up({ ...dev, billing: billing({ paymentMethod: "credit_card" }) })).rejects.toThrow(
      /^BillingSettings acme-dev could not be updated: ada@acme\.example is a manager of organization acme-dev, but this operation requires the role admin\. Use the API key of an admin/,
    );
  });
});

describe("deleting", () => {
  test("returns only the declared settings to their defaults", async () => {
    await withBilling({ paymentMethod: "invoice" });
    await world.emulator.control.updateBillingSettings("acme-dev", { billing_email: "bills@acme.example" });
    world.requests();
    await world.engine.up(dev);
    expect(world.requests()).toEqual(["GET billing-settings", 'PATCH billing-settings {"payment_method":null}']);
  });

  test("sends nothing if the settings are at their defaults", async () => {
    await withBilling({ usageAlerts: [] });
    await world.engine.up(dev);
    expect(world.writes()).toEqual([]);
  });

  test("a renamed resource resets nothing", async () => {
    await withBilling({ paymentMethod: "invoice" });
    await world.engine.up({ ...dev, invoices: billing({ paymentMethod: "invoice" }) });
    expect(world.writes()).toEqual([]);
    expect([...world.engine.state.keys()]).toEqual(["dev", "invoices"]);
  });
});

describe("a preview rejects invalid settings:", () => {
  test.each<[string, Wire, string[]]>([
    [
      "an invalid address",
      { billingEmail: "Ada" },
      ["billingEmail: must be an e-mail address, such as ada@acme.example"],
    ],
    [
      "an alert that is listed twice",
      { usageAlerts: [devices, users, devices] },
      ["usageAlerts[2]: devices at 80 percent is listed twice: keep one of the two"],
    ],
    [
      "values out of range",
      {
        usageAlerts: [
          { resourceType: "users", thresholdPercent: 0 },
          { resourceType: "users", thresholdPercent: 101 },
        ],
      },
      [
        "usageAlerts[0].thresholdPercent: must be at least 1 percent",
        "usageAlerts[1].thresholdPercent: must be at most 100 percent",
      ],
    ],
    [
      "the number of a card",
      { cardNumber: "4242424242424242" },
      [
        "cardNumber: is not a property of BillingSettings. The properties are organizationId, billingEmail, paymentMethod, usageAlerts",
      ],
    ],
  ])("%s", async (_, settings, failures) => {
    await expect(world.engine.preview({ ...dev, billing: billing(settings) })).rejects.toThrow(
      new Error(failures.join("\n")),
    );
  });
});

test.each(["name", "PRN"])(
  "an import by the organization's %s declares the settings that are not at their defaults",
  async (form) => {
    await world.engine.up(dev);
    await world.emulator.control.updateBillingSettings("acme-dev", { billing_email: "bills@acme.example" });
    const prn = world.engine.state.get("dev")?.id ?? "";
    expect(await world.engine.import("billing", "BillingSettings", form === "name" ? "acme-dev" : prn)).toEqual({
      organizationId: prn,
      billingEmail: "bills@acme.example",
    });
  },
);
