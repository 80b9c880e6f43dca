import { AbortedError, ConflictError, NotFoundError, ServerError, UnreachableError } from "../../src/api";
import { cacheReads } from "../../src/api/cachedClient";
import type { Invitation, Member, Peridio, RosterEntry } from "../../src/api";
import { dialects } from "../support/dialect";
import { emulated, rejection, type Emulated } from "./emulated";

describe.each(dialects)("with $backend", ({ backend, ownerRole, roles: { high, low }, stored, operations, sends }) => {
  const { listInvitations, listMembers } = operations;
  /** The number of additional lists for expired invitations. */
  const furtherLists = sends.expired.length;

  let peridio: Emulated;
  beforeAll(async () => {
    peridio = await emulated(backend);
  });
  beforeEach(() => {
    peridio.reset();
    peridio.emulator.control.addMember("bob@acme.example", "acme", stored.low);
  });
  afterAll(async () => peridio.close());

  const client = (): Peridio => cacheReads(peridio.client());
  const lists = (): string[] =>
    peridio.requests().filter((operation) => [listInvitations, listMembers].includes(operation));
  const loseAfterEffect = { when: "after", effect: "drop" } as const;

  function member(place: RosterEntry | undefined): Member {
    if (place?.kind !== "member") throw new Error("Not a member.");
    return place;
  }

  function invitation(place: RosterEntry | undefined): Invitation {
    if (place?.kind !== "invitation") throw new Error("Not an invitation.");
    return place;
  }

  /** Adds an expired invitation. */
  async function expire(email: string, role: "admin" | typeof stored.low = stored.low): Promise<void> {
    await peridio.emulator.control.invite(email, "acme", role);
    peridio.emulator.control.advance(30 * 24 * 3_600);
  }

  describe("reading", () => {
    test("two lists serve any number of concurrent reads", async () => {
      await peridio.emulator.control.invite("eve@acme.example", "acme", "admin");
      const { roster } = client();
      const [bob, eve, entries] = await Promise.all([
        roster.find(peridio.acme, "bob@acme.example"),
        roster.find(peridio.acme, "eve@acme.example"),
        roster.list(peridio.acme),
      ]);
      expect(bob).toMatchObject({ kind: "member", role: low });
      expect(eve).toMatchObject({ kind: "invitation", role: "admin", status: "pending" });
      expect(entries.map(({ email }) => email)).toEqual(["ada@acme.example", "bob@acme.example", "eve@acme.example"]);
      expect(lists()).toEqual([listInvitations, listMembers]);
    });

    test("rereads during another reread share the next one, which begins after it", async () => {
      const { roster } = client();
      const hold = peridio.emulator.control.hold({ operation: listMembers });
      const first = roster.reread(peridio.acme);
      await hold.waitForArrivals();
      const others = [1, 2, 3].map(async () => roster.reread(peridio.acme));
      await peridio.emulator.control.removeMember("bob@acme.example", "acme", { as: "ada@acme.example" });
      hold.release();
      await Promise.all([first, ...others]);
      expect(lists()).toEqual([listInvitations, listMembers, listInvitations, listMembers]);
      expect(await roster.find(peridio.acme, "bob@acme.example")).toBeUndefined();
    });

    test("a failed reread does not stop the next one", async () => {
      const { roster } = client();
      peridio.emulator.control.fault({ operation: listMembers, times: "always", effect: { status: 403 } });
      await expect(roster.reread(peridio.acme)).rejects.toThrow();
      peridio.emulator.control.clearFaults();
      await roster.reread(peridio.acme);
      expect(await roster.find(peridio.acme, "bob@acme.example")).toMatchObject({ kind: "member" });
    });

    test("members are one list, because a key may not see invitations", async () => {
      await peridio.emulator.control.invite("eve@acme.example", "acme", "admin");
      const { roster } = client();
      const [one, other] = await Promise.all([roster.members(peridio.acme), roster.members(peridio.acme)]);
      expect(one.map(({ email }) => email)).toEqual(["ada@acme.example", "bob@acme.example"]);
      expect(other).toEqual(one);
      expect(lists()).toEqual([listMembers]);
    });

    test("the pending invitation of a member is separate from the roster", async () => {
      await peridio.emulator.control.invite("eve@acme.example", "acme", "admin");
      peridio.emulator.control.addMember("eve@acme.example", "acme", stored.low);
      const { roster } = client();
      expect(await roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ kind: "member", role: low });
      expect(await roster.memberInvitations(peridio.acme)).toMatchObject([
        { email: "eve@acme.example", role: "admin" },
      ]);
      await roster.remove(member(await roster.find(peridio.acme, "eve@acme.example")));
      expect(await roster.memberInvitations(peridio.acme)).toEqual([]);
    });

    test("a member with a changed role stays one entry", async () => {
      const { roster } = client();
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      await roster.setRole(bob, "admin");
      const entries = (await roster.list(peridio.acme)).map(({ email, role }) => `${email} ${role}`);
      expect(entries).toEqual([`ada@acme.example ${ownerRole}`, "bob@acme.example admin"]);
      await roster.setRole(bob, low);
    });

    test("the case of an address does not matter", async () => {
      expect(await client().roster.find(peridio.acme, "BOB@Acme.Example")).toMatchObject({ kind: "member" });
    });

    test("expired invitations are read once, and only for an address in neither list", async () => {
      await expire("eve@acme.example", "admin");
      await expire("eve@acme.example");
      const { roster } = client();
      await roster.find(peridio.acme, "bob@acme.example");
      expect(lists()).toHaveLength(2);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ status: "expired", role: low });
      expect(await roster.find(peridio.acme, "nobody@acme.example")).toBeUndefined();
      expect(lists()).toHaveLength(2 + furtherLists);
    });

    test("all expired invitations are read once for all operations", async () => {
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

    test("a pending invitation takes precedence over an expired one", async () => {
      await expire("eve@acme.example");
      await peridio.emulator.control.invite("eve@acme.example", "acme", stored.low);
      expect(await client().roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ status: "pending" });
    });

    test("a person who accepts while the lists are read is a member", async () => {
      const { emulator, acme, client: backend } = peridio;
      await emulator.control.invite("eve@acme.example", "acme", stored.low);
      const between = backend();
      const { roster } = cacheReads({
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

    test("an organization that the key cannot see is NotFoundError", async () => {
      const nowhere = "prn:1:00000000-0000-4000-8000-000000000000";
      expect(await rejection(client().roster.find(nowhere, "bob@acme.example"))).toBeInstanceOf(NotFoundError);
    });

    test("a failed read is repeated on the next request", async () => {
      const { roster } = client();
      peridio.emulator.control.fault({ times: 5, effect: { status: 503, body: {} } });
      expect(await rejection(roster.list(peridio.acme))).toBeInstanceOf(ServerError);
      expect(await roster.list(peridio.acme)).toHaveLength(2);
    });

    test("an abort of one operation does not fail the others", async () => {
      const process = client();
      const stop = new AbortController();
      const cancelled = process.with({ signal: stop.signal }).roster.find(peridio.acme, "bob@acme.example");
      const other = process.roster.find(peridio.acme, "bob@acme.example");
      stop.abort();
      expect(await rejection(cancelled)).toBeInstanceOf(AbortedError);
      expect(await other).toMatchObject({ kind: "member" });
      expect(lists()).toHaveLength(2);
    });
  });

  describe("writing", () => {
    test("the answer to a write updates the roster without another read", async () => {
      const { roster } = client();
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      await roster.setRole(bob, high);
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      expect(await roster.find(peridio.acme, "bob@acme.example")).toEqual({ ...bob, role: high });
      expect(await roster.find(peridio.acme, "Eve@acme.example")).toEqual(eve);
      expect((await roster.list(peridio.acme)).map(({ role }) => role)).toEqual([ownerRole, high, low]);
      expect(lists()).toHaveLength(2);
    });

    test("the removal of a member revokes their pending invitation", async () => {
      await peridio.emulator.control.invite("carl@acme.example", "acme", stored.low);
      peridio.emulator.control.changeEmail("bob@acme.example", "carl@acme.example");
      const { roster } = client();
      await roster.remove(member(await roster.find(peridio.acme, "carl@acme.example")));
      expect(await roster.find(peridio.acme, "carl@acme.example")).toBeUndefined();
      expect(await client().roster.find(peridio.acme, "carl@acme.example")).toBeUndefined();
    });

    test("a member is removed even if they accepted their invitation in the meantime", async () => {
      await peridio.emulator.control.invite("carl@acme.example", "acme", stored.low);
      peridio.emulator.control.changeEmail("bob@acme.example", "carl@acme.example");
      const { roster } = client();
      const carl = member(await roster.find(peridio.acme, "carl@acme.example"));
      const [invitation] = peridio.emulator.control.getOrganization("acme").invitations;
      if (invitation) invitation.accepted_at = invitation.inserted_at;
      await roster.remove(carl);
      expect(await client().roster.find(peridio.acme, "carl@acme.example")).toBeUndefined();
    });

    test("a removed member is gone from the list", async () => {
      const { roster } = client();
      await roster.remove(member(await roster.find(peridio.acme, "bob@acme.example")));
      expect(await roster.find(peridio.acme, "bob@acme.example")).toBeUndefined();
      expect(await roster.list(peridio.acme)).toHaveLength(1);
    });

    test("an earlier invitation reappears after the later one is revoked", async () => {
      await expire("eve@acme.example", "admin");
      await peridio.emulator.control.invite("eve@acme.example", "acme", stored.low);
      const { roster } = client();
      await roster.revoke(invitation(await roster.find(peridio.acme, "eve@acme.example")));
      const before = invitation(await roster.find(peridio.acme, "eve@acme.example"));
      expect(before).toMatchObject({ status: "expired", role: "admin" });
      await roster.revoke(before);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toBeUndefined();
    });

    test("a person who is invited again after a revocation is pending", async () => {
      const { roster } = client();
      const first = await roster.invite(peridio.acme, "eve@acme.example", low);
      await roster.revoke(first);
      const second = await roster.invite(peridio.acme, "eve@acme.example", "admin");
      expect(await roster.find(peridio.acme, "eve@acme.example")).toEqual(second);
      expect(await roster.list(peridio.acme)).toHaveLength(3);
    });

    test("a revoked invitation is not among the expired ones", async () => {
      await expire("eve@acme.example", "admin");
      await expire("eve@acme.example");
      const { roster } = client();
      await roster.revoke(invitation(await roster.find(peridio.acme, "eve@acme.example")));
      expect(await roster.expired(peridio.acme)).toMatchObject([{ email: "eve@acme.example", role: "admin" }]);
      expect(lists()).toHaveLength(2 + furtherLists);
    });

    test("a person who is invited again is pending, even if the expired invitation is revoked later", async () => {
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

    test("a forgotten organization is read again, and no other", async () => {
      await peridio.emulator.control.createOrganization("globex");
      const globex = `prn:1:${peridio.emulator.control.getOrganization("globex").id}`;
      const { roster } = client();
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await Promise.all([roster.list(peridio.acme), roster.expired(peridio.acme), roster.list(globex)]);
      peridio.emulator.control.accept(eve.email, "acme");
      roster.forget(peridio.acme);
      expect(await roster.find(peridio.acme, eve.email)).toMatchObject({ kind: "member" });
      await Promise.all([roster.expired(peridio.acme), roster.list(globex)]);
      expect(lists()).toHaveLength(2 + furtherLists + 2 + 2 + furtherLists);
    });

    test("an earlier read does not undo a write", async () => {
      const { roster } = client();
      const reading = roster.list(peridio.acme);
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await reading;
      expect(await roster.find(peridio.acme, "eve@acme.example")).toEqual(eve);
    });

    test("revoking a missing invitation succeeds", async () => {
      const { roster } = client();
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await peridio.emulator.control.revoke("eve@acme.example", "acme");
      await roster.revoke(eve);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toBeUndefined();
    });

    test("revoking an accepted invitation is a conflict, and the roster then has the member", async () => {
      const { roster } = client();
      const eve = await roster.invite(peridio.acme, "eve@acme.example", low);
      await roster.list(peridio.acme);
      peridio.emulator.control.accept("eve@acme.example", "acme");
      expect(await rejection(roster.revoke(eve))).toBeInstanceOf(ConflictError);
      expect(await roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ kind: "member" });
    });

    test("the roster is read again after an ambiguous write", async () => {
      const roster = cacheReads(peridio.client({ maxRetries: 0 })).roster;
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      peridio.emulator.control.fault({ operation: operations.setRole, ...loseAfterEffect });
      expect(await rejection(roster.setRole(bob, high))).toBeInstanceOf(UnreachableError);
      expect(await roster.find(peridio.acme, "bob@acme.example")).toMatchObject({ role: high });
    });

    test("the roster is not read again after a 403", async () => {
      const { roster } = client();
      const bob = member(await roster.find(peridio.acme, "bob@acme.example"));
      peridio.emulator.control.fault({ operation: operations.setRole, effect: { status: 403, body: {} } });
      await rejection(roster.setRole(bob, high));
      expect(await roster.find(peridio.acme, "bob@acme.example")).toEqual(bob);
      expect(lists()).toHaveLength(2);
    });

    test("a write ends with its operation", async () => {
      const stop = new AbortController();
      const { roster } = client().with({ signal: stop.signal });
      peridio.emulator.control.fault({ operation: operations.invite, effect: "hang" });
      const inviting = roster.invite(peridio.acme, "eve@acme.example", low);
      setImmediate(() => {
        stop.abort();
      });
      expect(await rejection(inviting)).toBeInstanceOf(AbortedError);
    });

    test.each([
      ["during a write", operations.invite],
      ["during the search for its effect", listInvitations],
    ])("an ambiguous abort %s looks for the effect once more", async (_, moment) => {
      const process = client();
      await process.caller();
      await process.roster.list(peridio.acme);
      peridio.emulator.traffic.log.clear();
      const stop = new AbortController();
      const hold = peridio.emulator.control.hold({ operation: moment });
      peridio.emulator.control.fault({ operation: operations.invite, ...loseAfterEffect });
      const inviting = process.with({ signal: stop.signal }).roster.invite(peridio.acme, "eve@acme.example", low);
      await hold.waitForArrivals();
      stop.abort();
      hold.release();
      expect(await inviting).toMatchObject({ kind: "invitation", email: "eve@acme.example" });
      expect(await process.roster.find(peridio.acme, "eve@acme.example")).toMatchObject({ kind: "invitation" });
    });

    test("an invitation that replaces a revoked one is sent despite an abort", async () => {
      const process = cacheReads(peridio.client({ maxConcurrency: 1 }));
      const eve = await process.roster.invite(peridio.acme, "eve@acme.example", low);
      const stop = new AbortController();
      const revoking = peridio.emulator.control.hold({ operation: operations.revoke });
      const listing = peridio.emulator.control.hold({ operation: listMembers });
      const replacing = process.with({ signal: stop.signal }).roster.replace(eve, high);
      await revoking.waitForArrivals();
      // Occupies the only connection as soon as the old invitation is revoked.
      const reading = process.roster.members(peridio.acme);
      revoking.release();
      await listing.waitForArrivals();
      stop.abort();
      listing.release();
      expect(await replacing).toMatchObject({ email: "eve@acme.example", role: high });
      await reading;
      expect(peridio.requests().slice(-3)).toEqual([operations.revoke, listMembers, operations.invite]);
    });
  });
});
