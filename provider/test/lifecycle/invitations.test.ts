import { beginConnect } from "../support/connect";
import { dialects } from "../support/dialect";
import { type Program, secret, type Wire } from "../support/engine";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob] = ["ada@acme.example", "bob@acme.example"];
const week = 7 * 86_400;

let world: World;
afterEach(() => world.end());

describe.each(dialects)("with $backend", ({ backend, roles: { low }, stored, sends, operations }) => {
  beforeEach(async () => (world = await World.on(backend)));

  const withBob = { ...dev, bob: member(bob, low) };
  const ifExpired = (onExpired: string) => ({ ...dev, bob: member(bob, low, {}, { onExpired }) });

  test("an expired invitation is drift, and the next update revokes it and sends a new one", async () => {
    await world.engine.up(withBob);
    world.emulator.control.advance(week + 1);
    expect(await world.engine.preview(withBob)).toContainEqual({
      op: "update",
      name: "bob",
      diff: { status: "update" },
    });
    world.requests();
    await world.engine.up(withBob);
    expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, low)]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
    expect(await world.engine.up(withBob)).toContainEqual({ op: "same", name: "bob" });
  });

  test("an expired invitation by another user does not prevent a new one", async () => {
    await world.engine.up(dev);
    await world.emulator.control.invite(bob, "acme-dev", stored.high);
    world.emulator.control.advance(week + 1);
    world.requests();
    await world.engine.up(withBob);
    expect(world.writes()).toEqual([sends.invite(bob, low)]);
  });

  test("an invitation that could not be sent again is sent by the next run", async () => {
    await world.engine.up(withBob);
    world.emulator.control.advance(week + 1);
    world.emulator.control.fault({ operation: operations.invite, effect: { status: 403 } });
    await expect(world.engine.up(withBob)).rejects.toThrow(/could not be updated/);
    await world.engine.up(withBob);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending" });
  });

  test("an invitation revoked outside Pulumi is sent again", async () => {
    await world.engine.up(withBob);
    await world.emulator.control.revoke(bob, "acme-dev");
    world.requests();
    expect(await world.engine.up(withBob)).toContainEqual({ op: "create", name: "bob" });
    expect(world.writes()).toEqual([sends.invite(bob, low)]);
  });

  test("an expired invitation stays if `onExpired` is ignore, and is sent again if it is reinvite", async () => {
    await world.engine.up(ifExpired("ignore"));
    world.emulator.control.advance(week + 1);
    expect(await world.engine.up(ifExpired("ignore"))).toContainEqual({ op: "same", name: "bob" });
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "expired", onExpired: "ignore" });
    world.requests();
    await world.engine.up(ifExpired("reinvite"));
    expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, low)]);
  });

  test("an expired invitation of a roster stays if `onExpired` is ignore, and is sent again without it", async () => {
    const people = (more: Wire) => ({ ...dev, people: roster({ [ada]: "admin", [bob]: low }, more) });
    await world.engine.up(people({ onExpired: "ignore" }));
    world.emulator.control.advance(week + 1);
    world.requests();
    expect(await world.engine.up(people({ onExpired: "ignore" }))).toContainEqual({ op: "same", name: "people" });
    expect(world.writes()).toEqual([]);
    expect(world.engine.state.get("people")?.outputs).toMatchObject({ people: { [bob]: { status: "expired" } } });
    await world.engine.up(people({}));
    expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, low)]);
  });

  test("a change of `onExpired` alone sends nothing", async () => {
    await world.settle(withBob, [bob]);
    expect(await world.engine.up(ifExpired("ignore"))).toContainEqual({
      op: "update",
      name: "bob",
      diff: { onExpired: "add" },
    });
    expect(world.writes()).toEqual([]);
    expect(world.engine.state.get("bob")?.outputs).toMatchObject({ onExpired: "ignore" });
  });
});

interface Inviter {
  readonly by: string;
  readonly name: "Membership" | "OrganizationMembers";
  /** Bob's access with this role. */
  readonly program: (role: string) => Program;
  /** The expected refusal to adopt an invitation with the role owner. */
  readonly refusal: RegExp;
}

const inviters: readonly Inviter[] = [
  {
    by: "a Membership",
    name: "Membership",
    program: (role) => ({ ...dev, bob: member(bob, role) }),
    refusal: /Membership acme-dev\/bob@acme\.example already exists as a pending invitation with the role owner/,
  },
  {
    by: "a roster",
    name: "OrganizationMembers",
    program: (role) => ({ ...dev, bob: roster({ [ada]: "admin", [bob]: role }, { maxRemovals: "100%" }) }),
    refusal:
      /OrganizationMembers acme-dev already exists with other people or roles: bob@acme\.example has the role \w+, but the program declares \w+\. /,
  },
];

