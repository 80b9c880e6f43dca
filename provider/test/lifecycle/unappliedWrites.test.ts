import { dialects } from "../support/dialect";
import { type Program, secret, type Wire } from "../support/engine";
import { dev, member, organization, part, policy, roster } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

let world: World;
afterEach(() => world.end());

/** Peridio answers the next such request with success, but carries it out with these values. */
function misapply(operation: string, alter: Wire): void {
  world.emulator.control.fault({ operation, effect: { alter } });
}

const outputs = (name: string) => world.engine.state.get(name)?.outputs;

/** Expects a failure with this text. The next `up` of the same program writes again, and the one after that writes nothing. */
async function failsOnce(program: Program, text: RegExp, repair: readonly string[]): Promise<void> {
  expect(await refusal(world.engine.up(program))).toMatch(text);
  world.requests();
  await world.engine.up(program);
  expect(world.writes()).toEqual(repair);
  await world.engine.up(program);
  expect(world.writes()).toEqual([]);
}

describe.each(dialects)("with $backend, a write that Peridio does not apply as requested is a failure:", (dialect) => {
  const { operations, roles, sends } = dialect;
  beforeEach(async () => (world = await World.on(dialect.backend)));

  test("the role of an invitation", async () => {
    await world.engine.up(dev);
    misapply(operations.invite, { role: roles.low });
    const program = { ...dev, bob: member(bob, roles.high) };
    const text = new RegExp(
      `^Membership acme-dev/bob@acme\\.example could not be created: Peridio accepted the request but did not apply it as requested: ` +
        `\`role\` is "${roles.low}" instead of "${roles.high}"\\. Run \`pulumi up\` again\\. If it fails again, send this message to Peridio's support\\. \\(POST .*, HTTP 201, request [\\w-]+\\)$`,
    );
    const failed = world.engine.up(program);
    expect(await refusal(failed)).toMatch(text);
    expect(outputs("bob")).toMatchObject({ email: bob, role: roles.low, status: "pending" });
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, roles.high)]);
  });

  test("the role of a member", async () => {
    await world.settle({ ...dev, bob: member(bob, roles.low) }, [bob]);
    misapply(operations.setRole, { role: roles.low });
    await failsOnce(
      { ...dev, bob: member(bob, roles.high) },
      /^Membership acme-dev\/bob@acme\.example could not be updated: .*`role` is .* \((PUT|PATCH) .*, HTTP 200, request [\w-]+\)$/,
      [sends.setRole(roles.high)],
    );
  });

  test("a role in a roster", async () => {
    await world.settleRoster({ [ada]: "admin", [bob]: roles.low });
    misapply(operations.setRole, { role: roles.low });
    await failsOnce(
      { ...dev, all: roster({ [ada]: "admin", [bob]: roles.high }) },
      /^OrganizationMembers acme-dev could not be updated: bob@acme\.example: Peridio returned the role/,
      [sends.setRole(roles.high)],
    );
  });
});

describe.each(dialects)("with $backend, the deletion of a Membership", ({ backend, operations, roles, sends }) => {
  const people = { ...dev, bob: member(bob, roles.low), carl: member(carl, roles.low) };
  beforeEach(async () => {
    world = await World.on(backend);
    await world.settle(people, [bob]);
  });

  test.each([
    ["the removal of a member", "remove", "carl", bob],
    ["the revocation of an invitation", "revoke", "bob", carl],
  ] as const)("fails if %s changed nothing, and the entry stays", async (_, operation, left, email) => {
    world.emulator.control.fault({ operation: operations[operation], effect: "acknowledge" });
    const program = { ...dev, [left]: people[left] };
    expect(await refusal(world.engine.up(program))).toContain(
      `Membership acme-dev/${email} could not be deleted: Peridio accepted the request but did not apply it as requested: ${email} is still in the organization. Run the command again.`,
    );
    expect([...world.engine.state.keys()].sort()).toEqual(["bob", "carl", "dev"]);
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual([sends[operation]]);
    expect([...world.engine.state.keys()].sort()).toEqual(["dev", left].sort());
  });
});

