import { readOverview } from "#emulator";
import { dialects } from "../support/dialect";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, robert, carl] = ["ada@acme.example", "bob@acme.example", "robert@acme.example", "carl@acme.example"];

describe.each(dialects)("with $backend", ({ backend, ownerNotes, roles: { high, low }, stored, sends }) => {
  let world: World;
  beforeEach(async () => (world = await World.on(backend)));
  afterEach(() => world.end());

  const bobMoves = (): void => {
    world.emulator.control.changeEmail(bob, robert);
  };
  const somebodyIs = (email: string, role = stored.low): void => {
    world.emulator.control.addMember(email, "acme-dev", role);
  };
  const somebodyIsInvited = async (email: string, role = stored.low): Promise<unknown> =>
    world.emulator.control.invite(email, "acme-dev", role);
  /** Members and, in brackets, people who are invited. */
  const people = (): string[] => {
    const found = readOverview(world.emulator).organizations.find(({ name }) => name === "acme-dev");
    const waiting = (found?.invitations ?? []).filter(({ status }) => status === "pending");
    return [...(found?.members ?? []).map(({ email }) => email), ...waiting.map(({ email }) => `(${email})`)];
  };
  const declareThat = `The user of ${bob} has a new address: declare ${robert}.`;
  const revoked = `This update revokes pending invitations to former addresses of declared users: ${bob}.`;
  const removed = `The user of ${bob} has the new address ${robert}, so the deletion applies to ${robert}.`;

  const undeclared = `${robert} stays in the organization, although the program declares only the user's former address, ${bob}. Declare ${robert}, or remove this user in Peridio.`;

  describe("the user of a Membership with a new address", () => {
    /** Declared first under the one address and then, without a change, under the other. */
    const moved = async (): Promise<void> => {
      await world.settle({ ...dev, bob: member(bob, low) }, [bob]);
      bobMoves();
      await world.engine.refresh();
      await world.engine.up({ ...dev, bob: member(robert, low) });
      world.requests();
    };

    test("has that address in the state after it is declared", async () => {
      await moved();
      expect(await world.engine.refresh()).toEqual([]);
      expect(world.engine.warnings).toEqual([]);
      const { email, currentEmail } = world.engine.state.get("bob")?.outputs ?? {};
      expect([email, currentEmail]).toEqual([robert, undefined]);
      expect(world.engine.state.get("bob")?.id).toBe(`${world.engine.state.get("dev")?.id ?? ""}/${bob}`);
    });

    test("stays if another resource still declares the former one, with a warning", async () => {
      await world.settle({ ...dev, bob: member(bob, low) }, [bob]);
      bobMoves();
      await world.engine.up({ ...dev, other: member(bob, low) });
      expect(people()).toEqual([ada, robert, `(${bob})`]);
      expect(world.engine.warnings).toContainEqual(
        expect.stringContaining(`Pulumi only removes the old entry from the state. ${undeclared}`),
      );
    });

    test("stays if another resource declares the new one, without a warning", async () => {
      await moved();
      await world.engine.import("other", "Membership", `acme-dev/${robert}`);
      await world.engine.up({ ...dev, other: member(robert, low) });
      expect(people()).toEqual([ada, robert]);
      expect(world.engine.warnings).toEqual([
        expect.stringMatching(/Pulumi only removes the old entry from the state\.$/),
      ]);
    });

    test.each(["refreshed", "not refreshed"])(
      "is removed alone, even if another person is invited at the former one (%s)",
      async (refreshed) => {
        await moved();
        const other = { other: member(bob, high) };
        await world.engine.up({ ...dev, bob: member(robert, low), ...other });
        if (refreshed === "refreshed") await world.engine.refresh();
        world.requests();
        await world.engine.up({ ...dev, ...other });
        expect(world.writes()).toEqual([sends.remove]);
        expect(people()).toEqual([ada, `(${bob})`]);
      },
    );

    test.each(["refreshed", "not refreshed"])(
      "is removed, even if another person with the former one is a declared member (%s)",
      async (refreshed) => {
        await moved();
        const other = { other: member(bob, high) };
        await world.engine.up({ ...dev, bob: member(robert, low), ...other });
        world.emulator.control.accept(bob, "acme-dev");
        if (refreshed === "refreshed") await world.engine.refresh();
        world.requests();
        await world.engine.up({ ...dev, ...other });
        expect(world.writes()).toEqual([sends.remove]);
        expect(people()).toEqual([ada, bob]);
      },
    );

    test("is invited again after leaving, and the person with the former one stays", async () => {
      await moved();
      somebodyIs(bob);
      world.emulator.control.leave(robert, "acme-dev");
      expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "bob" }]);
      world.requests();
      await world.engine.up({ ...dev, bob: member(robert, low) });
      expect(people()).toEqual([ada, bob, `(${robert})`]);
    });

    test("is not changed while a different user has the declared one, and the preview says so", async () => {
      await world.settle({ ...dev, bob: member(bob, low) }, [bob]);
      bobMoves();
      somebodyIs(bob);
      const program = { ...dev, bob: member(bob, high) };
      const text =
        /The address bob@acme\.example belongs to a different user .* If you expected this change, run `pulumi up --refresh` to accept it/;
      await expect(world.engine.preview(program)).rejects.toThrow(text);
      await expect(world.engine.up(program)).rejects.toThrow(text);
      expect(world.writes()).toEqual([]);
    });

    test("stays managed while another person has an invitation at the declared one", async () => {
      await world.settle({ ...dev, bob: member(bob, low) }, [bob]);
      bobMoves();
      await somebodyIsInvited(bob);
      await world.engine.refresh();
      expect(world.engine.warnings).toEqual([
        `${declareThat} The pending invitation to ${bob} belongs to another person.`,
      ]);
      world.requests();
      await world.engine.up({ ...dev, bob: member(bob, high) });
      expect(world.writes()).toEqual([sends.setRole(high)]);
    });

    test("stays if a new Membership with that address fails", async () => {
      await world.settle({ ...dev, bob: member(bob, low) }, [bob]);
      bobMoves();
      await world.engine.refresh();
      world.requests();
      const attempt = world.engine.up({ ...dev, robert: member(robert, low) }, { goOn: true });
      await expect(attempt).rejects.toThrow(/already exists/);
      expect(world.writes()).toEqual([]);
      expect(people()).toEqual([ada, robert]);
    });
  });

  describe("a person in a roster with a new address", () => {
    const members = { [ada]: "admin", [bob]: low };

    test("stays, and the invitation at the former one is revoked", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      await somebodyIsInvited(bob);
      world.requests();
      const program = { ...dev, all: roster({ ...members, [carl]: low }) };
      await world.engine.preview(program);
      expect(world.engine.warnings).toContainEqual(revoked);
      await world.engine.up(program);
      expect(people()).toEqual([ada, robert, `(${carl})`]);
      expect(world.engine.state.get("all")?.outputs.members).toEqual({ ...members, [carl]: low });
    });

    test("is removed with the roster, and the invitation at the former one is revoked", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      await somebodyIsInvited(bob);
      await world.engine.up(dev);
      expect(people()).toEqual([ada]);
      expect(world.engine.warnings).toContainEqual(removed);
    });

    test("is removed together with the invitation at the new one", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      await somebodyIsInvited(robert);
      bobMoves();
      await world.engine.up(dev);
      expect(people()).toEqual([ada]);
    });

    test("stays if a Membership declares the new one", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      await world.engine.import("bob", "Membership", `acme-dev/${robert}`);
      world.requests();
      await world.engine.up({ ...dev, bob: member(robert, low) });
      expect(world.writes()).toEqual([]);
      expect(people()).toEqual([ada, robert]);
    });

    test("stays if a Membership still declares the former one, with a warning", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      await world.engine.up({ ...dev, bob: member(bob, low) });
      expect(people()).toEqual([ada, robert, `(${bob})`]);
      expect(world.engine.warnings).toContain(undeclared);
    });

    test("stays if a new Membership with the former one fails", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      world.emulator.control.setLimits("acme-dev", { users: 2 });
      const attempt = world.engine.up({ ...dev, bob: member(bob, low) }, { goOn: true });
      await expect(attempt).rejects.toThrow(/The organization has no free seat/);
      expect(people()).toEqual([ada, robert]);
      expect(world.engine.state.has("all")).toBe(true);
    });

    test("causes a difference for an invitation at the former one, which the next update revokes", async () => {
      await world.settleRoster(members);
      bobMoves();
      await somebodyIsInvited(bob, stored.high);
      const program = { ...dev, all: roster(members) };
      const diff = { [`members["${bob}"]`]: "update" };
      expect(await world.engine.refresh()).toEqual([{ op: "refresh", name: "all", diff }]);
      expect(world.engine.warnings).toEqual([
        `${declareThat} The pending invitation to ${bob} belongs to another person.`,
        ...ownerNotes.admin,
      ]);
      expect(await world.engine.preview(program)).toContainEqual({ op: "update", name: "all", diff });
      expect(world.engine.warnings).toContainEqual(revoked);
      world.requests();
      await world.engine.up(program);
      expect(world.writes()).toEqual([sends.revoke]);
      expect(people()).toEqual([ada, robert]);
      expect(await world.engine.up(program)).toContainEqual({ op: "same", name: "all" });
    });

    test("is removed with the roster, even if a Membership declares the person with the former one", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      somebodyIs(bob);
      await world.engine.import("bob", "Membership", `acme-dev/${bob}`);
      await world.engine.up({ ...dev, bob: member(bob, low) });
      expect(people()).toEqual([ada, bob]);
    });

    test("is removed with the roster, and another person with the former one stays", async () => {
      await world.settleRoster(members, { maxRemovals: "100%" });
      bobMoves();
      somebodyIs(bob);
      await world.engine.up(dev);
      expect(people()).toEqual([ada, bob]);
      expect(world.engine.warnings).toContainEqual(
        expect.stringMatching(/^The address .* belongs to a different user .* The provider does not remove prn:\S+\.$/),
      );
    });

    test("is not changed while a different user has the declared one, and the preview says so", async () => {
      await world.settleRoster({ ...members, [carl]: low });
      bobMoves();
      somebodyIs(bob);
      const program = { ...dev, all: roster({ ...members, [carl]: high }) };
      const text =
        /The address bob@acme\.example belongs to a different user .* If you expected this change, run `pulumi up --refresh` to accept it/;
      await expect(world.engine.preview(program)).rejects.toThrow(text);
      await expect(world.engine.up(program)).rejects.toThrow(text);
      expect(world.writes()).toEqual([]);
    });
  });
});
