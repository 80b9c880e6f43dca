import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [bob, carl, dora, eve, finn] = [
  "bob@acme.example",
  "carl@acme.example",
  "dora@acme.example",
  "eve@acme.example",
  "finn@acme.example",
];

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, sends, operations }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  describe("memberships", () => {
    const [first, second, third] = [member(bob, low), member(carl, low), member(dora, low)];

    test("a preview counts members, invitations and planned invitations, and rejects one too many", async () => {
      await world.engine.up({ ...dev, bob: first });
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      await world.engine.preview({ ...dev, bob: first, carl: second });
      await expect(world.engine.preview({ ...dev, bob: first, carl: second, dora: third })).rejects.toThrow(
        "Membership acme-dev/dora@acme.example could not be created: The organization has 1 free seat for 2 more people: limit 3, members 1, pending invitations 1. Ask Peridio to raise the limit, or remove people in one run and add others in the next, because Pulumi creates before it deletes",
      );
    });

    test("the pending invitation of an added member has a seat until it is revoked", async () => {
      const program = { ...dev, bob: member(bob, low) };
      await world.engine.up(program);
      world.emulator.control.addMember(bob, "acme-dev", "viewer");
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      await world.engine.refresh();
      expect(await refusal(world.engine.preview({ ...program, dora: member(dora, low) }))).toContain(
        "The organization has no free seat for 1 more person: limit 3, members 2, pending invitations 1",
      );
    });

    test("an update that Peridio refuses for lack of a seat recommends two runs, and removes no one", async () => {
      await world.engine.up({ ...dev, bob: first });
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      await expect(world.engine.up({ ...dev, bob: second })).rejects.toThrow(
        /The organization has no free seat\. Ask Peridio to raise the limit, or remove people in one run and add others in the next/,
      );
      expect(world.writes()).toEqual([sends.invite(carl, low)]);
    });
  });

  describe("an invitation to be replaced", () => {
    const both = (role: string, settings = {}) => ({
      ...dev,
      bob: member(bob, role, {}, settings),
      carl: member(carl, low),
    });

    test("is not revoked if the limit is too low, neither after a preview nor without one", async () => {
      await world.engine.up(both(low));
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      const text =
        "Membership acme-dev/bob@acme.example could not be updated: The organization is over its seat limit: limit 2, members 1, pending invitations 2. " +
        "Even after revoking the invitation for bob@acme.example, no seat would be free for a new one. " +
        "Ask Peridio to raise the limit, or remove people in one run and make this change in the next, because Pulumi updates before it deletes";
      await expect(world.engine.preview(both(high))).rejects.toThrow(text);
      await expect(world.engine.up(both(high))).rejects.toThrow(text);
      expect(world.writes()).toEqual([]);
    });

    test("keeps its seat if the organization is full", async () => {
      await world.engine.up(both(low));
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      world.requests();
      await world.engine.preview(both(high));
      await world.engine.up(both(high));
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
    });

    test("has no seat if it has expired, so a full organization rejects it before the revocation", async () => {
      await world.engine.up(both(low));
      world.emulator.control.accept(carl, "acme-dev");
      world.emulator.control.advance(8 * 86_400);
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      const text =
        "Membership acme-dev/bob@acme.example could not be updated: The organization has no free seat for 1 more person: limit 2, members 2, pending invitations 0. Ask Peridio to raise the limit";
      await expect(world.engine.preview(both(low))).rejects.toThrow(text);
      await expect(world.engine.up(both(low))).rejects.toThrow(text);
      expect(world.writes()).toEqual([]);
    });

    test("needs no seat if it may expire", async () => {
      await world.engine.up(both(low));
      world.emulator.control.accept(carl, "acme-dev");
      world.emulator.control.advance(8 * 86_400);
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      await world.engine.preview(both(low, { onExpired: "ignore" }));
      await world.engine.up(both(low, { onExpired: "ignore" }));
      expect(world.writes()).toEqual([]);
    });
  });

  describe("in a full organization", () => {
    beforeEach(async () => {
      await world.settleRoster({ [bob]: "admin", [carl]: low, [dora]: low }, { maxRemovals: "100%" });
      world.emulator.control.setLimits("acme-dev", { users: 4 });
    });

    test("only as many removals as needed run before the invitations", async () => {
      await world.engine.up({
        ...dev,
        all: roster({ [bob]: "admin", [eve]: low }, { maxRemovals: "100%" }),
      });
      expect(world.writes()).toEqual([sends.remove, sends.invite(eve, low), sends.remove]);
    });

    test("a change that needs more seats is rejected at preview with the number of missing seats", async () => {
      const desired = { [bob]: "admin", [carl]: low, [eve]: low, [finn]: low };
      await expect(world.engine.preview({ ...dev, all: roster(desired, { maxRemovals: "100%" }) })).rejects.toThrow(
        /The organization has no free seat for 2 more people: limit 4, members 4, pending invitations 0\. Even if the provider first removes 1 person, 1 seat is missing\./,
      );
    });

    test("an admin is never removed to make room", async () => {
      const desired = { [carl]: low, [dora]: low, [eve]: low };
      await expect(world.engine.up({ ...dev, all: roster(desired, { maxRemovals: "100%" }) })).rejects.toThrow(
        /No planned removal frees a seat in time, so 1 seat is missing/,
      );
      expect(world.writes()).toEqual([]);
    });
  });

  describe("a limit below the number of people", () => {
    const all = (members: Record<string, string>) => ({ ...dev, all: roster(members, { maxRemovals: "100%" }) });

    const invite = async (role: string) => {
      await world.engine.up(all({ [bob]: role, [carl]: low, [dora]: low }));
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      world.requests();
    };

    test.each([
      [high, low],
      [low, high],
    ])("rejects another role of an invitation (%s, then %s) before any write", async (before, after) => {
      await invite(before);
      const program = all({ [bob]: after, [carl]: low, [dora]: low });
      const text =
        "OrganizationMembers acme-dev could not be updated: The organization is over its seat limit: limit 3, members 1, pending invitations 3. " +
        "Even after revoking the invitation for bob@acme.example, no seat would be free for a new one. No planned removal frees a seat in time, so 1 seat is missing. " +
        "Ask Peridio to raise the limit, or declare fewer people.";
      expect(await refusal(world.engine.preview(program))).toContain(text);
      expect(await refusal(world.engine.up(program))).toContain(text);
      expect(world.writes()).toEqual([]);
    });

    test("allows another role of an invitation if a removal frees a seat", async () => {
      await invite(high);
      const program = all({ [bob]: low, [carl]: low });
      await world.engine.preview(program);
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.revoke, sends.revoke, sends.invite(bob, low)]);
      expect(world.engine.state.get("all")?.outputs.members).toEqual({ [bob]: low, [carl]: low });
    });
  });

  describe("when another resource takes the last seat after the count", () => {
    /** `up` to a roster of these people; when their first invitation is under way, there are only so many seats in all. */
    const up = async (members: Record<string, string>, { before = [bob], users = 2 } = {}) => {
      const roles = Object.fromEntries(before.map((email) => [email, low]));
      await world.settleRoster(roles, { maxRemovals: "100%" });
      await world.upDuring({ ...dev, all: roster(members, { maxRemovals: "100%" }) }, operations.invite, () => {
        world.emulator.control.setLimits("acme-dev", { users });
      });
    };

    test("a removal from the end of the update runs first", async () => {
      await up({ [carl]: low });
      expect(world.writes()).toEqual([sends.invite(carl, low), sends.remove, sends.invite(carl, low)]);
      expect(world.engine.state.get("all")?.outputs.members).toEqual({ [carl]: low });
    });

    test("no declared person is removed, and the error names the remedy", async () => {
      await expect(up({ [bob]: low, [carl]: low })).rejects.toThrow(
        /carl@acme\.example: The organization has no free seat\. Ask Peridio to raise the limit/,
      );
      expect(world.writes()).toEqual([sends.invite(carl, low)]);
    });

    test("no more people are removed than invited, even if that does not suffice", async () => {
      await expect(up({ [carl]: low }, { before: [bob, dora], users: 1 })).rejects.toThrow(
        /The organization has no free seat/,
      );
      expect(world.writes()).toEqual([sends.invite(carl, low), sends.remove, sends.invite(carl, low)]);
    });

    test("the error names both the failed removal and the failed invitation", async () => {
      world.emulator.control.fault({ operation: operations.remove, effect: { status: 403 } });
      await expect(up({ [carl]: low })).rejects.toThrow(
        /bob@acme\.example: .*; carl@acme\.example: The organization has no free seat/,
      );
    });

    test("one removal makes room for one of two invitations", async () => {
      await expect(up({ [carl]: low, [dora]: low })).rejects.toThrow(/The organization has no free seat/);
      expect(world.writes().filter((line) => line === sends.remove)).toHaveLength(1);
      const members = world.engine.state.get("all")?.outputs.members;
      expect([{ [carl]: low }, { [dora]: low }]).toContainEqual(members);
    });
  });

  test("an expired invitation of a roster in a full organization is not revoked, and the preview says why", async () => {
    const program = { ...dev, all: roster({ [bob]: low, [carl]: low }) };
    await world.engine.up(program);
    world.emulator.control.accept(carl, "acme-dev");
    world.emulator.control.advance(8 * 86_400);
    world.emulator.control.setLimits("acme-dev", { users: 2 });
    world.requests();
    const text =
      "for 1 more person: limit 2, members 2, pending invitations 0. No planned removal frees a seat in time";
    expect(await refusal(world.engine.preview(program))).toContain(text);
    expect(await refusal(world.engine.up(program))).toContain(text);
    expect(world.writes()).toEqual([]);
  });

  test("planned Memberships count in the preview of a roster's seats", async () => {
    await world.engine.up(dev);
    world.emulator.control.setLimits("acme-dev", { users: 3 });
    const ignore = ["*@partner.example"];
    const program = {
      ...dev,
      yan: member("yan@partner.example", low),
      all: roster({ [bob]: low, [carl]: low }, { ignore }),
    };
    await expect(world.engine.preview(program)).rejects.toThrow(
      /for 2 more people: limit \d, members 1, pending invitations 0, other invitations of this program 1\. .* 1 seat is missing/,
    );
  });
});
