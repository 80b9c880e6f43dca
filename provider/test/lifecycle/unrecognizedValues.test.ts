import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import type { Program, Wire } from "../support/engine";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

let world: World;
afterEach(() => world.end());

describe.each(dialects)("with $backend", ({ ownerRole, backend, roles: { high, low }, stored, operations, sends }) => {
  const { invite, listInvitations, listMembers } = operations;
  const programs = [
    ["a Membership", { ...dev, bob: member(bob, low) }],
    ["a roster", { ...dev, all: roster({ [ada]: "admin", [bob]: low }) }],
  ] as const;
  beforeEach(async () => (world = await World.on(backend)));

  test.each(programs)("%s does not need the informative fields of a person", async (_, program) => {
    const informative = [
      "expires_at",
      "inviter",
      "inserted_at",
      "name",
      "username",
      "last_active_at",
      "two_factor_enabled",
    ];
    const without = (of: string) =>
      ({ times: "always", effect: { omit: informative.map((name) => `${of}.${name}`) } }) as const;
    world.emulator.control.fault({ operation: invite, ...without("data") });
    world.emulator.control.fault({ operation: listInvitations, ...without("data.*") });
    world.emulator.control.fault({ operation: listMembers, ...without("data.*") });
    await world.engine.up(dev);
    await world.engine.up(program);
    await world.engine.refresh();
    world.emulator.control.accept(bob, "acme-dev");
    await world.engine.refresh();
    world.requests();
    await world.engine.up(program);
    await world.engine.up(dev);
    expect(world.writes()).toEqual([sends.remove]);
  });

  describe("a member with an unknown role", () => {
    const all = (members: Wire, settings: Wire = {}) => ({ ...dev, all: roster(members, settings) });
    const three = { [ada]: "admin", [bob]: low, [carl]: low };
    const promote = () => {
      world.emulator.control.fault({
        operation: listMembers,
        times: "always",
        effect: { set: { "data.1.role": "auditor" } },
      });
    };
    const unknown = 'bob@acme.example has the role "auditor", which this provider does not know. Update the provider';

    test("is ignored by a roster whose `ignore` matches", async () => {
      const others = { [ada]: "admin", [carl]: low };
      await world.engine.up(dev);
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
      await world.settle(all(others, { ignore: [bob] }), [carl]);
      promote();
      await world.engine.up(all({ ...others, [carl]: high }, { ignore: [bob] }));
      expect(world.writes()).toEqual([sends.setRole(high)]);
    });

    test.each([
      ["declares", { ...three, [carl]: high }],
      ["would remove", { [ada]: "admin", [carl]: high }],
    ])("is refused by a roster that %s that person", async (_, members) => {
      await world.settleRoster(three);
      promote();
      expect(await refusal(world.engine.up(all(members, { maxRemovals: "100%" })))).toContain(unknown);
      expect(world.writes()).toEqual([]);
    });

    test("appears in a refresh of the roster, and is removed with it", async () => {
      await world.settleRoster(three, { maxRemovals: "100%" });
      promote();
      await world.engine.refresh();
      expect(world.engine.state.get("all")?.outputs.members).toEqual({ ...three, [bob]: "auditor" });
      world.requests();
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove, sends.remove]);
    });

    test("blocks only the Membership of that person, which can be deleted", async () => {
      const people = { ...dev, bob: member(bob, low), carl: member(carl, low) };
      await world.settle(people, [bob, carl]);
      promote();
      await world.engine.refresh();
      expect(world.engine.state.get("bob")?.outputs.role).toBe("auditor");
      world.requests();
      expect(await refusal(world.engine.up(people))).toContain(unknown);
      expect(world.writes()).toEqual([]);
      await world.engine.up({ ...dev, carl: member(carl, high) });
      expect(world.writes()).toEqual([sends.setRole(high), sends.remove]);
    });

    test("is returned by getMembers", async () => {
      await world.settle(programs[0][1], [bob]);
      promote();
      const [result] = await world.engine.invoke(["getMembers", { organizationId: "acme-dev" }]);
      expect(result).toMatchObject({
        members: [
          { email: ada, role: ownerRole },
          { email: bob, role: "auditor" },
        ],
      });
    });
  });

  describe.each(programs)("an invitation with an unknown status by %s", (_, program) => {
    const isRoster = "all" in program;
    const other = isRoster
      ? { ...dev, all: roster({ [ada]: "admin", [bob]: high }) }
      : { ...dev, bob: member(bob, high) };
    const unknown = 'The invitation for bob@acme.example has the status "declined", which this provider does not know.';

    beforeEach(async () => {
      await world.engine.up(program);
      const effect = { set: { "data.0.status": "declined" } };
      world.emulator.control.fault({ operation: listInvitations, times: "always", effect });
      world.requests();
    });

    test("appears in the state, and is not sent again", async () => {
      await world.engine.refresh();
      expect(JSON.stringify([...world.engine.state])).toContain('"status":"declined"');
      await world.engine.up({ ...program, ...(!isRoster && { carl: member(carl, low) }) });
      expect(world.writes()).toEqual(isRoster ? [] : [sends.invite(carl, low)]);
    });

    test("is not changed", async () => {
      expect(await refusal(world.engine.up(other))).toContain(unknown);
      expect(world.writes()).toEqual([]);
    });

    test("is revoked when it leaves the program", async () => {
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.revoke]);
    });
  });

  test("an API key whose user has an unknown role is accepted", async () => {
    const effect = { set: { "data.organizations.*.role": "auditor" } };
    world.emulator.control.fault({ operation: operations.getCurrentUser, times: "always", effect });
    await world.engine.up(programs[0][1]);
    const [user] = await world.engine.invoke(["getCurrentUser", {}]);
    expect(user).toMatchObject({ organizations: [{ name: "acme-dev", role: "auditor" }] });
  });
});

describe("billing settings with an unknown payment method", () => {
  const billing = (settings: Wire): Program => ({
    ...dev,
    billing: { type: "BillingSettings", inputs: (id) => ({ organizationId: id("dev"), ...settings }) },
  });
  const change = { billingEmail: "invoices@acme.example" };
  beforeEach(async () => {
    world = await World.begin();
    const set = { "data.payment_method": "barter", "data.usage_alerts.*.resource_type": "rockets" };
    world.emulator.control.fault({ path: "/v2/organizations/*/billing-settings", times: "always", effect: { set } });
  });

  test("are managed by a resource that does not declare it", async () => {
    await world.engine.up(billing(change));
    await world.engine.refresh();
    expect(world.engine.state.get("billing")?.outputs).toMatchObject({ ...change, paymentMethod: "barter" });
  });

  test("are not adopted by a resource that declares it", async () => {
    await world.engine.up(dev);
    expect(await refusal(world.engine.up(billing({ paymentMethod: "invoice" })))).toContain('paymentMethod = "barter"');
  });
});
