import { z } from "zod";
import { findUserByEmail } from "#emulator";
import { dialects } from "../support/dialect";
import { dev, member } from "../support/programs";
import { World } from "../support/world";

const [bob, robert] = ["bob@acme.example", "robert@acme.example"];

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, stored, sends }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  /** Bob has the lower role. */
  const withBob = { ...dev, bob: member(bob, low) };

  describe("a different user at the same address", () => {
    const program = { ...dev, bob: member(bob, low) };

    /** Gives bob's account another address, and bob's former address to another person. */
    function swapUsers(): void {
      world.emulator.control.changeEmail(bob, robert);
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
    }

    test("is not removed: the declared user is found by the user id", async () => {
      await world.settle(withBob, [bob]);
      swapUsers();
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove]);
      expect(world.engine.warnings).toEqual([
        "The user of bob@acme.example has the new address robert@acme.example, so the deletion applies to robert@acme.example.",
      ]);
      expect(world.emulator.control.getOrganization("acme-dev").members.map(({ role }) => role)).toEqual([
        "admin",
        stored.low,
      ]);
    });

    test("does not get the declared role in an update without a refresh", async () => {
      await world.settle(withBob, [bob]);
      world.emulator.control.leave(bob, "acme-dev");
      world.emulator.control.changeEmail(bob, robert);
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
      await expect(world.engine.up({ ...dev, bob: member(bob, high) })).rejects.toThrow(
        /The address bob@acme\.example belongs to a different user/,
      );
      await world.engine.up(dev);
      expect(world.engine.warnings).toEqual([
        expect.stringMatching(/The address .* belongs to a different user .* The provider deletes nothing\.$/),
      ]);
      expect(world.writes()).toEqual([]);
    });

    test("causes a warning in a refresh", async () => {
      await world.settle(withBob, [bob]);
      world.emulator.control.leave(bob, "acme-dev");
      world.emulator.control.changeEmail(bob, robert);
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
      expect(await world.engine.refresh()).toEqual([]);
      expect(world.engine.warnings).toEqual([
        expect.stringMatching(/^The address bob@acme\.example belongs to a different user/),
      ]);
      expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
    });
  });

  describe("a pinned user", () => {
    const bobPinned = (userId: string) => member(bob, low, {}, { userId });
    const userId = () => z.string().parse(world.engine.state.get("bob")?.outputs.userId);

    /** Gives bob's address to another person, and adds that person to the organization. */
    function usurp(): void {
      world.emulator.control.changeEmail(bob, robert);
      world.emulator.control.leave(robert, "acme-dev");
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
    }

    test("is not a change while that user is a member", async () => {
      await world.settle(withBob, [bob]);
      const program = { ...dev, bob: bobPinned(userId()) };
      expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
      expect(await world.engine.refresh()).toEqual([]);
      expect(await world.engine.up({ ...dev, bob: member(bob, low) })).toContainEqual({
        op: "same",
        name: "bob",
      });
    });

    test("stops a refresh and an update if a different user has the address", async () => {
      await world.settle(withBob, [bob]);
      const id = userId();
      await world.engine.up({ ...dev, bob: bobPinned(id) });
      usurp();
      world.requests();
      const text = new RegExp(
        `The address bob@acme\\.example belongs to prn:1:user:[^,]+, but \`userId\` requires ${id}\\.`,
      );
      await expect(world.engine.refresh()).rejects.toThrow(text);
      const desired = member(bob, high, {}, { userId: id });
      await expect(world.engine.preview({ ...dev, bob: desired })).rejects.toThrow(text);
      await expect(world.engine.up({ ...dev, bob: desired })).rejects.toThrow(text);
      expect(world.writes()).toEqual([]);
    });

    test("may become the new user of the address, although the state and the last pin name another one", async () => {
      await world.settle(withBob, [bob]);
      await world.engine.up({ ...dev, bob: bobPinned(userId()) });
      usurp();
      const newUser = `prn:1:user:${findUserByEmail(world.emulator.state, bob)?.id ?? ""}`;
      const program = { ...dev, bob: bobPinned(newUser) };
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([]);
      expect(userId()).toBe(newUser);
      expect(await world.engine.refresh()).toEqual([]);
      expect(await world.engine.preview(program)).toContainEqual({ op: "same", name: "bob" });
    });

    test("who has left is not replaced by an invitation to another person", async () => {
      await world.settle(withBob, [bob]);
      const id = userId();
      await world.engine.up({ ...dev, bob: bobPinned(id) });
      world.emulator.control.leave(bob, "acme-dev");
      expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "bob" }]);
      world.requests();
      await expect(world.engine.preview({ ...dev, bob: bobPinned(id) })).rejects.toThrow(
        /is not a member with the address bob@acme\.example\. With `userId`, the provider sends no invitation/,
      );
      await expect(world.engine.up({ ...dev, bob: bobPinned(id) })).rejects.toThrow(
        /because it could reach another user/,
      );
      expect(world.writes()).toEqual([]);
    });

    test("must be the current user, and cannot be set before acceptance", async () => {
      await world.engine.up({ ...dev, bob: member(bob, low) });
      const otherUser = "prn:1:user:00000000-0000-4000-8000-000000000000";
      await expect(world.engine.preview({ ...dev, bob: bobPinned(otherUser) })).rejects.toThrow(
        /No user has accepted the invitation to bob@acme\.example, but `userId` requires/,
      );
      world.emulator.control.accept(bob, "acme-dev");
      await expect(world.engine.up({ ...dev, bob: bobPinned(otherUser) })).rejects.toThrow(/`userId` requires/);
      expect(world.writes().filter((line) => line.includes("DELETE"))).toEqual([]);
    });
  });

  test("the removal of a user with another address also revokes the invitation at the declared one", async () => {
    await world.engine.up(withBob);
    world.emulator.control.addMember(bob, "acme-dev", stored.low);
    await world.engine.refresh();
    world.emulator.control.changeEmail(bob, robert);
    world.requests();
    await world.engine.up(dev);
    expect(world.writes()).toEqual([sends.remove, sends.revoke]);
  });

  test("a user with another address is the same user: a refresh and an update of either address send nothing", async () => {
    await world.settle(withBob, [bob]);
    world.emulator.control.changeEmail(bob, robert);
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.engine.warnings).toEqual([
      "The user of bob@acme.example has a new address: declare robert@acme.example.",
    ]);
    world.requests();
    await world.engine.up({ ...dev, bob: member(bob, low) });
    await world.engine.up({ ...dev, bob: member(robert, low) });
    expect(world.writes()).toEqual([]);
    await world.engine.up({ ...dev, bob: member(robert, high) });
    expect(world.writes()).toEqual([sends.setRole(high)]);
    await world.engine.up(dev);
    expect(world.writes()).toEqual([sends.remove]);
  });
});