test("the deletion of an Organization that changed nothing fails, and the entry stays", async () => {
  world = await World.on("admin-v2");
  await world.engine.up(dev);
  world.emulator.control.fault({ method: "DELETE", effect: "acknowledge" });
  const id = world.engine.state.get("dev")?.id ?? "";
  expect(await refusal(world.engine.destroy())).toMatch(
    new RegExp(
      `^Organization acme-dev could not be deleted: .*: ${id} still exists\\..* \\(DELETE \\S+, HTTP 20\\d, request \\S+\\)$`,
    ),
  );
  expect([...world.engine.state.keys()]).toEqual(["dev"]);
  await world.engine.destroy();
  expect(world.emulator.state.organizations).toEqual([]);
});

describe("with Avocado Connect, a deletion that changed nothing fails, and the entry stays:", () => {
  const parts: Program = {
    ...dev,
    field: part("Group", { name: "field" }),
    firmware: part("Project", { name: "firmware", everyoneEnabled: true }),
    canary: {
      type: "Cohort",
      inputs: (id) => ({ projectId: id("firmware"), name: "canary", everyoneEnabled: true }),
    },
    ci: part("OrganizationApiToken", { name: "ci" }),
    alerts: part("Webhook", { url: "https://acme.example" }),
    factory: part("ClaimToken", { name: "factory", maxUses: 1 }),
  };
  beforeEach(async () => {
    world = await World.on("connect");
    await world.engine.up(parts);
  });

  test.each([
    ["Group_delete", "field"],
    ["Project_delete", "firmware"],
    ["Cohort_delete", "canary"],
    ["OrgApiToken_delete", "ci"],
    ["Webhook_delete", "alerts"],
    ["ClaimToken_delete", "factory"],
  ])("%s", async (operation, name) => {
    world.emulator.control.fault({ operation, effect: "acknowledge" });
    const id = world.engine.state.get(name)?.id ?? "";
    const kept = Object.fromEntries(Object.entries(parts).filter(([other]) => other !== name && other !== "canary"));
    const text = await refusal(world.engine.up(kept));
    expect(text).toContain(
      `could not be deleted: Peridio accepted the request but did not apply it as requested: ${id} still exists.`,
    );
    expect(text).toMatch(/ \(DELETE \S+, HTTP 20\d, request [\w-]+\)$/);
    expect(world.engine.state.get(name)?.id).toBe(id);
    await world.engine.up(kept);
    expect(world.engine.state.has(name)).toBe(false);
  });
});

describe.each(dialects)("with $backend, a roster reports a request that changed nothing:", (dialect) => {
  const { backend, operations, roles, sends, stored } = dialect;
  const acknowledge = (operation: string): void => {
    world.emulator.control.fault({ operation, effect: "acknowledge" });
  };
  const all = (members: Readonly<Record<string, string>>) => ({
    ...dev,
    all: roster(members, { maxRemovals: "100%" }),
  });
  const both = all({ [ada]: "admin", [bob]: roles.low });
  const accepted = "Peridio accepted the request but did not apply it as requested";
  beforeEach(async () => {
    world = await World.on(backend);
    await world.settle(both, [bob]);
  });

  test("the removal of a member", async () => {
    acknowledge(operations.remove);
    await failsOnce(all({ [ada]: "admin" }), /`members\["bob@acme\.example"\]` is "\w+" instead of no value/, [
      sends.remove,
    ]);
  });

  test("the revocation of an invitation", async () => {
    await world.engine.up(all({ [ada]: "admin", [bob]: roles.low, [carl]: roles.low }));
    acknowledge(operations.revoke);
    await failsOnce(both, /`members\["carl@acme\.example"\]` is "\w+" instead of no value/, [sends.revoke]);
  });

  test("the role of a member, although the response shows the new role", async () => {
    acknowledge(operations.setRole);
    const promoted = all({ [ada]: "admin", [bob]: roles.high });
    await failsOnce(promoted, new RegExp(`is "${roles.low}" instead of "${roles.high}"`), [sends.setRole(roles.high)]);
  });

  test("a promotion to admin, before the other admin is removed", async () => {
    world.emulator.control.addMember(carl, "acme-dev", "admin");
    await world.engine.refresh();
    world.requests();
    acknowledge(operations.setRole);
    const promoted = all({ [ada]: "admin", [bob]: "admin" });
    expect(await refusal(world.engine.up(promoted))).toContain(
      `${accepted}: bob@acme.example has the role ${roles.low} instead of admin. The provider demoted no one, and made no further removal.`,
    );
    expect(world.writes()).toEqual([sends.setRole("admin")]);
    await world.engine.up(promoted);
    expect(world.writes()).toEqual([sends.setRole("admin"), sends.remove]);
  });

  test.each([
    ["remove", stored.low],
    ["revoke", undefined],
  ] as const)("a deletion (%s), whose entry stays", async (operation, role) => {
    if (role !== undefined) world.emulator.control.addMember(carl, "acme-dev", role);
    await world.engine.up(all({ [ada]: "admin", [bob]: roles.low, [carl]: roles.low }));
    acknowledge(operations[operation]);
    const text = await refusal(world.engine.up(dev));
    expect(text).toMatch(
      new RegExp(
        `^OrganizationMembers acme-dev could not be deleted: ${accepted}: \\w+@acme\\.example is still in the organization\\.`,
      ),
    );
    expect(text).toContain("The provider already removed these people, although the state still contains them: ");
    expect(outputs("all")).toBeDefined();
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual([sends[operation]]);
  });
});

