import { Conflict, Forbidden, Invalid, Lacking, NotFound, Unfitting } from "../../src/api";
import type { Member } from "../../src/api";
import { all, emulated, rejection, type Emulated } from "./emulated";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated("connect");
});
beforeEach(() => {
  peridio.reset();
});
afterAll(async () => peridio.close());

const dropAfter = { when: "after", effect: "drop" } as const;
const dropBefore = { when: "before", effect: "drop" } as const;

/** Somebody who is a member of acme, as a backend shows them. */
async function member(email: string, backend = peridio.client()): Promise<Member> {
  const found = (await all(backend.members.list(peridio.acme))).find((one) => one.email === email);
  if (found === undefined) throw new Error(`${email} is no member`);
  return found;
}

describe("lists", () => {
  test.each([
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ])("%d members take %d requests, each with a limit", async (count, requests) => {
    const { emulator, acme, client } = peridio;
    for (let index = 1; index < count; index++) emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
    const members = await all(client().members.list(acme));
    expect(new Set(members.map(({ email }) => email)).size).toBe(count);
    expect(emulator.requests()).toHaveLength(requests);
    expect(emulator.requests().every(({ query }) => query.limit === "100")).toBe(true);
  });

  test.each([
    ["repeats its cursor", { after: "again", has_next: true }, "meta.after", 2],
    ["has more, and no cursor", { after: null, has_next: true }, "meta.after", 1],
  ])("a list that %s ends as an error, not as a short list", async (_, meta, field, requests) => {
    peridio.emulator.control.fault({ times: "always", effect: { status: 200, body: { data: [], meta } } });
    const error = await rejection(all(peridio.client().members.list(peridio.acme)));
    expect(error).toBeInstanceOf(Unfitting);
    expect(error).toMatchObject({ field });
    expect(peridio.requests()).toHaveLength(requests);
  });

  const memberOf = (_: unknown, index: number) => ({ user_id: `u-${index}`, email: `u${index}@acme.example`, role: "member" });

  test.each([
    ["without meta", 3, undefined],
    ["with null as meta", 3, null],
    ["without has_next", 3, { after: null }],
    ["with nothing in meta", 3, {}],
    ["without meta, since the server does not page", 250, undefined],
  ])("a list %s is complete", async (_, length, meta) => {
    const body = { data: Array.from({ length }, memberOf), meta };
    peridio.emulator.control.fault({ effect: { status: 200, body } });
    expect(await all(peridio.client().members.list(peridio.acme))).toHaveLength(length);
    expect(peridio.requests()).toHaveLength(1);
  });

  test("a full page without meta may be incomplete, and is an error", async () => {
    const body = { data: Array.from({ length: 100 }, memberOf) };
    peridio.emulator.control.fault({ effect: { status: 200, body } });
    expect(await rejection(all(peridio.client().members.list(peridio.acme)))).toMatchObject({ field: "meta.after" });
  });

  test("an invitation needs neither dates nor an inviter", async () => {
    await peridio.emulator.control.invite("bob@acme.example", "acme", "viewer");
    const omit = ["expires_at", "inserted_at", "inviter", "target_username"].map((name) => `data.*.${name}`);
    peridio.emulator.control.fault({ effect: { omit } });
    expect(await all(peridio.client().invitations.list(peridio.acme))).toMatchObject([
      { email: "bob@acme.example", status: "pending", invitedBy: null },
    ]);
  });

  test("invitations come all together, without the accepted ones, and may be picked by status", async () => {
    const { emulator, acme, client, clock } = peridio;
    await emulator.control.invite("old@acme.example", "acme", "viewer");
    await clock.sleep(8 * 86_400_000);
    await emulator.control.invite("new@acme.example", "acme", "admin");
    await emulator.control.invite("in@acme.example", "acme", "viewer");
    emulator.control.accept("in@acme.example", "acme");
    const listed = async (status?: "pending" | "expired") =>
      (await all(client().invitations.list(acme, status))).map(({ email, role, status }) => [email, role, status]);
    const [old, fresh] = [
      ["old@acme.example", "member", "expired"],
      ["new@acme.example", "admin", "pending"],
    ];
    expect(await listed()).toEqual([old, fresh]);
    expect(await listed("expired")).toEqual([old]);
    expect(await listed("pending")).toEqual([fresh]);
    expect(peridio.requests()).toEqual(["OrgInvitation_index", "OrgInvitation_index", "OrgInvitation_index"]);
  });
});

