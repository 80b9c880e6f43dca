import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

const [ada, bob, carl, dora, eve] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@acme.example",
  "dora@acme.example",
  "eve@acme.example",
];

describe.each(dialects)("with $backend", ({ backend, ownerRole, roles: { high, low }, stored, sends }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  describe("a preview rejects", () => {
    const refused = async (members: Record<string, string>, more = {}): Promise<string> => {
      const program = { ...dev, all: roster(members, more) };
      const text = await refusal(world.engine.preview(program));
      await expect(world.engine.up(program)).rejects.toThrow();
      expect(world.writes()).toEqual([]);
      return text;
    };

    test("an empty roster", async () => {
      await world.settleRoster({ [bob]: low });
      expect(await refused({})).toBe(
        "members: must contain at least one person, because an empty roster would remove everyone. " +
          "To stop managing people and keep them, set the option `retainOnDelete` on the resource, run `pulumi up`, and remove the resource from the program",
      );
    });

    test("more removals than maxRemovals allows, including demotions and revoked invitations", async () => {
      await world.settleRoster({ [bob]: high, [carl]: low });
      await world.emulator.control.invite(eve, "acme-dev", stored.low);
      await world.engine.refresh();
      expect(await refused({ [bob]: low, [carl]: low })).toBe(
        "OrganizationMembers acme-dev could not be updated: The change removes or demotes 2 of 4 people (removes eve@acme.example; demotes bob@acme.example), " +
          "but maxRemovals (25%) allows 1. If you intend this, or if someone else added or promoted these people, set `maxRemovals: 2` for this run, and restore the value afterwards.",
      );
      expect(await refused({ [bob]: low, [carl]: low }, { maxRemovals: "1" })).toContain("maxRemovals (1) allows 1");
      await world.engine.up({ ...dev, all: roster({ [bob]: low, [carl]: low }, { maxRemovals: 2 }) });
      expect(world.writes()).toHaveLength(2);
      const before = world.engine.state.get("all");
      expect([before?.inputs.maxRemovals, before?.outputs.maxRemovals]).toEqual(["2", "2"]);
      const same = await world.engine.up({ ...dev, all: roster({ [bob]: low, [carl]: low }, { maxRemovals: "2" }) });
      expect(same).toContainEqual({ op: "same", name: "all" });
    });

    test("but a share of 0% allows one removal", async () => {
      await world.settleRoster({ [bob]: low });
      await world.engine.up({ ...dev, all: roster({ [carl]: low }, { maxRemovals: "0%" }) });
      expect(world.writes()).toEqual([sends.invite(carl, low), sends.remove]);
    });

    test("fewer admins than minAdmins, without counting invitations", async () => {
      await world.settleRoster({ [bob]: "admin", [carl]: "admin" }, { minAdmins: 3 });
      expect(await refused({ [bob]: "admin", [dora]: "admin" }, { minAdmins: 3 })).toBe(
        "OrganizationMembers acme-dev could not be updated: The change takes the admin role from carl@acme.example and leaves 2 admins, but minAdmins requires 3. Invitations do not count. " +
          "Make another member an admin first, or lower minAdmins.",
      );
    });

    test("another role of the owner, who is also the API key's user", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: low });
      const reason =
        ownerRole === "owner"
          ? "Peridio does not let an API key change its own user's role"
          : "Peridio does not let anyone change the owner's role";
      const remedy = ownerRole === "owner" ? "use the API key of another owner" : "transfer the ownership first";
      expect(await refused({ [ada]: low, [bob]: low })).toBe(
        `OrganizationMembers acme-dev could not be updated: ${reason}. Declare the role ${ownerRole} for ada@acme.example, or ${remedy}.`,
      );
    });

    test("another role of the API key's user, who is not the owner", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: "admin" });
      await world.emulator.control.transferOwnership(bob, "acme-dev");
      expect(await refused({ [ada]: low, [bob]: "admin" })).toContain(
        `Peridio does not let an API key change its own user's role. Declare the role admin for ada@acme.example, or use the API key of another admin or owner`,
      );
    });

    test("a person who is both declared and ignored", async () => {
      await world.settleRoster({ [bob]: low });
      expect(await refused({ [bob]: low, "carl@partner.example": low }, { ignore: ["*@PARTNER.example"] })).toContain(
        "the roster declares carl@partner.example, but `ignore` matches this address too. Remove it from the roster",
      );
    });

    test("a new pattern of `ignore` that matches a declared member, although nothing would be sent", async () => {
      await world.settleRoster({ [bob]: low });
      const reason = "the roster declares bob@acme.example, but `ignore` matches this address too.";
      expect(await refused({ [bob]: low }, { ignore: ["bob@*"] })).toContain(reason);
      expect(await refusal(world.engine.up({ ...dev, all: roster({ [bob]: low }, { ignore: ["bob@*"] }) }))).toContain(
        reason,
      );
      expect(world.engine.state.get("all")?.inputs.ignore).toBeUndefined();
      world.engine.state.delete("all");
      expect(await refused({ [bob]: low }, { ignore: ["bob@*"] })).toContain(reason);
    });

    test.each([-1, 10_000, 2.5, true, "x%"])("%j as maxRemovals", async (maxRemovals) => {
      await world.settleRoster({ [bob]: low });
      expect(await refused({ [bob]: low }, { maxRemovals })).toBe(
        'maxRemovals: must be a number from 0 to 9999, such as 3, or a percentage from 0% to 100%, such as "25%"',
      );
    });

    test("invalid and repeated addresses", async () => {
      await world.settleRoster({ [bob]: low });
      expect(await refused({ [bob]: low, "BOB@acme.example": low, nobody: low })).toBe(
        'members["bob@acme.example"]: is the same address as BOB@acme.example: keep one of the two\n' +
          "members.nobody: must be an e-mail address, such as ada@acme.example",
      );
    });

    test("a Membership of the same organization, also of an undeclared person", async () => {
      await world.settleRoster({ [bob]: low });
      const all = roster({ [bob]: low });
      await expect(world.engine.preview({ ...dev, all, bob: member(bob, low) })).rejects.toThrow(
        /^email: is declared twice, here and by urn:.*::all: keep one of the two$/,
      );
      await expect(world.engine.preview({ ...dev, all, carl: member(carl, low) })).rejects.toThrow(
        /^email: conflicts with urn:.*::all: the roster declares all people of the organization, so/,
      );
      await expect(world.engine.preview({ ...dev, carl: member(carl, low), all })).rejects.toThrow(
        /^organizationId: conflicts with urn:.*::carl: the roster declares all people/,
      );
    });
  });
});