describe("with admin-v2, a write that Peridio does not apply as requested is a failure:", () => {
  beforeEach(async () => (world = await World.begin()));

  test("a property of a new organization", async () => {
    misapply("create-an-organization", { display_name: "Acme", contact_email: null });
    const details = { displayName: "Development", contactEmail: "Devices@acme.example" };
    await failsOnce(
      { dev: organization("acme-dev", details) },
      /^Organization acme-dev could not be created: Peridio accepted the request but did not apply it as requested: `displayName` is "Acme" instead of "Development"; `contactEmail` has no value instead of "Devices@acme\.example"\. .*\(POST \/v2\/organizations, HTTP 201, request [\w-]+\)$/,
      ['PATCH {"display_name":"Development","contact_email":"Devices@acme.example"}'],
    );
  });

  test("a property of an organization", async () => {
    await world.engine.up(dev);
    misapply("update-an-organization", { description: "Lab" });
    const program = { dev: organization("acme-dev", { description: "Devices in the field" }) };
    await failsOnce(program, /could not be updated: .*`description` is "Lab" instead of "Devices in the field"\./, [
      'PATCH {"description":"Devices in the field"}',
    ]);
  });

  test("a setting, and the state contains the value of the response", async () => {
    await world.engine.up(dev);
    misapply("update-security-settings", { two_factor_required: false });
    const program = { ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "8h" }) };
    const text = /^SecurityPolicy acme-dev could not be created: .*`requireTwoFactor` is false instead of true\. /;
    expect(await refusal(world.engine.up(program))).toMatch(text);
    expect(outputs("policy")).toMatchObject({ requireTwoFactor: false, sessionTimeout: "8h" });
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":true}']);
  });

  test("a return to the default", async () => {
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "8h" }) });
    misapply("update-security-settings", { session_timeout: 3600 });
    const text = /could not be updated: .*`sessionTimeout` is "1h" instead of no value\./;
    await failsOnce({ ...dev, policy: policy({ requireTwoFactor: true }) }, text, [
      'PATCH security-settings {"session_timeout":null}',
    ]);
  });

  test("a deletion of a policy, whose entry stays", async () => {
    await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true }) });
    misapply("update-security-settings", { two_factor_required: true });
    expect(await refusal(world.engine.up(dev))).toMatch(
      /^SecurityPolicy acme-dev could not be deleted: Peridio accepted the request but did not apply it as requested: requireTwoFactor did not return to the default\. /,
    );
    expect(outputs("policy")).toMatchObject({ requireTwoFactor: true });
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":false}']);
  });

  test("a billing setting", async () => {
    const billing = (settings: Wire): Program => ({
      ...dev,
      billing: { type: "BillingSettings", inputs: (id) => ({ organizationId: id("dev"), ...settings }) },
    });
    await world.engine.up(dev);
    misapply("update-billing-settings", { usage_alerts: [] });
    const usageAlerts = [{ resourceType: "users", thresholdPercent: 90 }];
    const text =
      /^BillingSettings .*`usageAlerts` is \[\] instead of \[\{"resourceType":"users","thresholdPercent":90\}\]\./;
    await failsOnce(billing({ billingEmail: "invoices@acme.example", usageAlerts }), text, [
      'PATCH billing-settings {"usage_alerts":[{"resource_type":"users","threshold_percent":90}]}',
    ]);
  });

  test("a transfer of ownership", async () => {
    const owner = (email: string): Program => ({
      ...dev,
      owner: { type: "OrganizationOwner", inputs: (id) => ({ organizationId: id("dev"), email }) },
    });
    await world.engine.up(owner(ada));
    const { control } = world.emulator;
    for (const email of [bob, carl]) control.addMember(email, "acme-dev", "admin");
    misapply("transfer-ownership", { new_owner: "carl@acme.example" });
    expect(await refusal(world.engine.up(owner(bob)))).toMatch(
      /^OrganizationOwner acme-dev could not be updated: .*`email` is "carl@acme\.example" instead of "bob@acme\.example"\./,
    );
    expect(outputs("owner")).toMatchObject({ email: "carl@acme.example" });
    // Only the owner can repair it.
    await expect(world.engine.up(owner(bob))).rejects.toThrow(
      /this operation requires the API key of the organization's owner, carl@acme\.example/,
    );
  });

  test("another spelling, and the remedy is to declare it", async () => {
    misapply("create-an-organization", { display_name: "acme  DEV", description: "Lab" });
    const text = await refusal(
      world.engine.up({ dev: organization("acme-dev", { displayName: "Acme Dev", description: "Devices" }) }),
    );
    expect(text).toContain(
      "If it fails again, declare the returned value of `displayName`, or send this message to Peridio's support",
    );
  });

  test.each<[string, Wire, Wire]>([
    ["a switch", { requireTwoFactor: true }, { two_factor_required: false }],
    ["a duration", { sessionTimeout: "8h" }, { session_timeout: 3600 }],
  ])("%s, and the remedy is not to declare the value of the response", async (_, settings, alter) => {
    await world.engine.up(dev);
    misapply("update-security-settings", alter);
    const text = await refusal(world.engine.up({ ...dev, policy: policy(settings) }));
    expect(text).toContain("If it fails again, send this message to Peridio's support.");
  });

  test("a long value is not quoted", async () => {
    await world.engine.up(dev);
    misapply("update-security-settings", { ip_allowlist: [] });
    const ipAllowlist = Array.from({ length: 20 }, (_, index) => ({ cidr: `10.0.${index}.0/24` }));
    expect(await refusal(world.engine.up({ ...dev, policy: policy({ ipAllowlist, allowLockout: true }) }))).toContain(
      "`ipAllowlist` is [] instead of a list of 20 entries",
    );
  });

  test("the message contains neither value of a secret property", async () => {
    await world.engine.up(dev);
    misapply("update-an-organization", { description: "The lock is 123" });
    const program = { dev: organization("acme-dev", { description: secret("The lock is 1234") }) };
    const text = await refusal(world.engine.up(program));
    expect(text).toContain("`description` differs from the requested secret value");
    expect(text).not.toContain("lock");
  });

  test.each<[string, Wire]>([
    [
      "another spelling of a block",
      { ip_allowlist: [{ cidr: "2001:DB8:0::/32", description: null }, { cidr: "127.0.0.0/8" }] },
    ],
    ["the same duration", { session_timeout: 28_800 }],
    ["no grace period", { api_key_rotation: { max_age_days: 90 } }],
  ])("but %s is not a difference", async (_, alter) => {
    await world.engine.up(dev);
    misapply("update-security-settings", alter);
    const settings = {
      ipAllowlist: [{ cidr: "127.0.0.0/8" }, { cidr: "2001:db8::/32" }],
      allowLockout: true,
      sessionTimeout: "480m",
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 0 },
    };
    await world.engine.up({ ...dev, policy: policy(settings) });
    world.requests();
    await world.engine.up({ ...dev, policy: policy(settings) });
    expect(world.writes()).toEqual([]);
  });

  test("but the case of an address is not a difference", async () => {
    misapply("create-an-organization", { contact_email: "DEVICES@acme.example" });
    await world.engine.up({ dev: organization("acme-dev", { contactEmail: "devices@acme.example" }) });
    expect(outputs("dev")).toMatchObject({ contactEmail: "devices@acme.example" });
  });
});
