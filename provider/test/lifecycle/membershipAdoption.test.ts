import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { apiKey, World } from "../support/world";

const [ada, bob, eve] = ["ada@acme.example", "bob@acme.example", "eve@acme.example"];

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, stored, operations, sends }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  describe("a Membership of a person who is already in the organization", () => {
    test("does not adopt a member, and names the import command", async () => {
      await world.engine.up(dev);
      world.emulator.control.addMember(bob, "acme-dev", stored.high);
      const program = { ...dev, bob: member(bob, high) };
      const refusal = new RegExp(
        `Membership acme-dev/bob@acme\\.example already exists as a member with the role ${high}.*\`pulumi import peridio:index:Membership bob acme-dev/bob@acme\\.example\`.*\`aliases\``,
      );
      await expect(world.engine.preview(program)).rejects.toThrow(refusal);
      await expect(world.engine.up(program)).rejects.toThrow(refusal);
      expect(world.writes()).toEqual(sends.founding("acme-dev"));
    });

    test("adopts an equal invitation by the same user, without a second e-mail", async () => {
      await world.engine.up(dev);
      await world.emulator.control.invite(bob, "acme-dev", stored.high, { as: ada });
      world.requests();
      await world.engine.up({ ...dev, bob: member(bob, high) });
      expect(world.writes()).toEqual([]);
      expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
    });

    test("adopts an invitation that another stack adopts too, with a warning at preview and in `up`", async () => {
      const warnings = [
        "The user of this API key has already invited bob@acme.example. This resource adopts the invitation, and Peridio sends no new e-mail. " +
          "If another stack also declares this membership, remove the membership from one of the stacks.",
      ];
      await world.engine.up(dev);
      await world.emulator.control.invite(bob, "acme-dev", stored.high, { as: ada });
      const program = { ...dev, bob: member(bob, high) };
      const stacks = [world.engine, world.with({ apiKey, backend })];
      for (const [name, kept] of world.engine.state) stacks[1]?.state.set(name, kept);
      for (const stack of stacks) {
        await stack.preview(program);
        expect(stack.warnings).toEqual(warnings);
        await stack.up(program);
        expect(stack.warnings).toEqual(warnings);
        await stack.preview(program);
        expect(stack.warnings).toEqual([]);
      }
    });

    test.each([
      ["another role", low, ada],
      ["another inviter", high, eve],
    ])("does not adopt an invitation with %s", async (_, role, inviter) => {
      await world.engine.up(dev);
      world.emulator.control.addMember(eve, "acme-dev", "admin");
      await world.emulator.control.invite(bob, "acme-dev", stored.high, { as: inviter });
      world.requests();
      await expect(world.engine.up({ ...dev, bob: member(bob, role) })).rejects.toThrow(
        `already exists as a pending invitation with the role ${high}`,
      );
      expect(world.writes()).toEqual([]);
    });

    test("adopts the owner's membership, because it always exists", async () => {
      const program = { ...dev, ada: member(ada, "admin") };
      await world.engine.up(program);
      expect(world.engine.state.get("ada")?.outputs).toMatchObject({ status: "active", role: "admin" });
      expect(world.writes()).toEqual(sends.founding("acme-dev"));
    });

    test("is rejected at preview if the program declares the person twice", async () => {
      await world.engine.up(dev);
      const program = { ...dev, bob: member(bob, high), b: member("BOB@acme.example", low) };
      await expect(world.engine.preview(program)).rejects.toThrow(/^email: is declared twice, here and by .*::bob/);
    });
  });

  test.each(["a Membership", "a roster"])(
    "is rejected without the import command if %s declares the same person",
    async (other) => {
      const entry = other === "a roster" ? roster({ [bob]: high }) : member(bob, high);
      await world.engine.up({ ...dev, other: entry });
      world.emulator.control.accept(bob, "acme-dev");
      await world.engine.refresh();
      world.requests();
      // Both are checked before Peridio tells of the member.
      const listing = world.emulator.control.hold({ operation: operations.listMembers });
      const checked = (name: string) => {
        if (name === "other") listing.release();
      };
      const program = { ...dev, bob: member(bob, high), other: entry };
      await expect(world.engine.up(program, { parallel: true, checked })).rejects.toThrow(
        /^Membership acme-dev\/bob@acme\.example could not be created: it is declared twice, here and by urn:.*::other: keep one of the two\.$/,
      );
      expect(world.writes()).toEqual([]);
    },
  );
});