describe("the user and the organizations", () => {
  test("come in one answer, which is asked for once", async () => {
    const { emulator, acme, client } = peridio;
    await emulator.control.createOrganization("globex", { display_name: "Globex, Inc." });
    const backend = client();
    const caller = await backend.caller();
    expect(caller).toMatchObject({ email: "ada@acme.example", boundTo: null });
    expect(caller.organizations).toEqual([
      { id: acme, name: "acme", role: "admin", isOwner: true },
      { id: caller.organizations[1]?.id, name: "globex", role: "admin", isOwner: true },
    ]);
    expect((await all(backend.organizations.list())).map(({ name }) => name)).toEqual(["acme", "globex"]);
    expect(await backend.organizations.find("globex")).toEqual({
      id: caller.organizations[1]?.id,
      name: "globex",
      displayName: "Globex, Inc.",
      tier: "teams",
    });
    expect(await backend.organizations.find("Globex, Inc.")).toBeUndefined();
    expect(await backend.organizations.get(acme)).toMatchObject({ id: acme, name: "acme" });
    expect(await backend.limits(acme)).toEqual({
      users: { limit: 50, used: undefined },
      devices: { limit: 10_000, used: undefined },
    });
    expect(peridio.requests()).toEqual(["Me_show"]);
  });

  test("a token of one organization reaches no other, though all are listed", async () => {
    const { emulator, acme, client } = peridio;
    await emulator.control.createOrganization("globex");
    const { id } = emulator.control.organization("globex");
    emulator.control.addApiKey("ada@acme.example", { key: "globex-key", organization: "globex" });
    const backend = client({ apiKey: "globex-key" });
    const globex = `prn:1:${id}`;
    expect(await backend.caller()).toMatchObject({ boundTo: globex, organizations: [{ id: globex }] });
    expect(await rejection(backend.organizations.get(acme))).toBeInstanceOf(NotFound);
    const error = await rejection(all(backend.members.list(acme)));
    expect(error).toBeInstanceOf(Forbidden);
    expect(String(error)).toContain("Token is not scoped to this organization");
  });

  test("an organization that the token cannot see is not found, which deletes nothing", async () => {
    const error = await rejection(peridio.client().organizations.get("prn:1:00000000-0000-4000-8000-000000000000"));
    expect(error).toBeInstanceOf(NotFound);
    expect(error).toMatchObject({ deletedHere: false });
    expect(String(error)).toContain("00000000-0000-4000-8000-000000000000");
  });

  test("a limit that is null is no limit that is known", async () => {
    const { acme, emulator, client } = peridio;
    const { id, name } = emulator.control.organization("acme");
    const organization = { id, name, slug: name, role: "owner", max_users: null };
    const body = { data: { token: null, user: { id, email: "ada@acme.example" }, organizations: [organization] } };
    emulator.control.fault({ effect: { status: 200, body } });
    expect(await client().limits(acme)).toEqual({});
  });

  test("another server is told from this API", async () => {
    peridio.emulator.control.fault({ effect: { status: 404, body: { error: "not_found" } } });
    expect(String(await rejection(peridio.client().caller()))).toContain("does not serve Avocado Connect");
  });
});

