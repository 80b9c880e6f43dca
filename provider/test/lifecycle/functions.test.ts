import { z } from "zod";
import { adminV2, connect, type Dialect, dialects } from "../support/dialect";
import type { Wire } from "../support/engine";
import { dev, member, part } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, carl, dora, eve] = [
  "ada@acme.example",
  "bob@acme.example",
  "carl@acme.example",
  "dora@acme.example",
  "eve@acme.example",
];
const week = 7 * 24 * 60 * 60;
/** An organization that no key can see. */
const elsewhere = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";

let world: World;
afterEach(() => world.end());

/** Begins with the organization acme-dev, in which ada is the only member. */
async function begin({ backend }: Dialect): Promise<void> {
  world = await World.begin({ maxRetries: "1", backend });
  await world.emulator.control.createOrganization("acme-dev", { display_name: "Acme development" });
  world.requests();
}

/** Adds bob and carl, and invites dora. */
async function addPeople({ stored: { high, low } }: Dialect): Promise<void> {
  const { control } = world.emulator;
  control.addUser(bob, { name: "Bob Builder", two_factor_enabled: true });
  control.addUser(carl, { name: "Carl Carpenter" });
  control.addMember(bob, "acme-dev", low);
  control.addMember(carl, "acme-dev", high);
  await control.invite(dora, "acme-dev", low, { as: ada });
  world.requests();
}

const prn = () => `prn:1:${world.emulator.control.getOrganization("acme-dev").id}`;

/** Returns the result of a function. */
async function call(name: string, args: Wire = {}): Promise<Wire> {
  const [result] = await world.engine.invoke([name, args]);
  return result ?? {};
}

const people = z.object({ members: z.array(z.looseObject({ email: z.string() })) });

async function getMembers(filters: Wire = {}) {
  return people.parse(await call("getMembers", { organizationId: "acme-dev", ...filters })).members;
}

async function getAddresses(filters: Wire = {}): Promise<string[]> {
  return (await getMembers(filters)).map(({ email }) => email);
}

async function getNames(filters: Wire): Promise<string[]> {
  const result = z.object({ organizations: z.array(z.looseObject({ name: z.string() })) });
  return result.parse(await call("getOrganizations", filters)).organizations.map(({ name }) => name);
}

/** The requests of one process, without its first, the check of the API key. */
function requestsAfterCheck({ operations: { getCurrentUser } }: Dialect): string[] {
  const checks = world.emulator.requests().map(({ operation }) => operation === getCurrentUser);
  expect([checks[0], checks.filter(Boolean).length]).toEqual([true, 1]);
  return world.requests();
}

