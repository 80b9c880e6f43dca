import { z } from "zod";
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

describe.each(dialects)("with $backend", ({ backend, ownerNotes, roles: { high, low }, stored, sends, operations }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  const outputs = () => world.engine.state.get("all")?.outputs ?? {};

  describe("creating a roster", () => {
    test("invites all missing people", async () => {
      await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: high, [carl]: low }) });
      const expected = [...sends.founding("acme-dev"), sends.invite(bob, high), sends.invite(carl, low)];
      expect(world.writes().sort()).toEqual(expected.sort());
      expect(outputs()).toMatchObject({
        members: { [ada]: "admin", [bob]: high, [carl]: low },
        people: { [ada]: { status: "active" }, [bob]: { status: "pending" } },
      });
    });

    test("reads the members, the invitations and the seats of an existing organization once", async () => {
      await world.engine.up(dev);
      world.requests();
      await world.engine.up({ ...dev, all: roster({ [bob]: low }) });
      expect(world.requests()).toEqual([...sends.people, ...sends.expired, ...sends.limits, sends.invite(bob, low)]);
    });

    test("fails if the organization has undeclared people, and names the import command", async () => {
      await world.engine.up(dev);
      world.emulator.control.addMember("mallory@acme.example", "acme-dev", stored.low);
      const text = await refusal(world.engine.preview({ ...dev, all: roster({ [bob]: low }) }));
      expect(text).toMatch(
        /^OrganizationMembers acme-dev already exists with other people or roles: the program does not declare mallory@acme\.example\. Another program/,
      );
      expect(text).toContain("pulumi import peridio:index:OrganizationMembers all acme-dev");
      expect(world.writes()).not.toContainEqual(expect.stringContaining("invitations"));
    });

    test("fails if a person has another role than declared", async () => {
      await world.engine.up(dev);
      world.emulator.control.addMember(bob, "acme-dev", "admin");
      await expect(world.engine.up({ ...dev, all: roster({ [bob]: low }) })).rejects.toThrow(
        `already exists with other people or roles: ${bob} has the role admin, but the program declares ${low}. Another program`,
      );
    });

    test("fails if another user has sent an invitation with another role", async () => {
      await world.engine.up(dev);
      world.emulator.control.addMember(carl, "acme-dev", "admin");
      await world.emulator.control.invite(bob, "acme-dev", "admin", { as: carl });
      world.requests();
      await expect(world.engine.up({ ...dev, all: roster({ [bob]: low, [carl]: "admin" }) })).rejects.toThrow(
        `already exists with other people or roles: ${bob} has the role admin, but the program declares ${low}. Another program`,
      );
      expect(world.writes()).toEqual([]);
    });

    test("keeps an undeclared owner", async () => {
      await world.settleRoster({ [bob]: low });
      expect(outputs().members).toEqual({ [bob]: low });
      expect(await world.engine.preview({ ...dev, all: roster({ [bob]: low }) })).toEqual([
        { op: "same", name: "dev" },
        { op: "same", name: "all" },
      ]);
    });
  });

  describe("an unchanged roster", () => {
    test("sends no request after all have accepted", async () => {
      await world.settleRoster({ [ada]: "admin", [bob]: low });
      await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: low }) });
      expect(world.requests()).toEqual([]);
    });

    test("is read while an invitation is pending, and acceptance is not a change", async () => {
      const program = { ...dev, all: roster({ [bob]: low }) };
      await world.engine.up(program);
      world.emulator.control.accept(bob, "acme-dev");
      world.requests();
      expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "all" });
      expect(world.requests()).toEqual(sends.people);
      expect(outputs()).toMatchObject({ people: { [bob]: { status: "active" } } });
    });

    test("in another letter case or order is not a change", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low });
      const steps = await world.engine.up({
        ...dev,
        all: roster({ "CARL@acme.example": low, "Bob@Acme.example": low }),
      });
      expect(steps).toContainEqual({ op: "same", name: "all" });
      expect(world.writes()).toEqual([]);
    });
  });

  describe("one update", () => {
    test("shows each person by name, and invites and promotes before it removes", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low, [dora]: low }, { maxRemovals: "100%" });
      const desired = { [bob]: "admin", [carl]: low, [eve]: low };
      const steps = await world.engine.up({ ...dev, all: roster(desired, { maxRemovals: "100%" }) });
      expect(steps).toContainEqual({
        op: "update",
        name: "all",
        diff: {
          'members["bob@acme.example"]': "update",
          'members["dora@acme.example"]': "delete",
          'members["eve@acme.example"]': "add",
        },
      });
      const writes = world.writes();
      expect(writes.slice(0, 2).sort()).toEqual([sends.setRole("admin"), sends.invite(eve, low)].sort());
      expect(writes.slice(2)).toEqual([sends.remove]);
    });

    test("swaps one person for another by inviting first", async () => {
      await world.settleRoster({ [bob]: low });
      await world.engine.up({ ...dev, all: roster({ [carl]: low }) });
      expect(world.writes()).toEqual([sends.invite(carl, low), sends.remove]);
      expect(outputs().members).toEqual({ [carl]: low });
    });

    test("promotes before it demotes", async () => {
      await world.settleRoster({ [bob]: "admin", [carl]: low });
      await world.engine.up({ ...dev, all: roster({ [bob]: low, [carl]: "admin" }) });
      expect(world.writes()).toEqual([sends.setRole("admin"), sends.setRole(low)]);
    });

    test("removes and demotes no one if a promotion fails, and the next run completes the update", async () => {
      await world.settleRoster({ [bob]: "admin", [carl]: low, [dora]: low }, { maxRemovals: "100%" });
      const program = {
        ...dev,
        all: roster({ [carl]: "admin", [bob]: low, [eve]: low }, { maxRemovals: "100%" }),
      };
      world.emulator.control.fault({ operation: operations.setRole, times: 1, effect: { status: 500 } });
      await expect(world.engine.up(program)).rejects.toThrow(
        /^OrganizationMembers acme-dev could not be updated: carl@acme\.example: Peridio or a proxy failed\..*request/,
      );
      const writes = world.writes();
      expect(writes.sort()).toEqual([sends.setRole("admin"), sends.invite(eve, low)].sort());
      expect(outputs().members).toEqual({
        [bob]: "admin",
        [carl]: low,
        [dora]: low,
        [eve]: low,
      });
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.setRole("admin"), sends.setRole(low), sends.remove]);
      expect(outputs().members).toEqual({ [bob]: low, [carl]: "admin", [eve]: low });
    });

    test("sends a new invitation if the role of an invitation changes, and the preview says so", async () => {
      await world.engine.up({ ...dev, all: roster({ [bob]: low }) });
      const program = { ...dev, all: roster({ [bob]: high }) };
      await world.engine.preview(program);
      expect(world.engine.warnings).toEqual([
        ...ownerNotes.omitted,
        "Peridio sends a new e-mail to bob@acme.example: Peridio cannot edit an invitation, so the provider revokes it and sends a new one.",
      ]);
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
    });

    test("sends an expired invitation again", async () => {
      const program = { ...dev, all: roster({ [bob]: low, [carl]: low }) };
      await world.engine.up(program);
      world.emulator.control.accept(carl, "acme-dev");
      world.emulator.control.advance(8 * 86_400);
      world.requests();
      expect(await world.engine.up(program)).toContainEqual({
        op: "update",
        name: "all",
        diff: { 'members["bob@acme.example"]': "update" },
      });
      expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, low)]);
      expect(outputs()).toMatchObject({ people: { [bob]: { status: "pending" } } });
    });
  });

  test("after Ctrl-C, the state contains the sent invitations, and the next run sends the others", async () => {
    await world.engine.up(dev);
    const members = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}@acme.example`, low]));
    // As many as there are requests in flight.
    const cancelled = world.upCancelled({ ...dev, all: roster(members) }, operations.invite, 10);
    await expect(cancelled).rejects.toThrow(/cancelled/);
    expect(Object.keys(world.engine.state.get("all")?.outputs.members ?? {})).toHaveLength(10);
    world.requests();
    await world.engine.up({ ...dev, all: roster(members) });
    expect(world.writes()).toHaveLength(15);
  });

  test("after Ctrl-C and a lost response, one more read shows that the role has changed", async () => {
    await world.settleRoster({ [bob]: low });
    world.emulator.control.fault({ operation: operations.setRole, when: "after", effect: "drop" });
    const program = { ...dev, all: roster({ [bob]: high }) };
    await world.upCancelled(program, operations.setRole);
    expect(outputs()).toMatchObject({ members: { [bob]: high } });
    world.requests();
    await world.engine.up(program);
    expect(world.writes()).toEqual([]);
  });

  test("a change without an invitation does not read the limits", async () => {
    await world.settleRoster({ [bob]: low, [carl]: low });
    await world.engine.up({ ...dev, all: roster({ [bob]: high, [carl]: low }) });
    const limits = world.requests().filter((line) => line === "GET limits");
    expect(limits).toEqual([]);
  });

  test("a preview names only the people who get access without a visible difference", async () => {
    await world.settleRoster({ [bob]: low });
    world.emulator.control.leave(bob, "acme-dev");
    await world.engine.preview({ ...dev, all: roster({ [bob]: low, [carl]: low }) });
    expect(world.engine.warnings).toEqual([
      `In addition to the changes that Pulumi shows, this update invites or promotes ${bob}.`,
      ...ownerNotes.omitted,
    ]);
  });

  test("a failed read after a failed update is not repeated", async () => {
    await world.settleRoster({ [bob]: low });
    const program = { ...dev, all: roster({ [bob]: low, [carl]: low }) };
    // A refusal that may be due to what is there, so that it is read again.
    world.emulator.control.fault({ operation: operations.invite, effect: { status: 422 } });
    world.emulator.control.fault({
      operation: operations.listMembers,
      skip: 1,
      times: "always",
      effect: { status: 403 },
    });
    await expect(world.engine.up(program)).rejects.toThrow(/carl@acme\.example/);
    const requests = world.requests();
    const after = requests.slice(requests.indexOf(sends.invite(carl, low)) + 1);
    expect(after.filter((line) => line === "GET members")).toHaveLength(1);
  });

  describe("invitations with a new role", () => {
    const crowd = (role: string) =>
      Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}@acme.example`, role]));
    const kinds = () => world.writes().map((line) => line.split(" ")[0]);

    test("are replaced one by one, so that few are missing at any time", async () => {
      await world.engine.up({ ...dev, all: roster(crowd(low)) });
      world.requests();
      await world.engine.up({ ...dev, all: roster(crowd(high), { maxRemovals: "100%" }) });
      let [missing, most] = [0, 0];
      for (const kind of kinds()) {
        missing += kind === "DELETE" ? 1 : -1;
        most = Math.max(most, missing);
      }
      expect(missing).toBe(0);
      // Ten requests are in flight. The order of their arrival may let a new invitation wait for another request.
      expect(most).toBeLessThan(20);
    });

    test("all exist after Ctrl-C, and the state contains the new roles", async () => {
      await world.engine.up({ ...dev, all: roster(crowd(low)) });
      world.requests();
      const program = { ...dev, all: roster(crowd(high), { maxRemovals: "100%" }) };
      // As many as there are requests in flight.
      const cancelled = world.upCancelled(program, operations.revoke, 10);
      await expect(cancelled).rejects.toThrow(/cancelled/);
      const first = kinds();
      // Every invitation that was revoked is sent again, in spite of Ctrl-C.
      const sent = 10;
      expect(first.filter((kind) => kind === "DELETE")).toHaveLength(sent);
      expect(first.filter((kind) => kind === "POST")).toHaveLength(sent);
      const roles = Object.values(z.record(z.string(), z.string()).parse(outputs().members));
      expect(roles.filter((role) => role === high)).toHaveLength(sent);
      expect(roles.filter((role) => role === low)).toHaveLength(25 - sent);
      await world.engine.up(program);
      expect(kinds()).toHaveLength(2 * (25 - sent));
      expect(await world.engine.refresh()).toEqual([]);
    });
  });

  describe("moving", () => {
    test("from Memberships to a roster removes and invites no one", async () => {
      const apart = { ...dev, bob: member(bob, low), carl: member(carl, low) };
      const together = { ...dev, all: roster({ [bob]: low, [carl]: low }) };
      await world.engine.up(apart);
      for (const email of [bob, carl]) world.emulator.control.accept(email, "acme-dev");
      await world.engine.up(apart);
      world.requests();
      await world.engine.up(together);
      expect(world.writes()).toEqual([]);
      expect([...world.engine.state.keys()]).toEqual(["dev", "all"]);
    });

    test("from a roster to Memberships requires imports, and removes no one", async () => {
      await world.settleRoster({ [bob]: low, [carl]: low });
      const apart = { ...dev, bob: member(bob, low), carl: member(carl, low) };
      await expect(world.engine.up(apart)).rejects.toThrow(/Membership acme-dev\/bob@acme\.example already exists/);
      await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
      await world.engine.import("carl", "Membership", `acme-dev/${carl}`);
      await world.engine.up(apart);
      expect(world.writes()).toEqual([]);
      expect([...world.engine.state.keys()]).toEqual(["dev", "bob", "carl"]);
    });

    test("a renamed roster removes no one", async () => {
      await world.settleRoster({ [bob]: low });
      await world.engine.up({ ...dev, renamed: roster({ [bob]: low }) });
      expect(world.writes()).toEqual([]);
      expect([...world.engine.state.keys()]).toEqual(["dev", "renamed"]);
    });
  });
});