// Groups, links and invitations to own an organization exist only in Avocado Connect.
describe.each(inviters)("with connect, an invitation by $by", ({ name, program, refusal }) => {
  beforeEach(async () => (world = await beginConnect()));

  describe("with a group", () => {
    let group: string;
    beforeEach(async () => {
      const { control } = world.emulator;
      group = control.addGroup("field", "acme-dev");
      await control.invite(bob, "acme-dev", "developer", { as: ada, group: "field" });
      await world.engine.up(program("member"));
      world.requests();
    });
    const invite = (role: string) => `POST invitations ${JSON.stringify({ email: bob, role, group_id: group })}`;

    test("keeps the group if the role changes", async () => {
      await world.engine.up(program("admin"));
      expect(world.writes()).toEqual(["DELETE invitations", invite("admin")]);
    });

    test("keeps the group if it expires and is sent again", async () => {
      world.emulator.control.advance(week);
      await world.engine.up(program("member"));
      expect(world.writes()).toEqual(["DELETE invitations", invite("member")]);
    });
  });

  describe("while e-mail delivery is off", () => {
    beforeEach(async () => {
      world.emulator.control.setEmailDelivery(false);
      await world.engine.up(program("member"));
    });

    /** The secret output, by its name. */
    function link(): Wire {
      const { outputs = {} } = world.engine.state.get("bob") ?? {};
      return Object.fromEntries(Object.entries(outputs).filter(([name]) => name.startsWith("inviteUrl")));
    }

    const secretOf = (value: unknown): unknown => ({ ...Object(secret("")), value });
    const text: unknown = expect.stringMatching(/^https:/);
    const expected = [{ inviteUrl: secretOf(text) }, { inviteUrls: secretOf({ [bob]: text }) }];

    test("has a link as a secret output, and a warning that does not show the link", () => {
      expect(expected).toContainEqual(link());
      const warning =
        /Peridio sent no e-mail to bob@acme\.example: e-mail delivery is off\. Send this person the link in the secret output/;
      expect(world.engine.warnings.join("\n")).toMatch(warning);
      expect(world.engine.warnings.join("\n")).not.toContain("https:");
    });

    test("keeps its link while it is pending, and a new invitation has a new link", async () => {
      const first = link();
      await world.engine.refresh();
      await world.engine.up(program("member"));
      expect(link()).toEqual(first);
      await world.engine.up(program("admin"));
      expect(expected).toContainEqual(link());
      expect(link()).not.toEqual(first);
    });

    test("has no link after the person accepts", async () => {
      world.emulator.control.accept(bob, "acme-dev");
      await world.engine.refresh();
      expect(link()).toEqual({});
    });
  });

  describe("with the role owner", () => {
    const inviteAsOwner = () => world.emulator.control.invite(bob, "acme-dev", "owner", { as: ada });
    const invite = (role: string) => `POST invitations ${JSON.stringify({ email: bob, role })}`;

    test("is sent, and acceptance is no change", async () => {
      await world.engine.up(program("owner"));
      expect(world.writes()).toEqual([invite("owner")]);
      world.emulator.control.accept(bob, "acme-dev");
      await world.engine.refresh();
      expect(await world.engine.preview(program("owner"))).toContainEqual({ op: "same", name: "bob" });
      expect(world.writes()).toEqual([]);
    });

    test("is adopted only for the role owner", async () => {
      await inviteAsOwner();
      await expect(world.engine.preview(program("admin"))).rejects.toThrow(refusal);
      await world.engine.up(program("owner"));
      expect(world.writes()).toEqual([]);
    });

    // Otherwise, an update right after the acceptance would lower an owner that no program declared as one.
    test("stays for a declared admin, as the owner does after acceptance", async () => {
      await world.engine.up(program("admin"));
      await world.emulator.control.revoke(bob, "acme-dev");
      await inviteAsOwner();
      await world.engine.refresh();
      expect(world.engine.warnings).toContain(
        "bob@acme.example is invited as an owner, but the program does not declare the role owner. The invitation stays as it is, and the state shows the role admin. To manage the ownership, declare the role owner.",
      );
      world.requests();
      await world.engine.up(program("admin"));
      world.emulator.control.accept(bob, "acme-dev");
      await world.engine.up(program("admin"));
      await world.engine.refresh();
      await world.engine.up(program("admin"));
      expect(world.writes()).toEqual([]);
    });

    test("is replaced for a declared member, and after the role owner was declared", async () => {
      await inviteAsOwner();
      await world.engine.up(program("owner"));
      world.requests();
      await world.engine.up(program("admin"));
      expect(world.writes()).toEqual(["DELETE invitations", invite("admin")]);
      await world.emulator.control.revoke(bob, "acme-dev");
      await inviteAsOwner();
      await world.engine.refresh();
      world.requests();
      await world.engine.up(program("member"));
      expect(world.writes()).toEqual(["DELETE invitations", invite("member")]);
    });

    test.each([true, false])("stays an owner after an import and its acceptance (refresh: %s)", async (isRefreshed) => {
      const id = name === "Membership" ? `acme-dev/${bob}` : "acme-dev";
      await world.engine.up(dev);
      await inviteAsOwner();
      await world.engine.import("bob", name, id);
      world.emulator.control.accept(bob, "acme-dev");
      if (isRefreshed) await world.engine.refresh();
      world.requests();
      await world.engine.up(program("admin"));
      expect(world.writes()).toEqual([]);
    });

    test("is refused for an admin's API key, before any write", async () => {
      world.emulator.control.addMember("carl@acme.example", "acme-dev", "admin");
      await world.engine.up(dev);
      const engine = world.with({ backend: "connect", apiKey: world.emulator.control.addApiKey("carl@acme.example") });
      for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
      await expect(engine.preview(program("owner"))).rejects.toThrow(
        "only owners can grant or take the role owner, or invite owners. The API key's user, carl@acme.example, has the role admin in organization acme-dev, but this change concerns bob@acme.example. Use an owner's API key.",
      );
    });
  });
});