describe.each(dialects)("with $backend", (dialect) => {
  const {
    roles: { high, low },
    ownerRole,
    sends,
  } = dialect;
  const isConnect = dialect === connect;
  beforeEach(() => begin(dialect));

  test("getCurrentUser returns the API key's user and organizations without another request", async () => {
    expect(await call("getCurrentUser")).toMatchObject({
      email: ada,
      organizations: [{ id: prn(), name: "acme-dev", role: ownerRole, isOwner: true }],
    });
    expect(requestsAfterCheck(dialect)).toEqual([]);
  });

  describe("getOrganization", () => {
    const expected = () => ({ id: prn(), name: "acme-dev", displayName: "Acme development" });

    test.each(["name", "PRN", "UUID"])("finds an organization by its %s", async (form) => {
      const args =
        form === "name" ? { name: "acme-dev" } : { id: form === "PRN" ? prn() : prn().replace("prn:1:", "") };
      const organization = await call("getOrganization", args);
      if (isConnect) expect(organization).toEqual({ ...expected(), tier: "teams" });
      else expect(organization).toMatchObject({ ...expected(), owner: { email: ada } });
      expect(requestsAfterCheck(dialect)).toEqual(sends.organization);
    });

    test.each(["acme-prod", "Acme development"])("rejects %j, which no visible organization has", async (name) => {
      await expect(call("getOrganization", { name })).rejects.toThrow(
        new Error(
          `this API key cannot see organization "${name}". Correct the name or id, or use a member's API key that is not bound to another organization.`,
        ),
      );
    });
  });

  test("getOrganizations returns all organizations that match a pattern, sorted, from one list", async () => {
    for (const name of ["globex", "acme-prod"]) await world.emulator.control.createOrganization(name);
    world.requests();
    const [all, some] = await world.engine.invoke(["getOrganizations", {}], ["getOrganizations", { name: "acme-*" }]);
    const acme = [{ id: prn(), name: "acme-dev", displayName: "Acme development" }, { name: "acme-prod" }];
    expect(all).toMatchObject({ organizations: [...acme, { name: "globex" }] });
    expect(some).toMatchObject({ organizations: acme });
    expect(requestsAfterCheck(dialect)).toEqual(sends.organizations);
  });

  describe("getMembers", () => {
    beforeEach(() => addPeople(dialect));

    test("returns members and invitations with all that the API reports", async () => {
      const lastActiveAt = daysAgo(3).replace(/\.\d+Z$/, "Z");
      world.emulator.control.setLastActive(bob, "acme-dev", lastActiveAt);
      const members = await getMembers();
      expect(members).toMatchObject([
        { email: ada, role: ownerRole, status: "active", isOwner: true, name: "Ada Lovelace" },
        { email: bob, role: low, status: "active", isOwner: false, name: "Bob Builder" },
        { email: carl, role: high, status: "active", isOwner: false },
        { email: dora, role: low, status: "pending", isOwner: false },
      ]);
      const more = ["lastActiveAt", "twoFactorEnabled"];
      const active = ["email", "isOwner", "name", "role", "status", "userId", ...(isConnect ? [] : more)].sort();
      const pending = ["email", "invitationExpiresAt", "invitationId", "invitedBy", "isOwner", "role", "status"];
      expect(members.map((person) => Object.keys(person).sort())).toEqual([active, active, active, pending]);
      if (!isConnect)
        expect(members).toMatchObject([
          { twoFactorEnabled: false },
          { twoFactorEnabled: true, lastActiveAt },
          { twoFactorEnabled: false },
          {},
        ]);
      expect(requestsAfterCheck(dialect).sort()).toEqual([...sends.people].sort());
    });

    test("shares its reads of an organization with the other functions", async () => {
      await world.engine.invoke(
        ["getMembers", { organizationId: prn(), role: "admin" }],
        ["getMembers", { organizationId: "acme-dev", withoutTwoFactor: !isConnect }],
        ["getLimits", { organizationId: "acme-dev" }],
      );
      expect(requestsAfterCheck(dialect)).toEqual([...sends.people, ...sends.limits]);
    });

    test.each<[string, Wire, string[]]>([
      ["role", { role: low }, [bob, dora]],
      ["active", { status: "active" }, [ada, bob, carl]],
      ["pending", { status: "pending" }, [dora]],
      ["any second factor", { withoutTwoFactor: false }, [ada, bob, carl, dora]],
      ["role and status", { role: low, status: "active" }, [bob]],
    ])("filters by %s", async (_, filters, expected) => {
      expect(await getAddresses(filters)).toEqual(expected);
    });
  });

  test("getLimits returns limits and uses, and the seats that pending invitations leave", async () => {
    await addPeople(dialect);
    world.emulator.control.setLimits("acme-dev", { users: 5, devices: 200 });
    world.emulator.control.setBelongings("acme-dev", { devices: 150 });
    const limits = await call("getLimits", { organizationId: "acme-dev" });
    const users = { limit: 5, used: 3, pending: 1, free: 1 };
    // Avocado Connect reports neither uses nor other limits, so the provider counts the people.
    if (isConnect) expect(limits).toEqual({ tier: "teams", devices: { limit: 200 }, users });
    else
      expect(limits).toMatchObject({
        devices: { limit: 200, used: 150 },
        products: { limit: 100, used: 0 },
        users,
      });
    expect(requestsAfterCheck(dialect).sort()).toEqual([...sends.people, ...sends.limits].sort());
  });

  test("getLimits counts the people that the program has invited", async () => {
    await world.engine.import("dev", "Organization", "acme-dev");
    await world.engine.up({ ...dev, bob: member(bob, low) });
    expect(await call("getLimits", { organizationId: prn() })).toMatchObject({
      users: { used: 1, pending: 1, free: 48 },
    });
  });
});

