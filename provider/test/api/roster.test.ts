import { Aborted, Conflict, NotFound, ServerError, Unreachable } from "../../src/api";
import { peridio as shared } from "../../src/api/peridio";
import type { Invitation, Member, Peridio, Place } from "../../src/api";
import { dialects } from "../support/dialect";
import { emulated, rejection, type Emulated } from "./emulated";

describe.each(dialects)("with $backend", ({ backend, roles: { high, low }, stored, operations, sends }) => {
  const { listInvitations, listMembers } = operations;
  /** How many lists it takes to know whose invitation ran out, besides who is there. */
  const further = sends.expired.length;

  let peridio: Emulated;
  beforeAll(async () => {
    peridio = await emulated(backend);
  });
  beforeEach(() => {
    peridio.reset();
    peridio.emulator.control.addMember("bob@acme.example", "acme", stored.low);
  });
  afterAll(async () => peridio.close());

  const client = (): Peridio => shared(peridio.client());
  const lists = (): string[] =>
    peridio.requests().filter((operation) => [listInvitations, listMembers].includes(operation));
  const dropAfter = { when: "after", effect: "drop" } as const;

  function member(place: Place | undefined): Member {
    if (place?.kind !== "member") throw new Error("Not a member.");
    return place;
  }

  function invitation(place: Place | undefined): Invitation {
    if (place?.kind !== "invitation") throw new Error("Not an invitation.");
    return place;
  }

  /** A pending invitation that time has run out for. */
  async function expire(email: string, role: "admin" | typeof stored.low = stored.low): Promise<void> {
    await peridio.emulator.control.invite(email, "acme", role);
    peridio.emulator.control.advance(30 * 24 * 3_600);
  }

  describe("reading", () => {
    test("everybody is read with two lists, however many ask at once", async () => {
      await peridio.emulator.control.invite("eve@acme.example", "acme", "admin");
      const { roster } = client();
      const [bob, eve, everybody] = await Promise.all([
        roster.find(peridio.acme, "bob@acme.example"),
        roster.find(peridio.acme, "eve@acme.example"),
        roster.list(peridio.acme),
      ]);
      expect(bob).toMatchObject({ kind: "member", role: low });
      expect(eve).toMatchObject({ kind: "invitation", role: "admin", status: "pending" });
      expect(everybody.map(({ email }) => email)).toEqual(["ada@acme.example", "bob@acme.example", "eve@acme.example"]);
      expect(lists()).toEqual([listInvitations, listMembers]);
    });

    test("members alone are one list, for a key that may not see invitations", async () => {
      await peridio.emulator.control.invite("eve@acme.example", "acme", "admin");
      const { roster } = client();
      const [one, other] = await Promise.all([roster.members(peridio.acme), roster.members(peridio.acme)]);
      expect(one.map(({ email }) => email)).toEqual(["ada@acme.example", "bob@acme.example"]);
      expect(other).toEqual(one);
      expect(lists()).toEqual([listMembers]);
    });

    test("a member's invitation is none of the places, and told apart", async () => {
      await peridio.emulator.control.invite("eve@acme.example", "acme", "admin");
      peridio.emulator.control.addMember("eve@acme.example", "acme", stored.low);
      const { roster } = client();
      expect(await roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ kind: "member", role: low });
      expect(await roster.beside(peridio.acme)).toMatchObject([{ email: "eve@acme.example", role: "admin" }]);
      await roster.remove(member(await roster.find(peridio.acme, "eve@acme.example")));
      expect(await roster.beside(peridio.acme)).toEqual([]);
    });

    test("who gets another role keeps the one place", async () => {
      const { roster } = client();
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      await roster.setRole(bob, "admin");
      const everybody = (await roster.list(peridio.acme)).map(({ email, role }) => `${email} ${role}`);
      expect(everybody).toEqual(["ada@acme.example admin", "bob@acme.example admin"]);
      await roster.setRole(bob, low);
    });

    test("letter case does not matter", async () => {
      expect(await client().roster.find(peridio.acme, "BOB@Acme.Example")).toMatchObject({ kind: "member" });
    });

    test("expired invitations are read only for who is in neither list, and once", async () => {
      await expire("eve@acme.example", "admin");
      await expire("eve@acme.example");
      const { roster } = client();
      await roster.find(peridio.acme, "bob@acme.example");
      expect(lists()).toHaveLength(2);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ status: "expired", role: low });
      expect(await roster.find(peridio.acme, "nobody@acme.example")).toBeUndefined();
      expect(lists()).toHaveLength(2 + further);
    });

    test("all expired invitations are read once, for whoever asks", async () => {
      await expire("eve@acme.example", "admin");
      await expire("eve@acme.example");
      await expire("bob2@acme.example");
      const { roster } = client();
      const [expired] = await Promise.all([
        roster.expired(peridio.acme),
        roster.find(peridio.acme, "nobody@acme.example"),
        roster.expired(peridio.acme),
      ]);
      expect(expired.map(({ email, role, status }) => [email, role, status])).toEqual([
        ["eve@acme.example", "admin", "expired"],
        ["eve@acme.example", low, "expired"],
        ["bob2@acme.example", low, "expired"],
      ]);
      expect(lists()).toEqual([...sends.expired.map(() => listInvitations), listInvitations, listMembers]);
    });

    test("a pending invitation counts more than an expired one", async () => {
      await expire("eve@acme.example");
      await peridio.emulator.control.invite("eve@acme.example", "acme", stored.low);
      expect(await client().roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ status: "pending" });
    });

    test("who accepts while the lists are read is a member", async () => {
      const { emulator, acme, client: backend } = peridio;
      await emulator.control.invite("eve@acme.example", "acme", stored.low);
      const between = backend();
      const { roster } = shared({
        ...between,
        members: {
          ...between.members,
          list: (organizationId) => {
            emulator.control.accept("eve@acme.example", "acme");
            return between.members.list(organizationId);
          },
        },
      });
      expect(await roster.find(acme, "eve@acme.example")).toMatchObject({ kind: "member" });
      expect(await roster.list(acme)).toHaveLength(3);
    });

    test("an organization that cannot be seen is no empty one", async () => {
      const nowhere = "prn:1:00000000-0000-4000-8000-000000000000";
      expect(await rejection(client().roster.find(nowhere, "bob@acme.example"))).toBeInstanceOf(NotFound);
    });

    test("a failed read is forgotten", async () => {
      const { roster } = client();
      peridio.emulator.control.fault({ times: 5, effect: { status: 503, body: {} } });
      expect(await rejection(roster.list(peridio.acme))).toBeInstanceOf(ServerError);
      expect(await roster.list(peridio.acme)).toHaveLength(2);
    });

    test("one operation's abort does not fail the others", async () => {
      const process = client();
      const stop = new AbortController();
      const cancelled = process.within(stop.signal).roster.find(peridio.acme, "bob@acme.example");
      const other = process.roster.find(peridio.acme, "bob@acme.example");
      stop.abort();
      expect(await rejection(cancelled)).toBeInstanceOf(Aborted);
      expect(await other).toMatchObject({ kind: "member" });
      expect(lists()).toHaveLength(2);
    });
  });

  describe("writing", () => {
    test("what a write answers is known without another read", async () => {
      const { roster } = client();
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      await roster.setRole(bob, high);
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      expect(await roster.find(peridio.acme, "bob@acme.example")).toEqual({ ...bob, role: high });
      expect(await roster.find(peridio.acme, "Eve@acme.example")).toEqual(eve);
      expect((await roster.list(peridio.acme)).map(({ role }) => role)).toEqual(["admin", high, low]);
      expect(lists()).toHaveLength(2);
    });

    test("who was removed cannot come back with an invitation that waits besides", async () => {
      await peridio.emulator.control.invite("carl@acme.example", "acme", stored.low);
      peridio.emulator.control.changeEmail("bob@acme.example", "carl@acme.example");
      const { roster } = client();
      await roster.remove(member(await roster.find(peridio.acme, "carl@acme.example")));
      expect(await roster.find(peridio.acme, "carl@acme.example")).toBeUndefined();
      expect(await client().roster.find(peridio.acme, "carl@acme.example")).toBeUndefined();
    });

    test("who accepted such an invitation in between is removed all the same", async () => {
      await peridio.emulator.control.invite("carl@acme.example", "acme", stored.low);
      peridio.emulator.control.changeEmail("bob@acme.example", "carl@acme.example");
      const { roster } = client();
      const carl = member(await roster.find(peridio.acme, "carl@acme.example"));
      const [invitation] = peridio.emulator.control.organization("acme").invitations;
      if (invitation) invitation.accepted_at = invitation.inserted_at;
      await roster.remove(carl);
      expect(await client().roster.find(peridio.acme, "carl@acme.example")).toBeUndefined();
    });

    test("who was removed is gone, also from the list", async () => {
      const { roster } = client();
      await roster.remove(member(await roster.find(peridio.acme, "bob@acme.example")));
      expect(await roster.find(peridio.acme, "bob@acme.example")).toBeUndefined();
      expect(await roster.list(peridio.acme)).toHaveLength(1);
    });

    test("a revoked invitation gives way to the one before it", async () => {
      await expire("eve@acme.example", "admin");
      await peridio.emulator.control.invite("eve@acme.example", "acme", stored.low);
      const { roster } = client();
      await roster.revoke(invitation(await roster.find(peridio.acme, "eve@acme.example")));
      const before = invitation(await roster.find(peridio.acme, "eve@acme.example"));
      expect(before).toMatchObject({ status: "expired", role: "admin" });
      await roster.revoke(before);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toBeUndefined();
    });

    test("revoked and invited anew is pending anew", async () => {
      const { roster } = client();
      const first = await roster.invite(peridio.acme, "eve@acme.example", low);
      await roster.revoke(first);
      const second = await roster.invite(peridio.acme, "eve@acme.example", "admin");
      expect(await roster.find(peridio.acme, "eve@acme.example")).toEqual(second);
      expect(await roster.list(peridio.acme)).toHaveLength(3);
    });

    test("a revoked invitation is no expired one any more", async () => {
      await expire("eve@acme.example", "admin");
      await expire("eve@acme.example");
      const { roster } = client();
      await roster.revoke(invitation(await roster.find(peridio.acme, "eve@acme.example")));
      expect(await roster.expired(peridio.acme)).toMatchObject([{ email: "eve@acme.example", role: "admin" }]);
      expect(lists()).toHaveLength(2 + further);
    });

    test("who is invited again is pending, whatever becomes of the expired invitation", async () => {
      await expire("eve@acme.example");
      const { roster } = client();
      const expired = invitation(await roster.find(peridio.acme, "Eve@acme.example"));
      const pending = await roster.invite(peridio.acme, "Eve@acme.example", "admin");
      expect(await roster.find(peridio.acme, "eve@acme.example")).toEqual(pending);
      expect(await roster.expired(peridio.acme)).toEqual([expired]);
      await roster.revoke(expired);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toEqual(pending);
      expect(await roster.list(peridio.acme)).toContainEqual(pending);
      expect(await roster.list(peridio.acme)).toHaveLength(3);
      expect(await roster.expired(peridio.acme)).toEqual([]);
    });

    test("what is forgotten is read again, of that organization only", async () => {
      await peridio.emulator.control.createOrganization("globex");
      const globex = `prn:1:${peridio.emulator.control.organization("globex").id}`;
      const { roster } = client();
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await Promise.all([roster.list(peridio.acme), roster.expired(peridio.acme), roster.list(globex)]);
      peridio.emulator.control.accept(eve.email, "acme");
      roster.forget(peridio.acme);
      expect(await roster.find(peridio.acme, eve.email)).toMatchObject({ kind: "member" });
      await Promise.all([roster.expired(peridio.acme), roster.list(globex)]);
      expect(lists()).toHaveLength(2 + further + 2 + 2 + further);
    });

    test("a write is not undone by a read that began before it", async () => {
      const { roster } = client();
      const reading = roster.list(peridio.acme);
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await reading;
      expect(await roster.find(peridio.acme, "eve@acme.example")).toEqual(eve);
    });

    test("revoking what is gone already is fine", async () => {
      const { roster } = client();
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await peridio.emulator.control.revoke("eve@acme.example", "acme");
      await roster.revoke(eve);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toBeUndefined();
    });

    test("revoking what was accepted meanwhile is a conflict, and then the member is seen", async () => {
      const { roster } = client();
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await roster.list(peridio.acme);
      peridio.emulator.control.accept("eve@acme.example", "acme");
      expect(await rejection(roster.revoke(eve))).toBeInstanceOf(Conflict);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ kind: "member" });
    });

    test("after a write that may have taken effect the organization is read again", async () => {
      const roster = shared(peridio.client({ maxRetries: 0 })).roster;
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      peridio.emulator.control.fault({ operation: operations.setRole, ...dropAfter });
      expect(await rejection(roster.setRole(bob, high))).toBeInstanceOf(Unreachable);
      expect(await roster.find(peridio.acme, "bob@acme.example")).toMatchObject({ role: high });
    });

    test("a refusal that says nothing about people costs no other read", async () => {
      const { roster } = client();
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      peridio.emulator.control.fault({ operation: operations.setRole, effect: { status: 403, body: {} } });
      await rejection(roster.setRole(bob, high));
      expect(await roster.find(peridio.acme, "bob@acme.example")).toEqual(bob);
      expect(lists()).toHaveLength(2);
    });

    test("writes end with their own operation", async () => {
      const stop = new AbortController();
      const { roster } = client().within(stop.signal);
      peridio.emulator.control.fault({ operation: operations.invite, effect: "hang" });
      const inviting = roster.invite(peridio.acme, "eve@acme.example", low);
      setImmediate(() => {
        stop.abort();
      });
      expect(await rejection(inviting)).toBeInstanceOf(Aborted);
    });

    test.each([
      ["during a write", operations.invite],
      ["while its effect is looked for", listInvitations],
    ])("an abort %s that leaves open what it did has one more look", async (_, moment) => {
      const process = client();
      await process.caller();
      await process.roster.list(peridio.acme);
      peridio.emulator.traffic.log.clear();
      const stop = new AbortController();
      const hold = peridio.emulator.control.hold({ operation: moment });
      peridio.emulator.control.fault({ operation: operations.invite, ...dropAfter });
      const inviting = process.within(stop.signal).roster.invite(peridio.acme, "eve@acme.example", low);
      await hold.arrived();
      stop.abort();
      hold.release();
      expect(await inviting).toMatchObject({ kind: "invitation", email: "eve@acme.example" });
      expect(await process.roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ kind: "invitation" });
    });

    test("an invitation that replaces a revoked one gets its turn in spite of an abort", async () => {
      const process = shared(peridio.client({ maxConcurrency: 1 }));
      const eve = await process.roster.invite(peridio.acme, "eve@acme.example", low);
      const stop = new AbortController();
      const revoking = peridio.emulator.control.hold({ operation: operations.revoke });
      const listing = peridio.emulator.control.hold({ operation: listMembers });
      const replacing = process.within(stop.signal).roster.replace(eve, high);
      await revoking.arrived();
      // It takes the only turn as soon as the old invitation is revoked.
      const reading = process.roster.members(peridio.acme);
      revoking.release();
      await listing.arrived();
      stop.abort();
      listing.release();
      expect(await replacing).toMatchObject({ email: "eve@acme.example", role: high });
      await reading;
      expect(peridio.requests().slice(-3)).toEqual([operations.revoke, listMembers, operations.invite]);
    });
  });
});
