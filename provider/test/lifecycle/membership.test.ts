import { dialects } from "../support/dialect";
import { dev, member } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, carl, eve] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "eve@acme.example"];

describe.each(dialects)(
  "with $backend",
  ({ backend, roles: { high, low }, stored, sends, operations, listsAccepted }) => {
    let world: World;
    beforeEach(async () => (world = await World.on(backend)));
    afterEach(() => world.end());

    /** Bob has the lower role. */
    const withBob = { ...dev, bob: member(bob, low) };

    describe("inviting", () => {
      test("a person who is not there is invited, once the organization was read", async () => {
        await world.engine.up(dev);
        world.requests();
        await world.engine.up({ ...dev, bob: member(bob, low) });
        expect(world.requests()).toEqual([...sends.people, ...sends.expired, sends.invite(bob, low)]);
        expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: low });
      });

      test("acceptance is no change, and is noticed without a refresh", async () => {
        const program = { ...dev, bob: member(bob, low) };
        await world.engine.up(program);
        world.emulator.control.accept(bob, "acme-dev");
        expect(await world.engine.preview(program)).toEqual([
          { op: "same", name: "dev" },
          { op: "same", name: "bob" },
        ]);
        world.requests();
        await world.engine.up(program);
        expect(world.writes()).toEqual([]);
        const { outputs } = world.engine.state.get("bob") ?? {};
        expect(outputs).toMatchObject({ status: "active" });
        expect(outputs).not.toHaveProperty("invitationId");
      });

      test("a settled member costs no request in an unchanged run", async () => {
        await world.settle(withBob, [bob]);
        await world.engine.up({ ...dev, bob: member(bob, low) });
        expect(world.requests()).toEqual([]);
      });

      test("the case of an e-mail address is not a change", async () => {
        await world.settle(withBob, [bob]);
        const steps = await world.engine.up({ ...dev, bob: member("BOB@Acme.example", low) });
        expect(steps).toEqual([
          { op: "same", name: "dev" },
          { op: "same", name: "bob" },
        ]);
        expect(world.writes()).toEqual([]);
      });

      test("the id is the same for the invitation and the member, whatever the case of the address", async () => {
        await world.engine.up({ ...dev, bob: member("Bob@Acme.example", low) });
        const before = world.engine.state.get("bob")?.id;
        world.emulator.control.accept(bob, "acme-dev");
        await world.engine.refresh();
        expect(world.engine.state.get("bob")?.id).toBe(before);
        expect(before).toMatch(/\/bob@acme\.example$/);
      });
    });

    describe("changing the role", () => {
      test("of a member is exactly one write", async () => {
        await world.settle(withBob, [bob]);
        const steps = await world.engine.up({ ...dev, bob: member(bob, high) });
        expect(steps).toContainEqual({ op: "update", name: "bob", diff: { role: "update" } });
        expect(world.writes()).toEqual([sends.setRole(high)]);
      });

      test("of a pending person revokes and invites anew, and the preview says so", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        const program = { ...dev, bob: member(bob, high) };
        await world.engine.preview(program);
        expect(world.engine.told).toEqual([
          expect.stringMatching(/^Peridio sends a new e-mail to bob@acme\.example: /),
        ]);
        world.requests();
        await world.engine.up(program);
        expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
        expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: high });
      });

      test("of a pending person is finished in spite of Ctrl-C once the invitation is revoked", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        await world.upCancelled({ ...dev, bob: member(bob, high) }, operations.revoke);
        expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
        expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: high });
        expect(await world.engine.refresh()).toEqual([]);
      });

      test("of a pending person who accepts in between changes the member", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.emulator.control.accept(bob, "acme-dev");
        world.requests();
        await world.engine.up({ ...dev, bob: member(bob, high) });
        expect(world.writes()).toEqual([sends.setRole(high)]);
      });

      test("by hand is drift, found by a refresh and repaired by one write", async () => {
        await world.settle(withBob, [bob]);
        await world.emulator.control.setRole(bob, "acme-dev", stored.high);
        expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "bob", diff: { role: "update" } }]);
        world.requests();
        await world.engine.up({ ...dev, bob: member(bob, low) });
        expect(world.writes()).toEqual([sends.setRole(low)]);
      });

      test("is left alone where the program ignores it", async () => {
        await world.settle(withBob, [bob]);
        await world.emulator.control.setRole(bob, "acme-dev", stored.high);
        await world.engine.refresh();
        const program = { ...dev, bob: member(bob, low, { ignoreChanges: ["role"] }) };
        expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
        expect(world.writes()).toEqual([]);
      });

      test("of the owner or the key's own user is refused already at preview", async () => {
        await world.engine.up({ ...dev, ada: member(ada, "admin") });
        await expect(world.engine.preview({ ...dev, ada: member(ada, low) })).rejects.toThrow(
          /Membership acme-dev\/ada@acme\.example could not be updated: Peridio does not let anyone change the owner's role/,
        );
      });

      test("of the key's own user is refused in words", async () => {
        const program = { ...dev, ada: member(ada, low) };
        await expect(world.engine.up(program)).rejects.toThrow(/Peridio does not let anyone change the owner's role/);
      });
    });

    describe("removing", () => {
      test("a member sends one DELETE", async () => {
        await world.settle(withBob, [bob]);
        await world.engine.up(dev);
        expect(world.writes()).toEqual([sends.remove]);
      });

      test("a pending person revokes the invitation", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        await world.engine.up(dev);
        expect(world.writes()).toEqual([sends.revoke]);
      });

      test("a revocation that is refused for ever ends with the refusal", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        const effect = { status: 409 };
        world.emulator.control.fault({ operation: operations.revoke, times: "always", effect });
        await expect(world.engine.up(dev)).rejects.toThrow(/bob@acme\.example could not be deleted: .*HTTP 409/);
        expect(world.writes()).toEqual([sends.revoke]);
        expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
      });

      test("a person who is gone already is done", async () => {
        await world.settle(withBob, [bob]);
        await world.emulator.control.removeMember(bob, "acme-dev");
        expect(await world.engine.up(dev)).toContainEqual({ op: "delete", name: "bob" });
        expect(world.writes()).toEqual([]);
      });

      test("the owner stays, with a warning", async () => {
        await world.engine.up({ ...dev, ada: member(ada, "admin") });
        world.requests();
        await world.engine.up(dev);
        expect(world.writes()).toEqual([]);
        expect(world.engine.told).toEqual([expect.stringMatching(/^ada@acme\.example stays .* as the owner/)]);
      });

      test("a renamed resource whose invitation waits removes nobody", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        await world.engine.up({ ...dev, robert: member(bob, low) });
        expect(world.writes()).toEqual([]);
        expect(world.engine.told).toEqual([
          expect.stringMatching(/^The user of this API key has already invited bob@acme\.example/),
          expect.stringMatching(/bob@acme\.example is still declared/),
        ]);
        expect([...world.engine.state.keys()]).toEqual(["dev", "robert"]);
      });

      test("a renamed resource of a member is refused, and nobody is removed", async () => {
        await world.settle(withBob, [bob]);
        const renamed = { ...dev, robert: member(bob, low) };
        await expect(world.engine.up(renamed)).rejects.toThrow(/already exists as a member/);
        expect(world.writes()).toEqual([]);
        expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
      });

      test.each(["taint", "--replace"])("%s of a pending person removes nobody", async () => {
        const program = { ...dev, bob: member(bob, low) };
        await world.engine.up(program);
        world.requests();
        await world.engine.up(program, { replace: ["bob"] });
        expect(world.writes()).toEqual([]);
      });

      test("another person in the same resource is invited before the first one goes", async () => {
        await world.settle(withBob, [bob]);
        const steps = await world.engine.up({ ...dev, bob: member(eve, low) });
        expect(steps).toContainEqual({ op: "replace", name: "bob", diff: { email: "update-replace" } });
        expect(world.writes()).toEqual([sends.invite(eve, low), sends.remove]);
      });
    });

    describe("importing", () => {
      test.each(["acme-dev/BOB@acme.example", "PRN/bob@acme.example", "UUID/bob@acme.example"])(
        "takes %s",
        async (form) => {
          await world.settle(withBob, [bob]);
          const prn = world.engine.state.get("dev")?.id ?? "";
          const id = form.replace("PRN", prn).replace("UUID", prn.replace("prn:1:", ""));
          world.engine.state.delete("bob");
          const inputs = await world.engine.import("bob", "Membership", id);
          expect(inputs).toEqual({ organizationId: prn, email: bob, role: low });
          expect(await world.engine.up({ ...dev, bob: member(bob, low) })).toContainEqual({
            op: "same",
            name: "bob",
          });
        },
      );

      test.each([
        [bob, /names no membership.*ORGANIZATION\/EMAIL/],
        ["nowhere/bob@acme.example", /can see no organization "nowhere"/],
        ["acme-dev/nobody@acme.example", /does not exist/],
      ])("%s fails in words", async (id, reason) => {
        await world.settle(withBob, [bob]);
        await expect(world.engine.import("bob", "Membership", id)).rejects.toThrow(reason);
      });
    });

    test("refreshing 250 members sends a list for each hundred, and no request for each member", async () => {
      await world.engine.up(dev);
      world.emulator.control.setLimits("acme-dev", { users: 300 });
      const people = Array.from({ length: 249 }, (_, index) => `p${index}@acme.example`);
      await world.engine.up({ ...dev, ...Object.fromEntries(people.map((email) => [email, member(email, low)])) });
      for (const email of people) world.emulator.control.accept(email, "acme-dev");
      world.requests();
      expect(await world.engine.refresh()).toEqual([]);
      const [invitations = "", members = ""] = sends.people;
      const pages = listsAccepted ? 3 : 1;
      expect(world.requests().sort()).toEqual([
        ...sends.organization,
        ...Array.from({ length: pages }, () => invitations),
        ...Array.from({ length: 3 }, () => members),
      ]);
    });

    test("listing reads all pages of people", async () => {
      await world.settle(withBob, [bob]);
      await world.emulator.control.invite(carl, "acme-dev", stored.low);
      const pages = await world.engine.list("Membership", { organizationId: "acme-dev" }, 2);
      expect(pages.map((page) => page.map((id) => id.split("/").at(-1)))).toEqual([[ada, bob], [carl]]);
      expect(await world.engine.list("Membership", {}, 2, 1)).toEqual([
        [expect.stringMatching(/\/ada@acme\.example$/)],
      ]);
    });
  },
);