test("a roster of an organization that the same run creates reads no invitations", async () => {
  // The backend connect makes no organizations.
  const world = await World.begin();
  await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: "developer" }) });
  expect(world.requests()).toEqual([
    'POST organizations {"name":"acme-dev"}',
    "GET members",
    "GET limits",
    `POST invitations {"email":"${bob}","role":"developer"}`,
  ]);
  await world.end();
});

describe("a preview of a removal", () => {
  test("tells when the person was last active, if the API reports it", async () => {
    const world = await World.begin();
    await world.settleRoster({ [bob]: "developer", [carl]: "viewer", [dora]: "viewer" });
    world.emulator.control.setLastActive(bob, "acme-dev", "2026-01-31T23:30:00-02:00");
    world.emulator.control.setLastActive(carl, "acme-dev", null);
    await world.engine.refresh();
    await world.engine.preview({ ...dev, all: roster({ [dora]: "viewer" }, { maxRemovals: 2 }) });
    expect(world.engine.information).toEqual([
      `${bob} is removed, and was last active on 2026-02-01.`,
      `${carl} is removed, and was never active.`,
    ]);
    expect(world.engine.warnings.join()).not.toContain("active on");
    await world.end();
  });

  test("tells nothing about activity that Avocado Connect does not report", async () => {
    const world = await World.on("connect");
    await world.settleRoster({ [bob]: "admin", [carl]: "member" });
    await world.engine.preview({ ...dev, all: roster({ [carl]: "member" }) });
    expect(world.engine.information).toEqual([]);
    await world.end();
  });
});
