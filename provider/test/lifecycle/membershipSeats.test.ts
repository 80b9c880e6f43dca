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
        "Membership acme-dev/dora@acme.example could not be created: the organization has 3 seats. Members take 1 and pending invitations 1, " +
          "so 2 more people do not fit. Have Peridio raise the limit, or remove people first and add others in a second run: Pulumi creates before it deletes",
      );
    });

    test("the pending invitation of an added member takes one until it is revoked", async () => {
      const program = { ...dev, bob: member(bob, low) };
      await world.engine.up(program);
      world.emulator.control.addMember(bob, "acme-dev", "viewer");
      world.emulator.control.setLimits("acme-dev", { users: 3 });
      await world.engine.refresh();
      expect(await refusal(world.engine.preview({ ...program, dora: member(dora, low) }))).toContain(
        "the organization has 3 seats. Members take 2 and pending invitations 1, so 1 more person does not fit",
      );
    });

    test("an update that Peridio refuses for want of a seat says to use two runs, and removes nobody", async () => {
      await world.engine.up({ ...dev, bob: first });
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      world.requests();
      await expect(world.engine.up({ ...dev, bob: second })).rejects.toThrow(
        /the organization is full\. Have Peridio raise the limit, or remove people first and add others in a second run/,
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
        "Membership acme-dev/bob@acme.example could not be updated: the organization has 2 seats. Members take 1 and pending invitations 2, " +
        "so the invitation of bob@acme.example would be revoked and could not be sent anew. " +
        "Have Peridio raise the limit, or remove people first and change this in a second run: Pulumi updates before it deletes";
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
        "Membership acme-dev/bob@acme.example could not be updated: the organization has 2 seats. Members take 2 and pending invitations 0, " +
        "so 1 more person does not fit. Have Peridio raise the limit";
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
