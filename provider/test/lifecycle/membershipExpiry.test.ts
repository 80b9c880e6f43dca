import { dialects } from "../support/dialect";
import { dev, member } from "../support/programs";
import { World } from "../support/world";

const [bob] = ["bob@acme.example"];

describe.each(dialects)("with $backend", ({ backend, roles: { low }, stored, sends, operations }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  /** Bob has the lower role. */
  const withBob = { ...dev, bob: member(bob, low) };

  describe("expiry", () => {
    test("is drift, repaired by revoking and inviting again", async () => {
      const program = { ...dev, bob: member(bob, low) };
      await world.engine.up(program);
      world.emulator.control.advance(8 * 86_400);
      expect(await world.engine.preview(program)).toContainEqual({
        op: "update",
        name: "bob",
        diff: { status: "update" },
      });
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, low)]);
      expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
      expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
    });

    test("of another person's invitation has no effect", async () => {
      await world.engine.up(dev);
      await world.emulator.control.invite(bob, "acme-dev", stored.high);
      world.emulator.control.advance(8 * 86_400);
      world.requests();
      await world.engine.up({ ...dev, bob: member(bob, low) });
      expect(world.writes()).toEqual([sends.invite(bob, low)]);
    });

    test("an invitation that could not be sent again is sent by the next run", async () => {
      const program = { ...dev, bob: member(bob, low) };
      await world.engine.up(program);
      world.emulator.control.advance(8 * 86_400);
      world.emulator.control.fault({
        operation: operations.invite,
        effect: { status: 403 },
      });
      await expect(world.engine.up(program)).rejects.toThrow(/could not be updated/);
      await world.engine.up(program);
      expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
    });

    test("an invitation revoked by hand is sent again", async () => {
      const program = { ...dev, bob: member(bob, low) };
      await world.engine.up(program);
      await world.emulator.control.revoke(bob, "acme-dev");
      world.requests();
      expect(await world.engine.up(program)).toContainEqual({ op: "create", name: "bob" });
      expect(world.writes()).toEqual([sends.invite(bob, low)]);
    });
  });

  describe("an invitation that ran out", () => {
    test("is left alone where the program says so", async () => {
      const program = (onExpired: string) => ({ ...dev, bob: member(bob, low, {}, { onExpired }) });
      await world.engine.up(program("ignore"));
      world.emulator.control.advance(8 * 86_400);
      expect(await world.engine.up(program("ignore"))).toContainEqual({ op: "same", name: "bob" });
      expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "expired", onExpired: "ignore" });
      world.requests();
      await world.engine.up(program("reinvite"));
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, low)]);
    });

    test("changing only what to do then sends nothing", async () => {
      await world.settle(withBob, [bob]);
      const program = { ...dev, bob: member(bob, low, {}, { onExpired: "ignore" }) };
      expect(await world.engine.up(program)).toContainEqual({
        op: "update",
        name: "bob",
        diff: { onExpired: "add" },
      });
      expect(world.writes()).toEqual([]);
      expect(world.engine.state.get("bob")?.outputs).toMatchObject({ onExpired: "ignore" });
    });
  });
});
