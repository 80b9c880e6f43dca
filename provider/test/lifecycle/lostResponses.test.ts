import { readOverview } from "#emulator";
import { nightly } from "#testing";
import { dialects } from "../support/dialect";
import type { Program } from "../support/engine";
import { dev, member, organization, policy, roster } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

let world: World;
afterEach(() => world.end());

/** Returns the message of an `up` whose response is lost after the effect, with Ctrl-C meanwhile, or "done" if it succeeds. */
async function cut(program: Program, operation: string): Promise<string> {
  world.emulator.control.fault({ operation, when: "after", effect: "drop" });
  const said = await world.upCancelled(program, operation).then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  world.emulator.control.clearFaults();
  world.requests();
  return said;
}

const entries = () => [...world.engine.state.keys()];
const people = () =>
  readOverview(world.emulator).organizations.flatMap(({ members }) => members.map(({ email }) => email));
const failing = { times: "always", effect: { status: 500 } } as const;

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, operations, sends }) => {
  beforeEach(async () => (world = await World.on(backend)));
  const { setRole, invite, remove, listMembers } = operations;
  const before = { ...dev, bob: member(bob, low) };
  const after = { ...dev, bob: member(bob, high) };

  describe.each<[string, (role: string) => Program, message: string]>([
    [
      "a Membership",
      (role) => ({ ...dev, bob: member(bob, role) }),
      "The request may have taken effect. The provider could not check if the request took effect (HTTP 500). Run `pulumi up` again. The provider then checks this before it repeats the request.",
    ],
    ["a roster", (role) => ({ ...dev, all: roster({ [bob]: role }) }), "The request may have taken effect."],
  ])("a role change by %s", (_, program, message) => {
    beforeEach(() => world.settle(program(low), [bob]));

    /** Expects that the prior program, which the state may still contain, is restored in Peridio. */
    async function expectRestored(): Promise<void> {
      world.emulator.control.clearFaults();
      world.requests();
      await world.engine.up(program(low));
      expect(world.writes()).toEqual([sends.setRole(low)]);
    }

    test("that had its effect before Ctrl-C is in the state", async () => {
      expect(await cut(program(high), setRole)).toBe("done");
      await expectRestored();
    });

    test("that had its effect before HTTP 500 is in the state", async () => {
      world.emulator.control.fault({ operation: setRole, when: "after", effect: { status: 500 } });
      await world.engine.up(program(high));
      await expectRestored();
    });

    test("that failed without an effect is repeated by the next run", async () => {
      world.emulator.control.fault({ operation: setRole, effect: { status: 500 } });
      await expect(world.engine.up(program(high))).rejects.toThrow("The request may have taken effect.");
      world.requests();
      await world.engine.up(program(high));
      expect(world.writes()).toEqual([sends.setRole(high)]);
    });

    test("that may have had an effect is reverted with the program", async () => {
      world.emulator.control.fault({ operation: setRole, when: "after", effect: { status: 500 } });
      world.emulator.control.fault({ operation: listMembers, skip: 1, ...failing });
      await expect(world.engine.up(program(high))).rejects.toThrow(message);
      await expectRestored();
    });
  });

  describe.each([307, 408])("after HTTP %d, the provider looks for the effect of a write:", (status) => {
    beforeEach(() => world.settle(before, [bob]));
    const respond = (operation: string) => {
      world.emulator.control.fault({ operation, when: "after", effect: { status } });
    };

    test("an invitation is not sent twice", async () => {
      respond(invite);
      await world.engine.up({ ...before, carl: member(carl, low) });
      expect(world.writes()).toEqual([sends.invite(carl, low)]);
      expect(entries()).toEqual(["dev", "bob", "carl"]);
    });

    test("a new role is in the state", async () => {
      respond(setRole);
      await world.engine.up(after);
      world.requests();
      await world.engine.up(before);
      expect(world.writes()).toEqual([sends.setRole(low)]);
    });

    test("a removed person is out of the state", async () => {
      respond(remove);
      await world.engine.up(dev);
      expect(entries()).toEqual(["dev"]);
      expect(people()).not.toContain(bob);
    });
  });

  test.each([
    ["a promotion", setRole, { [ada]: "admin", [bob]: high, [carl]: high, [dora]: high }, sends.setRole(high)],
    ["a demotion", setRole, { [ada]: "admin", [bob]: low, [carl]: low, [dora]: high }, sends.setRole(low)],
    ["a removal", remove, { [ada]: "admin", [bob]: low, [carl]: high }, sends.remove],
  ])("%s by a roster that failed is repeated by the next run", async (_, operation, members, write) => {
    await world.settleRoster({ [ada]: "admin", [bob]: low, [carl]: high, [dora]: high });
    const desired = { ...dev, all: roster(members, { maxRemovals: "100%" }) };
    world.emulator.control.fault({ operation, effect: { status: 500 } });
    await expect(world.engine.up(desired)).rejects.toThrow("The request may have taken effect.");
    world.requests();
    await world.engine.up(desired);
    expect(world.writes()).toEqual([write]);
  });

  test("an invitation sent before Ctrl-C is in the state, and is revoked if it leaves the program", async () => {
    await world.engine.up(dev);
    expect(await cut(before, invite)).toBe("done");
    await world.engine.up(dev);
    expect(world.writes()).toEqual([sends.revoke]);
  });

  describe.each([
    ["a Membership", before],
    ["a roster", { ...dev, all: roster({ [ada]: "admin", [bob]: low }) }],
  ])("an invitation by %s with an invalid response", (_, program) => {
    const odd = { status: 201, body: { data: { id: 7 } } };
    const invited = () => world.writes().filter((line) => line.startsWith("POST invitations"));
    beforeEach(() => world.engine.up(dev));

    test("is found, and not sent again", async () => {
      world.emulator.control.fault({ operation: invite, times: "always", when: "after", effect: odd });
      await world.engine.up(program);
      expect(invited()).toEqual([sends.invite(bob, low)]);
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([]);
    });

    test("is not sent again if it is not found", async () => {
      world.emulator.control.fault({ operation: invite, times: "always", effect: odd });
      expect(await refusal(world.engine.up(program))).toMatch(/found no effect of the request/);
      expect(invited()).toEqual([sends.invite(bob, low)]);
    });
  });

  const daily = backend === "admin-v2" ? test : nightly;
  daily("an invitation sent before the deadline of customTimeouts is in the state", async () => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: invite, when: "after", effect: "hang" });
    // Time enough for the invitation to leave.
    await world.engine.up({ ...dev, bob: member(bob, low, { timeout: 5 }) });
    expect(entries()).toEqual(["dev", "bob"]);
  });

  test("a person removed before Ctrl-C and declared again is invited again", async () => {
    await world.settle(before, [bob]);
    expect(await cut(dev, remove)).toBe("done");
    await world.engine.up(before);
    expect(world.writes()).toEqual([sends.invite(bob, low)]);
  });

  test("a person whose removal failed stays in the state", async () => {
    await world.settle(before, [bob]);
    world.emulator.control.fault({ operation: remove, effect: { status: 500 } });
    await expect(world.engine.up(dev)).rejects.toThrow("The request may have taken effect.");
    expect(entries()).toEqual(["dev", "bob"]);
  });

  describe("a roster's deletion", () => {
    beforeEach(() => world.settleRoster({ [ada]: "admin", [bob]: low, [carl]: low }, { maxRemovals: "100%" }));

    test("that fails after some removals names the removed people, because the state still contains them", async () => {
      world.emulator.control.fault({ operation: remove, skip: 1, effect: { status: 500 } });
      const said = await refusal(world.engine.up(dev));
      const [gone, ...more] = [bob, carl].filter((email) => !people().includes(email));
      expect(more).toEqual([]);
      expect(said).toContain(
        `The provider already removed these people, although the state still contains them: ${gone}. To continue the deletion, run the command again. To invite these people again, declare the roster and run \`pulumi up --refresh\`.`,
      );
      expect(entries()).toEqual(["dev", "all"]);
    });

    test("keeps its resource in the state if a person accepts during the run and cannot be removed", async () => {
      await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [dora]: low }, { maxRemovals: "100%" }) });
      world.emulator.control.fault({ operation: remove, ...failing });
      const accepts = () => {
        world.emulator.control.accept(dora, "acme-dev");
      };
      expect(await refusal(world.upDuring(dev, operations.revoke, accepts))).not.toContain("already removed");
      expect(entries()).toEqual(["dev", "all"]);
      expect(people()).toContain(dora);
    });

    test("that removes no one does not mention removals", async () => {
      world.emulator.control.fault({ operation: remove, ...failing });
      expect(await refusal(world.engine.up(dev))).not.toContain("already removed");
    });

    test("whose last response is lost is complete, although the owner stays", async () => {
      world.emulator.control.fault({ operation: remove, skip: 1, when: "after", effect: { status: 500 } });
      await world.engine.up(dev);
      expect(entries()).toEqual(["dev"]);
    });
  });
});