describe("members", () => {
  test("are told without what this API does not know", async () => {
    peridio.emulator.control.addMember("bob@acme.example", "acme", "manager");
    const bob = await member("bob@acme.example");
    expect(bob).toMatchObject({ kind: "member", organizationId: peridio.acme, role: "member", isOwner: false });
    expect([bob.twoFactorEnabled, bob.lastActiveAt, bob.username]).toEqual([undefined, undefined, undefined]);
    expect(bob.userId).toMatch(/^prn:1:user:[0-9a-f-]{36}$/);
    expect(await member("ada@acme.example")).toMatchObject({ role: "admin", isOwner: true });
  });

  test("a role change is one PUT, also when it has to be repeated", async () => {
    const { emulator, client } = peridio;
    emulator.control.addMember("bob@acme.example", "acme", "viewer");
    const backend = client();
    const bob = await member("bob@acme.example", backend);
    emulator.control.fault({ method: "PUT", ...dropAfter });
    expect(await backend.members.setRole(bob, "admin")).toEqual({ ...bob, role: "admin" });
    expect(await member("bob@acme.example")).toMatchObject({ role: "admin" });
    expect(emulator.requests({ method: "PUT" })).toMatchObject([{ body: { role: "admin" } }, {}]);
  });

  test("a removal whose answer is lost is done", async () => {
    const { emulator, acme, client } = peridio;
    emulator.control.addMember("bob@acme.example", "acme", "viewer");
    const { userId } = await member("bob@acme.example");
    emulator.control.fault({ method: "DELETE", ...dropAfter });
    await client().members.remove(acme, userId);
    expect(await rejection(client().members.remove(acme, userId))).toBeInstanceOf(NotFound);
  });

  test("oneself is refused in the API's own words", async () => {
    const error = await rejection(
      peridio.client().members.remove(peridio.acme, (await member("ada@acme.example")).userId),
    );
    expect(error).toBeInstanceOf(Forbidden);
    expect(String(error)).toMatch(/remove yourself/i);
  });
});

describe("inviting", () => {
  const invite = (role: "admin" | "member" = "member") =>
    peridio.client().invitations.create(peridio.acme, { email: "bob@acme.example", role: role }, new Set());

  test("is one POST, whose answer is an invitation of this caller", async () => {
    const invitation = await invite();
    const { id } = await peridio.client().caller();
    expect(invitation).toMatchObject({ email: "bob@acme.example", role: "member", status: "pending", invitedBy: id });
    expect(peridio.emulator.requests({ method: "POST" })).toMatchObject([
      { body: { email: "bob@acme.example", role: "member" } },
    ]);
  });

  test("a lost answer after the effect sends no second e-mail", async () => {
    peridio.emulator.control.fault({ method: "POST", ...dropAfter });
    expect(await invite()).toMatchObject({ status: "pending" });
    expect(peridio.requests()).toEqual(["OrgInvitation_create", "OrgInvitation_index"]);
  });

  test("a lost answer before the effect is repeated", async () => {
    peridio.emulator.control.fault({ method: "POST", ...dropBefore });
    expect(await invite()).toMatchObject({ status: "pending" });
    expect(peridio.emulator.requests({ method: "POST" })).toHaveLength(2);
  });

  test("an earlier pending invitation is not its result", async () => {
    const { acme, client, emulator } = peridio;
    const { id } = await invite();
    emulator.control.fault({ method: "POST", ...dropBefore });
    const again = client().invitations.create(acme, { email: "bob@acme.example", role: "member" }, new Set([id]));
    expect(await rejection(again)).toBeInstanceOf(Invalid);
  });

  test("an answer that does not fit is never followed by another POST", async () => {
    peridio.emulator.control.fault({ method: "POST", effect: { status: 201, body: { data: {} } } });
    expect(String(await rejection(invite()))).toContain("looked for the result and did not find it");
    expect(peridio.requests()).toEqual(["OrgInvitation_create", "OrgInvitation_index"]);
  });

  test("an answer about another address, or without an id, does not fit", async () => {
    peridio.emulator.control.fault({ method: "POST", effect: { alter: { email: "eve@acme.example" } } });
    expect(String(await rejection(invite()))).toContain("expected bob@acme.example, received eve@acme.example");
    peridio.emulator.control.fault({ method: "POST", effect: { set: { "data.id": "" }, } });
    expect(await invite()).toMatchObject({ email: "bob@acme.example" });
    expect(peridio.emulator.requests({ method: "POST" })).toHaveLength(2);
  });

  test("an address that this API refuses is Invalid on email", async () => {
    await invite();
    expect(await rejection(invite())).toMatchObject({
      name: "Invalid",
      fields: { email: ["has already been invited"] },
    });
  });

  test("a full organization is a conflict with its reason, which a 422 tells without a property", async () => {
    peridio.emulator.control.setLimits("acme", { users: 1 });
    const error = await rejection(invite());
    expect(error).toBeInstanceOf(Conflict);
    expect(error).toMatchObject({ status: 422, reason: "limit_reached" });
  });

  test("only the answer holds the link, and only while e-mail delivery is off", async () => {
    const { emulator, client, acme } = peridio;
    expect(await invite()).not.toHaveProperty("inviteUrl");
    await emulator.control.revoke("bob@acme.example", "acme");
    emulator.control.setEmailDelivery(false);
    expect((await invite()).inviteUrl).toMatch(/^https:/);
    const [listed] = await all(client().invitations.list(acme));
    expect(listed).not.toHaveProperty("inviteUrl");
  });

  test("a group is sent and read", async () => {
    const { emulator, client, acme } = peridio;
    const groupId = emulator.control.addGroup("field", "acme");
    const invitee = { email: "bob@acme.example", role: "member", groupId } as const;
    expect(await client().invitations.create(acme, invitee, new Set())).toMatchObject({ groupId });
    expect(await all(client().invitations.list(acme))).toMatchObject([{ groupId }]);
  });
});

