import { dialects } from "../support/dialect";
import { dev, member } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [bob, carl, dora] = ["bob@acme.example", "carl@acme.example", "dora@acme.example"];

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, sends }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  describe("seats", () => {
    const [first, second, third] = [member(bob, low), member(carl, low), member(dora, low)];

    test("a preview adds up who is there, who waits and who is planned, and refuses one too many", async () => {
      await world.engine.up({ ...dev, bob: first });
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      await world.engine.preview({ ...dev, bob: first, carl: second });
      await expect(world.engine.preview({ ...dev, bob: first, carl: second, dora: third })).rejects.toThrow(
        "Membership acme-dev/dora@acme.example could not be created: The organization has 1 free seat for 2 more people: limit 3, members 1, pending invitations 1. Ask Peridio to raise the limit, or remove people in one run and add others in the next: Pulumi creates before it deletes",
      );
    });

    test("the pending invitation of an added member takes one until it is revoked", async () => {
      const program = { ...dev, bob: member(bob, low) };
      await world.engine.up(program);
      world.emulator.control.addMember(bob, "acme-dev", "viewer");
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      await world.engine.refresh();
      expect(await refusal(world.engine.preview({ ...program, dora: member(dora, low) }))).toContain(
        "The organization has no free seat for 1 more person: limit 3, members 2, pending invitations 1",
      );
    });

    test("an update that Peridio refuses for want of a seat says to use two runs, and removes nobody", async () => {
      await world.engine.up({ ...dev, bob: first });
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      await expect(world.engine.up({ ...dev, bob: second })).rejects.toThrow(
        /The organization has no free seat\. Ask Peridio to raise the limit, or remove people in one run and add others in the next/,
      );
      expect(world.writes()).toEqual([sends.invite(carl, low)]);
    });
  });

  describe("an invitation to be sent anew", () => {
    const both = (role: string, settings = {}) => ({
      ...dev,
      bob: member(bob, role, {}, settings),
      carl: member(carl, low),
    });

    test("is not revoked where the limit has been lowered since, neither at preview nor in an up without one", async () => {
      await world.engine.up(both(low));
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      const text =
        "Membership acme-dev/bob@acme.example could not be updated: The organization has no free seat: limit 2, members 1, pending invitations 2. " +
        "The provider would revoke the invitation of bob@acme.example and could not send a new one. " +
        "Ask Peridio to raise the limit, or remove people in one run and change this in the next: Pulumi updates before it deletes";
      await expect(world.engine.preview(both(high))).rejects.toThrow(text);
      await expect(world.engine.up(both(high))).rejects.toThrow(text);
      expect(world.writes()).toEqual([]);
    });

    test("keeps its seat where the organization is just full", async () => {
      await world.engine.up(both(low));
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      world.requests();
      await world.engine.preview(both(high));
      await world.engine.up(both(high));
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
    });

    test("has no seat once it has expired: a full organization refuses it before it is revoked", async () => {
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

    test("that becomes ignored needs no seat", async () => {
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
});