describe("with admin-v2", () => {
  beforeEach(() => begin(adminV2));

  test.each<Wire>([{}, { id: elsewhere, name: "acme-dev" }])(
    "getOrganization requires either an id or a name: %j is rejected",
    async (args) => {
      await expect(call("getOrganization", args)).rejects.toThrow(
        new Error("set either `id` or `name`, but not both."),
      );
    },
  );

  test("getOrganization rejects a wrong id and unknown arguments", async () => {
    await expect(call("getOrganization", { id: "acme-dev", nam: "acme-dev" })).rejects.toThrow(
      new Error(
        "id: must be an organization's id, such as prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d. Pass the `id` of an Organization; " +
          "nam: is not a property of peridio:index:getOrganization's arguments. The properties are id, name; did you mean name?",
      ),
    );
  });

  test.each([
    ["acme-dev", ["acme-dev"]],
    ["*-p*", ["acme-prod"]],
    ["ACME-*", []],
    ["acme", []],
  ])("getOrganizations matches the pattern %j with names", async (name, expected) => {
    for (const other of ["globex", "acme-prod"]) await world.emulator.control.createOrganization(other);
    expect(await getNames({ name })).toEqual(expected);
  });

  describe("getMembers", () => {
    beforeEach(() => addPeople(adminV2));

    test("filters by a missing second factor", async () => {
      expect(await getAddresses({ withoutTwoFactor: true })).toEqual([ada, carl]);
    });

    test("counts inactive days from the call, and treats members without activity as inactive", async () => {
      const { control } = world.emulator;
      control.addMember(eve, "acme-dev", "viewer");
      control.setLastActive(eve, "acme-dev", daysAgo(29.9));
      control.setLastActive(bob, "acme-dev", daysAgo(30.1));
      control.setLastActive(carl, "acme-dev", null);
      expect(await getAddresses({ inactiveForDays: 30 })).toEqual([bob, carl]);
      expect(await getAddresses({ inactiveForDays: 29 })).toEqual([bob, carl, eve]);
      expect(await getAddresses({ inactiveForDays: 31, role: "developer" })).toEqual([carl]);
      expect(await getAddresses({ inactiveForDays: 31, role: "viewer" })).toEqual([]);
    });

    test("returns expired invitations only if asked, without those of members or of people invited again", async () => {
      const { control } = world.emulator;
      await control.invite(eve, "acme-dev", "viewer");
      await control.invite("finn@acme.example", "acme-dev", "viewer");
      control.advance(week + 1);
      await control.invite("DORA@acme.example", "acme-dev", "manager");
      control.advance(week + 1);
      await control.invite("EVE@acme.example", "acme-dev", "viewer");
      control.addMember("finn@acme.example", "acme-dev", "viewer");
      world.requests();
      expect(await getMembers({ status: "expired" })).toMatchObject([
        { email: "DORA@acme.example", role: "manager", status: "expired" },
      ]);
      expect(requestsAfterCheck(adminV2).sort()).toEqual([...adminV2.sends.expired, ...adminV2.sends.people].sort());
      expect(await getAddresses()).toEqual([ada, bob, carl, "EVE@acme.example", "finn@acme.example"]);
    });

    test("rejects invalid filters, all at once", async () => {
      await expect(getAddresses({ inactiveForDays: 0, role: "boss", status: "gone" })).rejects.toThrow(
        new Error(
          "role: must be one of owner, admin, manager, developer, member, viewer; " +
            "status: must be one of pending, active, expired; inactiveForDays: must be at least 1 day",
        ),
      );
      await expect(call("getMembers")).rejects.toThrow(new Error("organizationId: is required"));
    });

    test("of an organization that the key cannot see is an error, not an empty list", async () => {
      await expect(call("getMembers", { organizationId: elsewhere })).rejects.toThrow(/HTTP 404, request /);
    });
  });

  describe("getLimits", () => {
    test("returns the default and the maximum of each limit, and no maximum if Peridio has none", async () => {
      expect(await call("getLimits", { organizationId: "acme-dev" })).toEqual({
        products: { limit: 100, used: 0, default: 100 },
        devices: { limit: 10_000, used: 0, default: 10_000 },
        users: { limit: 50, used: 1, pending: 0, free: 49, default: 50, maximum: 500 },
        apiKeys: { limit: 100, used: 0, default: 100, maximum: 1000 },
        webhooks: { limit: 25, used: 0, default: 25, maximum: 100 },
      });
    });

    test.each([
      ["default", { limit: 100, used: 0, maximum: 1000 }],
      ["maximum", { limit: 100, used: 0, default: 100 }],
    ])("leaves out a %s that the response does not contain", async (bound, apiKeys) => {
      world.emulator.control.fault({ operation: "retrieve-limits", effect: { omit: `data.api_keys.${bound}` } });
      expect((await call("getLimits", { organizationId: "acme-dev" })).apiKeys).toEqual(apiKeys);
    });

    test("returns no free seat, not a negative number, if there are more people than seats", async () => {
      world.emulator.control.addMember(bob, "acme-dev", "viewer");
      world.emulator.control.setLimits("acme-dev", { users: 1 });
      expect(await call("getLimits", { organizationId: "acme-dev" })).toMatchObject({
        users: { limit: 1, used: 2, free: 0 },
      });
    });
  });

  describe("getDeletionReadiness", () => {
    test("returns ready if nothing blocks the deletion", async () => {
      expect(await call("getDeletionReadiness", { organizationId: "acme-dev" })).toEqual({ ready: true, blockers: [] });
      expect(requestsAfterCheck(adminV2)).toEqual(["GET deletion-readiness"]);
    });

    test("returns each blocker with its count", async () => {
      world.emulator.control.setBelongings("acme-dev", { devices: 3 });
      world.emulator.control.addMember(bob, "acme-dev", "viewer");
      expect(await call("getDeletionReadiness", { organizationId: prn() })).toEqual({
        ready: false,
        blockers: [
          { code: "devices", count: 3, message: "All devices must be deleted or transferred." },
          { code: "other_users", count: 1, message: "All users except the owner must be removed." },
        ],
      });
    });
  });

  test("an unknown function is rejected by name", async () => {
    await expect(call("getEverything")).rejects.toThrow(
      "the Peridio provider has no function peridio:index:getEverything",
    );
  });
});

