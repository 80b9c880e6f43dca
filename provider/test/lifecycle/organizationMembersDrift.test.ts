import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, stored, sends }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  const outputs = () => world.engine.state.get("all")?.outputs ?? {};

  describe("people who are left alone", () => {
    test("people in `ignore` are neither removed nor shown, and a Membership may declare them", async () => {
      const ignore = ["*@partner.example"];
      await world.engine.up(dev);
      world.emulator.control.addMember("zoe@partner.example", "acme-dev", stored.low);
      const program = {
        ...dev,
        all: roster({ [bob]: low }, { ignore }),
        yan: member("yan@partner.example", low),
      };
      await world.engine.up(program);
      expect(outputs().members).toEqual({ [bob]: low });
      expect(await world.engine.refresh()).toEqual([]);
      world.requests();
      await world.engine.up({ ...program, all: roster({ [bob]: high }, { ignore }) });
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
    });

    test("a preview that shows them leaving the declaration says that they stay", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: low, [carl]: low });
      const program = { ...dev, all: roster({ [carl]: low }, { ignore: ["bob@*"] }) };
      await world.engine.preview(program);
      expect(world.engine.told).toEqual([
        expect.stringMatching(
          /^The roster does not remove ada@acme\.example, bob@acme\.example: it keeps the owner, the API key's user/,
        ),
      ]);
      await world.engine.up(program);
      expect(world.writes()).toEqual([]);
      expect(outputs().members).toEqual({ [carl]: low });
    });

    test("a person added outside Pulumi is drift, shown by name and removed", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low }, { maxRemovals: "2" });
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", "admin");
      expect(await world.engine.refresh()).toEqual([
        { op: "refresh", name: "all", diff: { 'members["mallory@acme.example"]': "delete" } },
      ]);
      world.requests();
      await world.engine.up({ ...dev, all: roster({ [bob]: low, [carl]: low }) });
      expect(world.writes()).toEqual([sends.remove]);
    });

    test("a person removed outside Pulumi is invited again", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low });
      world.emulator.control.leave(bob, "acme-dev");
      expect(await world.engine.refresh()).toEqual([
        { op: "refresh", name: "all", diff: { 'members["bob@acme.example"]': "add" } },
      ]);
      world.requests();
      await world.engine.up({ ...dev, all: roster({ [bob]: low, [carl]: low }) });
      expect(world.writes()).toEqual([sends.invite(bob, low)]);
    });
  });

  describe("what changed since the last refresh", () => {
    test("the preview names a person added outside Pulumi if another change removes that person", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low }, { maxRemovals: "2" });
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      const program = { ...dev, all: roster({ [bob]: high, [carl]: low }) };
      await world.engine.preview(program);
      expect(world.engine.told).toEqual([
        "The organization changed since the last refresh, so this update also removes mallory@acme.example.",
      ]);
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.setRole(high), sends.remove]);
    });

    test("a user with another address is the same one: nobody is removed, and nobody invited to the old address", async () => {
      await world.settleRoster({ [bob]: high, [carl]: low });
      world.emulator.control.changeEmail(bob, "robert@acme.example");
      const program = { ...dev, all: roster({ [bob]: high, [carl]: high }) };
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.setRole(high)]);
      expect(await world.engine.refresh()).toEqual([]);
      expect(world.engine.told).toEqual([
        "The user of bob@acme.example has a new address: declare robert@acme.example.",
      ]);
      await world.engine.up({ ...dev, all: roster({ "robert@acme.example": high, [carl]: high }) });
      await world.engine.up({ ...dev, all: roster({ "robert@acme.example": low, [carl]: high }) });
      expect(world.writes()).toEqual([sends.setRole(low)]);
    });

    test("a refresh does not declare an undeclared person, so deleting the roster keeps that person", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low }, { maxRemovals: "2" });
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      await world.engine.refresh();
      world.requests();
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove, sends.remove]);
      world.emulator.control.leave("mallory@acme.example", "acme-dev");
    });
  });
});