describe("revoking", () => {
  async function invited() {
    const backend = peridio.client();
    return { backend, invitation: await backend.invitations.create(peridio.acme, { email: "bob@acme.example", role: "member" }, new Set()) };
  }

  test("is one DELETE, which answers with a body", async () => {
    const { backend, invitation } = await invited();
    await backend.invitations.revoke(peridio.acme, invitation.id);
    expect(await all(backend.invitations.list(peridio.acme))).toEqual([]);
    expect(peridio.emulator.requests({ method: "DELETE" })).toHaveLength(1);
  });

  test.each([
    ["as the emulator refuses it", undefined],
    ["as gone", { status: 410, body: { error: "gone", message: "Invitation is expired or already accepted" } }],
  ])("an accepted invitation is a conflict, never a success: %s", async (_, effect) => {
    const { backend, invitation } = await invited();
    peridio.emulator.control.accept("bob@acme.example", "acme");
    if (effect !== undefined) peridio.emulator.control.fault({ method: "DELETE", effect });
    const error = await rejection(backend.invitations.revoke(peridio.acme, invitation.id));
    expect(error).toBeInstanceOf(Conflict);
    expect(error).toMatchObject({ reason: "invitation_already_accepted" });
  });

  test("an expired invitation that the API calls gone lets nobody in, which is all that was wanted", async () => {
    const { backend, invitation } = await invited();
    peridio.emulator.control.advance(30 * 86_400);
    peridio.emulator.control.fault({ method: "DELETE", effect: { status: 410, body: { error: "gone" } } });
    await expect(backend.invitations.revoke(peridio.acme, invitation.id)).resolves.toBeUndefined();
  });

  test("one that waits all the same is not revoked, whatever the API calls it", async () => {
    const { backend, invitation } = await invited();
    peridio.emulator.control.fault({ method: "DELETE", effect: { status: 410, body: { error: "gone" } } });
    expect(await rejection(backend.invitations.revoke(peridio.acme, invitation.id))).toBeInstanceOf(Conflict);
  });

  test("an invitation that is not there any more is not found", async () => {
    const { backend, invitation } = await invited();
    await backend.invitations.revoke(peridio.acme, invitation.id);
    expect(await rejection(backend.invitations.revoke(peridio.acme, invitation.id))).toBeInstanceOf(NotFound);
  });
});

test("what this API lacks is refused without a request, with all that it lacks", async () => {
  const { acme, client } = peridio;
  const { organizations, securitySettings, billingSettings } = client();
  const refused = [
    organizations.create("globex", {}),
    organizations.update(acme, { displayName: "Acme" }),
    organizations.update(acme, { description: "Ours" }),
    organizations.delete(acme),
    organizations.blockers(acme),
    organizations.transferOwnership(acme, "bob@acme.example"),
    securitySettings.get(acme),
    securitySettings.update(acme, { requireTwoFactor: true }),
    billingSettings.get(acme),
    billingSettings.update(acme, { paymentMethod: "invoice" }),
  ];
  for (const refusal of refused) {
    const error = await rejection(refusal);
    expect(error).toBeInstanceOf(Lacking);
    expect(String(error)).toMatch(/^Lacking: Avocado Connect .*Avocado Connect, the API in use, /);
  }
  expect(peridio.requests()).toEqual([]);
});
