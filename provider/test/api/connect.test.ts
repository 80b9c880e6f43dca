import * as z from "zod";
import { readGroups } from "../../src/access/read";
import { ConflictError, ForbiddenError, UnsupportedError, NotFoundError, InvalidResponseError } from "../../src/api";
import type { Member } from "../../src/api";
import { cacheReads } from "../../src/api/cachedClient";
import { collection, createPlainOperations } from "../../src/api/connect/collection";
import { all, emulated, rejection, type Emulated } from "./emulated";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated("connect");
});
beforeEach(() => {
  peridio.reset();
});
afterAll(async () => peridio.close());

/** Reads a member of acme. */
async function readMember(email: string, backend = peridio.client()): Promise<Member> {
  const found = (await all(backend.members.list(peridio.acme))).find((one) => one.email === email);
  if (found === undefined) throw new Error(`${email} is no member`);
  return found;
}

test("the objects that prevent the deletion of a project are counted", async () => {
  const { acme, emulator } = peridio;
  const project = `${acme}/${emulator.control.access.addProject("firmware", "acme")}`;
  const define = (preventsDeletion: boolean) =>
    collection(
      {
        ...{ feature: "runtimes", absence: "", kind: "runtime", parent: "project", path: "runtimes", preventsDeletion },
        ...{
          schemaInList: z.object({ id: z.string() }),
          schemaAlone: z.object({ id: z.string() }),
          toBody: () => ({}),
        },
      },
      createPlainOperations,
    );
  const { contents } = define(true);
  const describeContents = contents && peridio.client().open(contents);
  expect(await describeContents?.(project)).toEqual([]);
  emulator.control.access.setRuntimes("firmware", "acme", 2);
  expect(await describeContents?.(project)).toEqual(["2 runtimes"]);
  expect(define(false).contents).toBeUndefined();
});

describe("a list", () => {
  test.each([
    ["repeats its cursor", { after: "again", has_next: true }, "meta.after", 2],
    ["has more, and no cursor", { after: null, has_next: true }, "meta.after", 1],
  ])("that %s is an error", async (_, meta, field, requests) => {
    peridio.emulator.control.fault({ times: "always", effect: { status: 200, body: { data: [], meta } } });
    const error = await rejection(all(peridio.client().members.list(peridio.acme)));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ field });
    expect(peridio.requests()).toHaveLength(requests);
  });

  const memberOf = (_: unknown, index: number) => ({
    user_id: `u-${index}`,
    email: `u${index}@acme.example`,
    role: "member",
  });

  test.each([
    ["without meta", 3, undefined],
    ["with null as meta", 3, null],
    ["without has_next", 3, { after: null }],
    ["with nothing in meta", 3, {}],
    ["without meta, since the server does not page", 250, undefined],
  ])("%s is complete", async (_, length, meta) => {
    const body = { data: Array.from({ length }, memberOf), meta };
    peridio.emulator.control.fault({ effect: { status: 200, body } });
    expect(await all(peridio.client().members.list(peridio.acme))).toHaveLength(length);
    expect(peridio.requests()).toHaveLength(1);
  });

  test("of one full page without meta is an error, because it may be incomplete", async () => {
    const body = { data: Array.from({ length: 100 }, memberOf) };
    peridio.emulator.control.fault({ effect: { status: 200, body } });
    expect(await rejection(all(peridio.client().members.list(peridio.acme)))).toMatchObject({ field: "meta.after" });
  });

  test("of invitations is valid without dates and inviters", async () => {
    await peridio.emulator.control.invite("bob@acme.example", "acme", "viewer");
    const omit = ["expires_at", "inserted_at", "inviter", "target_username"].map((name) => `data.*.${name}`);
    peridio.emulator.control.fault({ effect: { omit } });
    expect(await all(peridio.client().invitations.list(peridio.acme))).toMatchObject([
      { email: "bob@acme.example", status: "pending", invitedBy: null },
    ]);
  });

  test("that fails is the only error, because no object is read before its end", async () => {
    const { acme, emulator, client } = peridio;
    emulator.control.addGroup("field", "acme");
    const { groups, ...others } = cacheReads(client());
    const failure = new Error("the second page failed");
    const read: string[] = [];
    const list = async function* () {
      yield* groups.list(acme);
      throw failure;
    };
    const get = async (id: string) => {
      read.push(id);
      return groups.get(id);
    };
    expect(await rejection(readGroups({ ...others, groups: { ...groups, list, get } }, acme))).toBe(failure);
    expect(read).toEqual([]);
  });
});