describe("with admin-v2", () => {
  beforeEach(async () => (world = await World.begin()));

  test("an organization created before Ctrl-C is in the state", async () => {
    expect(await cut(dev, "create-an-organization")).toBe("done");
    expect(entries()).toEqual(["dev"]);
  });

  test("an organization deleted before HTTP 500 leaves the state with its parts", async () => {
    const everything = { ...dev, bob: member(bob, "viewer") };
    await world.engine.up(everything);
    world.emulator.control.fault({ operation: "delete-an-organization", when: "after", effect: { status: 500 } });
    await world.engine.destroy();
    expect(entries()).toEqual([]);
  });

  test("an organization whose deletion failed stays", async () => {
    await world.engine.up(dev);
    world.emulator.control.fault({ operation: "delete-an-organization", effect: { status: 500 } });
    await expect(world.engine.destroy()).rejects.toThrow("The request may have taken effect.");
    expect(entries()).toEqual(["dev"]);
  });

  test("a display name changed before Ctrl-C is reverted with the program", async () => {
    await world.engine.up(dev);
    await cut({ dev: organization("acme-dev", { displayName: "Development" }) }, "update-an-organization");
    await world.engine.up(dev);
    expect(world.writes()).toEqual(['PATCH {"display_name":"acme-dev"}']);
  });

  describe("a policy", () => {
    const strict = { ...dev, policy: policy({ requireTwoFactor: true }) };
    const enforce = 'PATCH security-settings {"two_factor_required":true}';

    test("relaxed before Ctrl-C is enforced again with the prior program", async () => {
      await world.engine.up(strict);
      await cut({ ...dev, policy: policy({ requireTwoFactor: false }) }, "update-security-settings");
      await world.engine.up(strict);
      expect(world.writes()).toEqual([enforce]);
    });

    test("with a removed setting that was not reset is reset by the next run", async () => {
      await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "30d" }) });
      const less = { ...dev, policy: policy({ sessionTimeout: "30d" }) };
      world.emulator.control.fault({ operation: "update-security-settings", effect: { status: 500 } });
      await expect(world.engine.up(less)).rejects.toThrow("The request may have taken effect.");
      world.requests();
      await world.engine.up(less);
      expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":false}']);
    });

    test("with a removed setting that was reset before HTTP 500 is complete", async () => {
      await world.engine.up({ ...dev, policy: policy({ requireTwoFactor: true, sessionTimeout: "30d" }) });
      const less = { ...dev, policy: policy({ sessionTimeout: "30d" }) };
      world.emulator.control.fault({ operation: "update-security-settings", when: "after", effect: { status: 500 } });
      await world.engine.up(less);
      world.requests();
      await world.engine.up(less);
      expect(world.writes()).toEqual([]);
    });

    test("created before Ctrl-C is in the state", async () => {
      await world.engine.up(dev);
      await cut(strict, "update-security-settings");
      expect(entries()).toEqual(["dev", "policy"]);
    });

    test("deleted before Ctrl-C and declared again is applied again", async () => {
      await world.engine.up(strict);
      expect(await cut(dev, "update-security-settings")).toBe("done");
      await world.engine.up(strict);
      expect(world.writes()).toEqual([enforce]);
    });
  });

  describe("an ownership", () => {
    const owner = (email: string): Program => ({
      ...dev,
      owner: { type: "OrganizationOwner", inputs: (id) => ({ organizationId: id("dev"), email }) },
    });
    beforeEach(async () => {
      await world.engine.up(owner(ada));
      world.emulator.control.addMember(bob, "acme-dev", "admin");
    });

    test("transferred before Ctrl-C is in the state", async () => {
      expect(await cut(owner(bob), "transfer-ownership")).toBe("done");
      await expect(world.engine.up(owner(ada))).rejects.toThrow(
        `requires the API key of the organization's owner, ${bob}`,
      );
    });

    test("is named by the organization's name, even without a response", async () => {
      world.emulator.control.fault({ operation: "retrieve-an-organization", skip: 1, ...failing });
      expect(await cut(owner(bob), "transfer-ownership")).toMatch(
        /^OrganizationOwner acme-dev could not be updated: The operation was cancelled\. The request may have taken effect\./,
      );
    });
  });
});
