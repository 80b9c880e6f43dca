import {
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  InvalidResponseError,
  type Invitation,
  type Member,
} from "../../src/api";
import { dialects } from "../support/dialect";
import { all, emulated, rejection, type Emulated } from "./emulated";

const loseAfterEffect = { when: "after", effect: "drop" } as const;
const loseBeforeEffect = { when: "before", effect: "drop" } as const;
const bob = "bob@acme.example";

describe.each(dialects)("with $backend", ({ backend: name, ownerRole, roles: { high, low }, stored, operations }) => {
  let peridio: Emulated;
  beforeAll(async () => {
    peridio = await emulated(name);
  });
  beforeEach(() => {
    peridio.reset();
  });
  afterAll(async () => peridio.close());

  async function readMember(email: string, backend = peridio.client()): Promise<Member> {
    const found = (await all(backend.members.list(peridio.acme))).find((one) => one.email === email);
    if (found === undefined) throw new Error(`${email} is not a member.`);
    return found;
  }

  describe("a list", () => {
    test.each([
      [1, 1],
      [100, 1],
      [101, 2],
      [250, 3],
    ])("of %d members takes %d requests, each with a limit", async (count, requests) => {
      const { emulator, acme, client } = peridio;
      for (let index = 1; index < count; index++)
        emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
      const members = await all(client().members.list(acme));
      expect(new Set(members.map(({ email }) => email)).size).toBe(count);
      expect(emulator.requests()).toHaveLength(requests);
      expect(emulator.requests().every(({ query }) => query.limit === "100")).toBe(true);
    });

    test("without items is one request", async () => {
      expect(await all(peridio.client().invitations.list(peridio.acme, "pending"))).toEqual([]);
      expect(peridio.requests()).toEqual([operations.listInvitations]);
    });

    test("of invitations has those of the requested status", async () => {
      const { emulator, acme, client, clock } = peridio;
      await emulator.control.invite("old@acme.example", "acme", stored.low);
      await clock.sleep(8 * 86_400_000);
      await emulator.control.invite("new@acme.example", "acme", "admin");
      await emulator.control.invite("in@acme.example", "acme", stored.low);
      emulator.control.accept("in@acme.example", "acme");
      const list = async (status?: "pending" | "expired") =>
        (await all(client().invitations.list(acme, status))).map(({ email, role, status }) => [email, role, status]);
      const expired = ["old@acme.example", low, "expired"];
      const pending = ["new@acme.example", "admin", "pending"];
      expect(await list()).toEqual([expired, pending]);
      expect(await list("expired")).toEqual([expired]);
      expect(await list("pending")).toEqual([pending]);
      expect(peridio.requests()).toEqual(Array(3).fill(operations.listInvitations));
    });
  });

  describe("a new invitation", () => {
    const invite = async (before: ReadonlySet<string> = new Set()): Promise<Invitation> =>
      peridio.client().invitations.create(peridio.acme, { email: bob, role: low }, before);
    const posts = () => peridio.emulator.requests({ method: "POST" });

    test("is one POST, and its inviter is the API key's user", async () => {
      const invitation = await invite();
      const { id } = await peridio.client().caller();
      expect(invitation).toMatchObject({ email: bob, role: low, status: "pending", invitedBy: id });
      expect(posts()).toMatchObject([{ body: { email: bob, role: low } }]);
    });

    test("is found if its answer is lost, and no second e-mail is sent", async () => {
      peridio.emulator.control.fault({ method: "POST", ...loseAfterEffect });
      const invitee = { email: "Bob@acme.example", role: low };
      const invitation = await peridio.client().invitations.create(peridio.acme, invitee, new Set());
      expect(invitation).toMatchObject({ ...invitee, status: "pending" });
      expect(peridio.requests()).toEqual([operations.invite, operations.listInvitations]);
    });

    test("is sent again if the request is lost", async () => {
      peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
      expect(await invite()).toMatchObject({ status: "pending" });
      expect(posts()).toHaveLength(2);
    });

    test("is not confused with an earlier pending invitation", async () => {
      const { id } = await invite();
      peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
      expect(await rejection(invite(new Set([id])))).toBeInstanceOf(InvalidRequestError);
    });

    test("is not confused with an expired invitation", async () => {
      await peridio.emulator.control.invite(bob, "acme", stored.low, { as: "ada@acme.example" });
      peridio.emulator.control.advance(30 * 24 * 3_600);
      peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
      expect(await invite()).toMatchObject({ status: "pending" });
      expect(posts()).toHaveLength(2);
    });

    test("is not repeated after an invalid answer", async () => {
      peridio.emulator.control.fault({ method: "POST", effect: { status: 201, body: { data: {} } } });
      const error = await rejection(invite());
      expect(error).toMatchObject({ name: InvalidResponseError.name, isAmbiguous: true });
      expect(String(error)).toContain("found no effect of the request");
      expect(peridio.requests()).toEqual([operations.invite, operations.listInvitations]);
    });

    test("is rejected if the answer is about another address", async () => {
      peridio.emulator.control.fault({ method: "POST", effect: { alter: { email: "eve@acme.example" } } });
      expect(String(await rejection(invite()))).toContain("expected bob@acme.example, received eve@acme.example.");
    });

    test("is accepted if the answer spells the address in another case", async () => {
      peridio.emulator.control.fault({ method: "POST", effect: { alter: { email: "BOB@acme.example" } } });
      expect(await invite()).toMatchObject({ email: "BOB@acme.example" });
    });

    test("for someone with a pending invitation is Invalid on email", async () => {
      await invite();
      expect(await rejection(invite())).toMatchObject({
        name: InvalidRequestError.name,
        fields: { email: [expect.any(String)] },
      });
    });

    test("in a full organization is a conflict with its reason", async () => {
      peridio.emulator.control.setLimits("acme", { users: 1 });
      const error = await rejection(invite());
      expect(error).toBeInstanceOf(ConflictError);
      expect(error).toMatchObject({ reason: "limit_reached" });
    });
  });

  describe("revoking an invitation", () => {
    async function invite() {
      const backend = peridio.client();
      return {
        backend,
        invitation: await backend.invitations.create(peridio.acme, { email: bob, role: low }, new Set()),
      };
    }

    test("is one DELETE", async () => {
      const { backend, invitation } = await invite();
      await backend.invitations.revoke(peridio.acme, invitation.id);
      expect(await all(backend.invitations.list(peridio.acme))).toEqual([]);
      expect(peridio.emulator.requests({ method: "DELETE" })).toHaveLength(1);
    });

    test("is a conflict after its acceptance", async () => {
      const { backend, invitation } = await invite();
      peridio.emulator.control.accept(bob, "acme");
      const error = await rejection(backend.invitations.revoke(peridio.acme, invitation.id));
      expect(error).toMatchObject({ name: ConflictError.name, reason: "invitation_already_accepted" });
    });

    test("a second time is NotFoundError", async () => {
      const { backend, invitation } = await invite();
      await backend.invitations.revoke(peridio.acme, invitation.id);
      expect(await rejection(backend.invitations.revoke(peridio.acme, invitation.id))).toBeInstanceOf(NotFoundError);
    });
  });

  describe("a member", () => {
    beforeEach(() => {
      peridio.emulator.control.addMember(bob, "acme", stored.low);
    });

    test("gets another role in one request, which is repeated if its answer is lost", async () => {
      const { emulator, client } = peridio;
      const backend = client();
      const member = await readMember(bob, backend);
      emulator.control.fault({ operation: operations.setRole, ...loseAfterEffect });
      expect(await backend.members.setRole(member, high)).toEqual({ ...member, role: high });
      expect(await readMember(bob)).toMatchObject({ role: high });
      expect(peridio.requests().slice(1, 3)).toEqual([operations.setRole, operations.setRole]);
      expect(emulator.requests({ operation: operations.setRole })).toMatchObject([{ body: { role: high } }, {}]);
    });

    test("is removed even if the answer is lost", async () => {
      const { emulator, acme, client } = peridio;
      const { userId } = await readMember(bob);
      emulator.control.fault({ method: "DELETE", ...loseAfterEffect });
      await client().members.remove(acme, userId);
      expect(await rejection(client().members.remove(acme, userId))).toBeInstanceOf(NotFoundError);
    });
  });

  test("the API key's user is the caller, with its organizations", async () => {
    expect(await peridio.client().caller()).toMatchObject({
      email: "ada@acme.example",
      boundTo: null,
      organizations: [{ id: peridio.acme, name: "acme", role: ownerRole, isOwner: true }],
    });
  });
});