describe("the caller and the organizations", () => {
  test("come from one answer, which is read once", async () => {
    const { emulator, acme, client } = peridio;
    await emulator.control.createOrganization("globex", { display_name: "Globex, Inc." });
    const backend = client();
    const caller = await backend.caller();
    expect(caller).toMatchObject({ email: "ada@acme.example", boundTo: null });
    expect(caller.organizations).toEqual([
      { id: acme, name: "acme", role: "owner", isOwner: true },
      { id: caller.organizations[1]?.id, name: "globex", role: "owner", isOwner: true },
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
      tier: "teams",
      tunnels: undefined,
      claimTokens: undefined,
      users: { limit: 50, used: undefined },
      devices: { limit: 10_000, used: undefined },
    });
    expect(peridio.requests()).toEqual(["Me_show"]);
  });

  test("a bound token reaches only its organization, although all are listed", async () => {
    const { emulator, acme, client } = peridio;
    await emulator.control.createOrganization("globex");
    const { id } = emulator.control.getOrganization("globex");
    emulator.control.addApiKey("ada@acme.example", { key: "globex-key", organization: "globex" });
    const backend = client({ apiKey: "globex-key" });
    const globex = `prn:1:${id}`;
    expect(await backend.caller()).toMatchObject({ boundTo: globex, organizations: [{ id: globex }] });
    expect(await rejection(backend.organizations.get(acme))).toBeInstanceOf(NotFoundError);
    const error = await rejection(all(backend.members.list(acme)));
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(String(error)).toContain("Token is not scoped to this organization");
  });

  test("an organization that the token cannot see is NotFoundError, which does not prove its deletion", async () => {
    const error = await rejection(peridio.client().organizations.get("prn:1:00000000-0000-4000-8000-000000000000"));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ deletedHere: false });
    expect(String(error)).toContain("00000000-0000-4000-8000-000000000000");
  });

  test("a limit of null is unknown", async () => {
    const { acme, emulator, client } = peridio;
    const { id, name } = emulator.control.getOrganization("acme");
    const organization = { id, name, slug: name, role: "owner", max_users: null };
    const body = { data: { token: null, user: { id, email: "ada@acme.example" }, organizations: [organization] } };
    emulator.control.fault({ effect: { status: 200, body } });
    expect(await client().limits(acme)).toEqual({});
  });

  test("a server without this API is an error", async () => {
    peridio.emulator.control.fault({ effect: { status: 404, body: { error: "not_found" } } });
    expect(String(await rejection(peridio.client().caller()))).toContain("does not serve Avocado Connect");
  });
});

describe("members", () => {
  test("lack the fields that this API does not have", async () => {
    peridio.emulator.control.addMember("bob@acme.example", "acme", "manager");
    const bob = await readMember("bob@acme.example");
    expect(bob).toMatchObject({ kind: "member", organizationId: peridio.acme, role: "member", isOwner: false });
    expect([bob.twoFactorEnabled, bob.lastActiveAt, bob.username]).toEqual([undefined, undefined, undefined]);
    expect(bob.userId).toMatch(/^prn:1:user:[0-9a-f-]{36}$/);
    expect(await readMember("ada@acme.example")).toMatchObject({ role: "owner", isOwner: true });
  });

  test("cannot remove themselves, and the error quotes the API", async () => {
    const error = await rejection(
      peridio.client().members.remove(peridio.acme, (await readMember("ada@acme.example")).userId),
    );
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(String(error)).toMatch(/remove yourself/i);
  });
});

describe("a new invitation", () => {
  const invite = (role: "admin" | "member" = "member") =>
    peridio.client().invitations.create(peridio.acme, { email: "bob@acme.example", role: role }, new Set());

  test("is found after an answer without an id", async () => {
    peridio.emulator.control.fault({ method: "POST", effect: { set: { "data.id": "" } } });
    expect(await invite()).toMatchObject({ email: "bob@acme.example" });
    expect(peridio.emulator.requests({ method: "POST" })).toHaveLength(1);
  });

  test("in a full organization is a conflict, although the status is 422", async () => {
    peridio.emulator.control.setLimits("acme", { users: 1 });
    const error = await rejection(invite());
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ status: 422, reason: "limit_reached" });
  });

  test("has a link in its answer only while e-mail delivery is off", async () => {
    const { emulator, client, acme } = peridio;
    expect(await invite()).not.toHaveProperty("inviteUrl");
    await emulator.control.revoke("bob@acme.example", "acme");
    emulator.control.setEmailDelivery(false);
    expect((await invite()).inviteUrl).toMatch(/^https:/);
    const [listed] = await all(client().invitations.list(acme));
    expect(listed).not.toHaveProperty("inviteUrl");
  });

  test("has the requested group", async () => {
    const { emulator, client, acme } = peridio;
    const groupId = emulator.control.addGroup("field", "acme");
    const invitee = { email: "bob@acme.example", role: "member", groupId } as const;
    expect(await client().invitations.create(acme, invitee, new Set())).toMatchObject({ groupId });
    expect(await all(client().invitations.list(acme))).toMatchObject([{ groupId }]);
  });
});

describe("revoking an invitation", () => {
  async function invited() {
    const backend = peridio.client();
    return {
      backend,
      invitation: await backend.invitations.create(
        peridio.acme,
        { email: "bob@acme.example", role: "member" },
        new Set(),
      ),
    };
  }

  test.each([
    ["with the emulator's answer", undefined],
    ["with a 410", { status: 410, body: { error: "gone", message: "Invitation is expired or already accepted" } }],
  ])("is a conflict after its acceptance: %s", async (_, effect) => {
    const { backend, invitation } = await invited();
    peridio.emulator.control.accept("bob@acme.example", "acme");
    if (effect !== undefined) peridio.emulator.control.fault({ method: "DELETE", effect });
    const error = await rejection(backend.invitations.revoke(peridio.acme, invitation.id));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ reason: "invitation_already_accepted" });
  });

  test("succeeds for an expired invitation that the API calls gone", async () => {
    const { backend, invitation } = await invited();
    peridio.emulator.control.advance(30 * 86_400);
    peridio.emulator.control.fault({ method: "DELETE", effect: { status: 410, body: { error: "gone" } } });
    await expect(backend.invitations.revoke(peridio.acme, invitation.id)).resolves.toBeUndefined();
  });

  test("is a conflict if the invitation is still pending after a 410", async () => {
    const { backend, invitation } = await invited();
    peridio.emulator.control.fault({ method: "DELETE", effect: { status: 410, body: { error: "gone" } } });
    expect(await rejection(backend.invitations.revoke(peridio.acme, invitation.id))).toBeInstanceOf(ConflictError);
  });
});

test("an unsupported feature is rejected without a request", async () => {
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
  for (const error of await Promise.all(refused.map((refusal) => rejection(refusal)))) {
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(String(error)).toMatch(/^UnsupportedError: .*Avocado Connect.*: .*\.$/);
  }
  expect(peridio.requests()).toEqual([]);
});
