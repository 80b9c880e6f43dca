import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];

describe.each(dialects)("with $backend", ({ backend, ownerNotes, roles: { high, low }, stored, sends, operations }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  const outputs = () => world.engine.state.get("all")?.outputs ?? {};

  describe("people who are not in the program, or not in the organization", () => {
    test("people in `ignore` are neither removed nor in the state, and a Membership may declare them", async () => {
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

    test("a preview says that the owner and ignored people stay if they leave the program", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: low, [carl]: low });
      const program = { ...dev, all: roster({ [carl]: low }, { ignore: ["bob@*"] }) };
      await world.engine.preview(program);
      expect(world.engine.warnings).toEqual(
        backend === "connect"
          ? [
              expect.stringMatching(
                /^The roster does not remove bob@acme\.example: it keeps the owner, the API key's user/,
              ),
              ...ownerNotes.omitted,
            ]
          : [
              expect.stringMatching(
                /^The roster does not remove ada@acme\.example, bob@acme\.example: it keeps the owner, the API key's user/,
              ),
            ],
      );
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

  describe("a change since the last refresh", () => {
    test("adds a person, and the preview says that the update removes that person", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low }, { maxRemovals: "2" });
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      const program = { ...dev, all: roster({ [bob]: high, [carl]: low }) };
      await world.engine.preview(program);
      expect(world.engine.warnings).toEqual([
        "In addition to the changes that Pulumi shows, this update removes mallory@acme.example.",
        ...ownerNotes.omitted,
      ]);
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.setRole(high), sends.remove]);
    });

    test("gives a user another address, and no one is removed or invited", async () => {
      await world.settleRoster({ [bob]: high, [carl]: low });
      world.emulator.control.changeEmail(bob, "robert@acme.example");
      const program = { ...dev, all: roster({ [bob]: high, [carl]: high }) };
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.setRole(high)]);
      expect(await world.engine.refresh()).toEqual([]);
      expect(world.engine.warnings).toEqual([
        "The user of bob@acme.example has a new address: declare robert@acme.example.",
        ...ownerNotes.omitted,
      ]);
      await world.engine.up({ ...dev, all: roster({ "robert@acme.example": high, [carl]: high }) });
      await world.engine.up({ ...dev, all: roster({ "robert@acme.example": low, [carl]: high }) });
      expect(world.writes()).toEqual([sends.setRole(low)]);
    });

    test("adds a person, and the deletion of the roster keeps that person", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low }, { maxRemovals: "2" });
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      await world.engine.refresh();
      world.requests();
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove, sends.remove]);
      world.emulator.control.leave("mallory@acme.example", "acme-dev");
    });
  });

  describe("import and deletion", () => {
    test("an import declares all people, including the owner, and the next preview is empty", async () => {
      await world.engine.up(dev);
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
      await world.emulator.control.invite(carl, "acme-dev", stored.high);
      const inputs = await world.engine.import("all", "OrganizationMembers", "acme-dev");
      expect(inputs).toEqual({
        organizationId: world.engine.state.get("dev")?.id,
        members: { [ada]: "admin", [bob]: low, [carl]: high },
      });
      const members = { [ada]: "admin", [bob]: low, [carl]: high };
      expect(await world.engine.preview({ ...dev, all: roster(members) })).toContainEqual({ op: "same", name: "all" });
    });

    test("a deletion removes the declared people except the owner", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: low, [carl]: low }, { maxRemovals: "2" });
      world.emulator.control.addMember("zoe@acme.example", "acme-dev", stored.low);
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove, sends.remove]);
      expect(world.engine.warnings).toEqual([
        expect.stringMatching(/^ada@acme\.example stays in the organization as (the|an) owner/),
      ]);
      world.emulator.control.leave("zoe@acme.example", "acme-dev");
    });

    test("a roster that leaves the program removes no more people than maxRemovals allows", async () => {
      const members = { [ada]: "admin", [bob]: low, [carl]: low };
      await world.settleRoster(members);
      await expect(world.engine.up(dev)).rejects.toThrow(
        /OrganizationMembers acme-dev could not be deleted: The change removes or demotes 2 of 3 people \(removes bob@acme\.example, carl@acme\.example\), but maxRemovals \(25%\) allows 1\. .*`retainOnDelete`/,
      );
      expect(world.writes()).toEqual([]);
      expect([...world.engine.state.keys()]).toEqual(["dev", "all"]);
      await world.engine.up({ ...dev, all: roster(members, { maxRemovals: "100%" }) });
      world.requests();
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove, sends.remove]);
    });

    test("a roster that leaves the program keeps as many admins as minAdmins requires", async () => {
      await world.settleRoster({ [bob]: "admin" }, { minAdmins: 2 });
      await expect(world.engine.up(dev)).rejects.toThrow(
        /The change takes the admin role from bob@acme\.example and leaves 1 admin, but minAdmins requires 2\. .*lower `minAdmins`, run `pulumi up`, and then delete the roster/,
      );
      expect(world.writes()).toEqual([]);
    });

    test("the owner and the API key's user count neither as removals nor as removed admins", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: low }, { maxRemovals: "1" });
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove]);
    });

    test("a 404 for one person does not end the deletion of the others", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low, [dora]: low }, { maxRemovals: "3" });
      world.emulator.control.fault({ operation: operations.remove, times: 1, effect: { status: 404 } });
      await expect(world.engine.up(dev)).rejects.toThrow(/but bob@acme\.example is still a member\. .*HTTP 404/);
      expect(world.writes()).toEqual([sends.remove, sends.remove, sends.remove]);
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove]);
    });

    test("a different user at an address stops an update, and stays if the roster is deleted", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low });
      world.emulator.control.changeEmail(bob, "robert@acme.example");
      world.emulator.control.leave("robert@acme.example", "acme-dev");
      world.emulator.control.addMember(bob, "acme-dev", stored.low);
      await expect(world.engine.up({ ...dev, all: roster({ [bob]: high, [carl]: low }) })).rejects.toThrow(
        /The address bob@acme\.example belongs to a different user \(prn:1:user:.*\) than the one in state \(prn:1:user:.*\)\. If you expected this change, run `pulumi up --refresh` to accept it/,
      );
      world.requests();
      await world.engine.up(dev);
      expect(world.writes()).toEqual([sends.remove]);
      expect(world.engine.warnings).toEqual([
        expect.stringMatching(/^The address .* belongs to a different user .* The provider does not remove prn:\S+\.$/),
      ]);
    });
  });
});
