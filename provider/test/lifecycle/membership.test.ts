import { z } from "zod";
import { findUserByEmail } from "#emulator";
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

    /** The owner is also the API key's user. */
    const ownersRole =
      backend === "connect"
        ? "Peridio does not let an API key change its own user's role"
        : "Peridio does not let anyone change the owner's role";

    /** Bob has the lower role. */
    const withBob = { ...dev, bob: member(bob, low) };

    describe("inviting", () => {
      test("reads the people of the organization, then sends one invitation", async () => {
        await world.engine.up(dev);
        world.requests();
        await world.engine.up({ ...dev, bob: member(bob, low) });
        expect(world.requests()).toEqual([...sends.people, ...sends.expired, sends.invite(bob, low)]);
        expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: low });
      });

      test("acceptance is not a change, and appears in the state without a refresh", async () => {
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

      test("an unchanged run sends no request for a member", async () => {
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

      test("of an invitation revokes it and sends a new one, and the preview says so", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        const program = { ...dev, bob: member(bob, high) };
        await world.engine.preview(program);
        expect(world.engine.warnings).toEqual([
          expect.stringMatching(/^Peridio sends a new e-mail to bob@acme\.example: /),
        ]);
        world.requests();
        await world.engine.up(program);
        expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
        expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: high });
      });

      test("of an invitation is completed in spite of Ctrl-C after the revocation", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        await world.upCancelled({ ...dev, bob: member(bob, high) }, operations.revoke);
        expect(world.writes()).toEqual([sends.revoke, sends.invite(bob, high)]);
        expect(world.engine.state.get("bob")?.outputs).toMatchObject({ status: "pending", role: high });
        expect(await world.engine.refresh()).toEqual([]);
      });

      test("of an invitation accepted before the update changes the member", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.emulator.control.accept(bob, "acme-dev");
        world.requests();
        await world.engine.up({ ...dev, bob: member(bob, high) });
        expect(world.writes()).toEqual([sends.setRole(high)]);
      });

      test("outside Pulumi is drift, shown by a refresh and repaired by one write", async () => {
        await world.settle(withBob, [bob]);
        await world.emulator.control.setRole(bob, "acme-dev", stored.high);
        expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "bob", diff: { role: "update" } }]);
        world.requests();
        await world.engine.up({ ...dev, bob: member(bob, low) });
        expect(world.writes()).toEqual([sends.setRole(low)]);
      });

      test("is not repaired if the program ignores changes of it", async () => {
        await world.settle(withBob, [bob]);
        await world.emulator.control.setRole(bob, "acme-dev", stored.high);
        await world.engine.refresh();
        const program = { ...dev, bob: member(bob, low, { ignoreChanges: ["role"] }) };
        expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "bob" });
        expect(world.writes()).toEqual([]);
      });

      test("of the owner is rejected at preview", async () => {
        await world.engine.up({ ...dev, ada: member(ada, "admin") });
        await expect(world.engine.preview({ ...dev, ada: member(ada, low) })).rejects.toThrow(
          `Membership acme-dev/ada@acme.example could not be updated: ${ownersRole}`,
        );
      });

      test("of the owner is rejected before an adoption", async () => {
        const program = { ...dev, ada: member(ada, low) };
        await expect(world.engine.up(program)).rejects.toThrow(ownersRole);
      });

      test.each([
        [
          ada,
          "Peridio does not let an API key change its own user's role. Declare the role admin for ada@acme.example",
        ],
        [
          bob,
          backend === "connect"
            ? "bob@acme.example is an owner, and the provider lowers only owners that the program declared with the role owner. To keep the ownership, declare the role owner or admin."
            : "Peridio does not let anyone change the owner's role. Declare the role admin for bob@acme.example",
        ],
      ])("of %s is rejected at preview if ada is the key's user and bob the owner", async (email, reason) => {
        await world.engine.up(dev);
        world.emulator.control.addMember(bob, "acme-dev", "admin");
        await world.emulator.control.transferOwnership(bob, "acme-dev");
        world.requests();
        await expect(world.engine.preview({ ...dev, person: member(email, low) })).rejects.toThrow(reason);
        expect(world.writes()).toEqual([]);
      });
    });

    describe("removing", () => {
      test("a member sends one DELETE", async () => {
        await world.settle(withBob, [bob]);
        await world.engine.up(dev);
        expect(world.writes()).toEqual([sends.remove]);
      });

      test("an invitation revokes it", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        await world.engine.up(dev);
        expect(world.writes()).toEqual([sends.revoke]);
      });

      test("a revocation that Peridio always refuses fails after one request", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        const effect = { status: 409 };
        world.emulator.control.fault({ operation: operations.revoke, times: "always", effect });
        await expect(world.engine.up(dev)).rejects.toThrow(/bob@acme\.example could not be deleted: .*HTTP 409/);
        expect(world.writes()).toEqual([sends.revoke]);
        expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
      });

      test("a person who has already left sends nothing", async () => {
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
        expect(world.engine.warnings).toEqual([expect.stringMatching(/^ada@acme\.example stays .* as (the|an) owner/)]);
      });

      test("the API key's user and another owner stay, with a warning", async () => {
        await world.engine.up(dev);
        world.emulator.control.addMember(bob, "acme-dev", "admin");
        await world.emulator.control.transferOwnership(bob, "acme-dev");
        await world.engine.up({ ...dev, ada: member(ada, "admin"), bob: member(bob, "admin") });
        world.requests();
        await world.engine.up(dev);
        expect(world.engine.warnings.sort()).toEqual([
          expect.stringContaining("ada@acme.example stays in the organization as the user of this API key"),
          expect.stringMatching(/^bob@acme\.example stays in the organization as (the|an) owner/),
        ]);
        expect(world.writes()).toEqual([]);
      });

      test("a renamed resource with a pending invitation removes no one", async () => {
        await world.engine.up({ ...dev, bob: member(bob, low) });
        world.requests();
        await world.engine.up({ ...dev, robert: member(bob, low) });
        expect(world.writes()).toEqual([]);
        expect(world.engine.warnings).toEqual([
          expect.stringMatching(/^The user of this API key has already invited bob@acme\.example/),
          expect.stringMatching(/bob@acme\.example is still declared/),
        ]);
        expect([...world.engine.state.keys()]).toEqual(["dev", "robert"]);
      });

      test("a renamed resource of a member is rejected, and no one is removed", async () => {
        await world.settle(withBob, [bob]);
        const renamed = { ...dev, robert: member(bob, low) };
        await expect(world.engine.up(renamed)).rejects.toThrow(/already exists as a member/);
        expect(world.writes()).toEqual([]);
        expect([...world.engine.state.keys()]).toEqual(["dev", "bob"]);
      });

      test.each(["taint", "--replace"])("%s of a pending invitation removes no one", async () => {
        const program = { ...dev, bob: member(bob, low) };
        await world.engine.up(program);
        world.requests();
        await world.engine.up(program, { replace: ["bob"] });
        expect(world.writes()).toEqual([]);
      });

      test("another person in the same resource is invited before the first one is removed", async () => {
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
        [bob, /is not the id of a membership.*ORGANIZATION\/EMAIL/],
        ["nowhere/bob@acme.example", /cannot see organization "nowhere"/],
        ["acme-dev/nobody@acme.example", /does not exist/],
      ])("rejects %s with the reason", async (id, reason) => {
        await world.settle(withBob, [bob]);
        await expect(world.engine.import("bob", "Membership", id)).rejects.toThrow(reason);
      });
    });

    test("a refresh of 250 members reads a list for each hundred, and no single member", async () => {
      const { control, state } = world.emulator;
      const userIdOf = (email: string) => findUserByEmail(state, email)?.id ?? "";
      await world.settle(withBob, [bob]);
      control.setLimits("acme-dev", { users: 300 });
      const entry = world.engine.state.get("bob");
      if (entry === undefined) throw new Error("the state has no entry of bob");
      for (let index = 0; index < 248; index += 1) {
        const email = `p${index}@acme.example`;
        await control.invite(email, "acme-dev", stored.low);
        control.accept(email, "acme-dev");
        const userId = z.string().parse(entry.outputs.userId).replace(userIdOf(bob), userIdOf(email));
        world.engine.state.set(email, {
          ...entry,
          id: entry.id.replace(bob, email),
          inputs: { ...entry.inputs, email },
          outputs: { ...entry.outputs, email, userId },
        });
      }
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