describe("with connect", () => {
  beforeEach(() => begin(connect));

  // N7
  test("getLimits returns the limits of the plan, and counts claim tokens", async () => {
    const { control } = world.emulator;
    control.setPlan("acme-dev", "pro");
    await world.engine.up({ ...dev, factory: part("ClaimToken", { name: "factory" }) });
    world.requests();
    expect(await call("getLimits", { organizationId: "acme-dev" })).toEqual({
      tier: "pro",
      devices: { limit: 500 },
      tunnels: { limit: 25 },
      claimTokens: { limit: 50, used: 1 },
      users: { limit: 25, used: 1, pending: 0, free: 24 },
    });
    expect(requestsAfterCheck(connect).sort()).toEqual(["GET claim_tokens", ...connect.sends.people].sort());
  });

  test("getCurrentUser of a token bound to an organization returns only that organization", async () => {
    await world.emulator.control.createOrganization("acme-lab");
    const apiKey = world.emulator.control.addApiKey(ada, { organization: "acme-dev" });
    const [user] = await world.with({ apiKey, backend: "connect" }).invoke(["getCurrentUser", {}]);
    expect(user).toMatchObject({ boundTo: prn(), organizations: [{ name: "acme-dev" }] });
  });

  test("getMembers of active people reads only the members, so a member's token suffices", async () => {
    await addPeople(connect);
    const apiKey = world.emulator.control.addApiKey(bob);
    const [result] = await world
      .with({ apiKey, backend: "connect" })
      .invoke(["getMembers", { organizationId: "acme-dev", status: "active" }]);
    expect(people.parse(result).members.map(({ email }) => email)).toEqual([ada, bob, carl]);
    expect(requestsAfterCheck(connect)).toEqual(["GET members"]);
  });

  test.each<[name: string, args: Wire, reason: string]>([
    [
      "getMembers",
      { inactiveForDays: 90 },
      "Avocado Connect does not report when members were last active: remove the filter `inactiveForDays`",
    ],
    [
      "getMembers",
      { withoutTwoFactor: true },
      "Avocado Connect does not report second factors: remove the filter `withoutTwoFactor`",
    ],
    ["getMembers", { role: "viewer" }, "Avocado Connect has no role viewer: use `member`"],
    [
      "getDeletionReadiness",
      {},
      "Avocado Connect cannot delete organizations, so it does not report their deletion readiness: remove the call to `getDeletionReadiness`.",
    ],
  ])("%s with %j is unsupported, and nothing is sent", async (name, args, reason) => {
    const refused = call(name, { organizationId: "acme-dev", ...args });
    await expect(refused).rejects.toThrow(reason);
    expect(requestsAfterCheck(connect)).toEqual([]);
  });
});

/** The moment so many days before the function is called. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}
