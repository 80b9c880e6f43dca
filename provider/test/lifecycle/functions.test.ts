import { z } from "zod";
import type { Wire } from "../support/engine";
import { dev, member } from "../support/programs";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await World.begin();
  await world.engine.up(dev);
  world.requests();
});
afterEach(() => world.end());

const [ada, bob, carl, dora] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "dora@acme.example"];
const roster = ["GET invitations status:'pending'", "GET members"];
const day = 86_400_000;

/** The moment so many days before the function is called. */
const daysAgo = (days: number) => new Date(Date.now() - days * day).toISOString();
const prn = () => world.engine.state.get("dev")?.id ?? "";

/** Returns the result of a function. */
async function call(name: string, args: Wire = {}): Promise<Wire> {
  const [result] = await world.engine.invoke([name, args]);
  return result ?? {};
}

const people = z.object({ members: z.array(z.looseObject({ email: z.string() })) });
const organizations = z.object({ organizations: z.array(z.looseObject({ name: z.string() })) });

/** The addresses of the people that getMembers answers. */
async function found(filters: Wire): Promise<string[]> {
  const { members } = people.parse(await call("getMembers", { organizationId: "acme-dev", ...filters }));
  return members.map(({ email }) => email);
}

/** The names of the organizations that getOrganizations answered. */
function names(answer: Wire): string[] {
  return organizations.parse(answer).organizations.map(({ name }) => name);
}

test("getCurrentUser tells whose key this is, without a further request", async () => {
  expect(await call("getCurrentUser")).toMatchObject({
    email: ada,
    organizations: [{ id: prn(), name: "acme-dev", role: "admin", isOwner: true }],
  });
  expect(world.requests()).toEqual([]);
});

describe("getOrganization", () => {
  test.each(["name", "PRN", "UUID"])("finds it by its %s", async (form) => {
    const args = form === "name" ? { name: "acme-dev" } : { id: form === "PRN" ? prn() : prn().replace("prn:1:", "") };
    expect(await call("getOrganization", args)).toMatchObject({
      id: prn(),
      name: "acme-dev",
      displayName: "acme-dev",
      owner: { email: ada },
    });
    expect(world.requests()).toEqual(["GET"]);
  });

  test.each<Wire>([{}, { id: "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d", name: "acme-dev" }])(
    "with the name %j, asks for one name",
    async (args) => {
      await expect(call("getOrganization", args)).rejects.toThrow(new Error("set either `id` or `name`"));
    },
  );

  test("asked for a name that the key cannot see says so", async () => {
    await expect(call("getOrganization", { name: "acme-prod" })).rejects.toThrow(
      new Error('this key can see no organization "acme-prod". Check the name, or use a key of one of its members'),
    );
  });

  test("refuses an id that is none, and arguments that it does not have", async () => {
    await expect(call("getOrganization", { id: "acme-dev", nam: "acme-dev" })).rejects.toThrow(
      new Error(
        "id: is not an organization's id, such as prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d. Pass the `id` of an Organization; " +
          "nam: is no property of peridio:index:getOrganization's arguments; it has id, name",
      ),
    );
  });
});

describe("getOrganizations", () => {
  beforeEach(async () => {
    for (const name of ["globex", "acme-prod"]) await world.emulator.control.createOrganization(name);
    world.requests();
  });

  test("answers all, sorted, from one list however often it is called", async () => {
    const results = await world.engine.invoke(["getOrganizations", {}], ["getOrganizations", { name: "acme-*" }]);
    expect(results.map(names)).toEqual([
      ["acme-dev", "acme-prod", "globex"],
      ["acme-dev", "acme-prod"],
    ]);
    expect(world.requests()).toEqual(["GET organizations"]);
  });

  test.each([
    ["acme-dev", ["acme-dev"]],
    ["*-p*", ["acme-prod"]],
    ["ACME-*", []],
    ["acme", []],
  ])("takes %j for a pattern of names", async (name, expected) => {
    expect(names(await call("getOrganizations", { name }))).toEqual(expected);
  });
});

describe("getMembers", () => {
  beforeEach(async () => {
    const { control } = world.emulator;
    control.addUser(bob, { name: "Bob Builder", two_factor_enabled: true });
    control.addMember(bob, "acme-dev", "developer");
    control.addMember(carl, "acme-dev", "viewer");
    await control.invite(dora, "acme-dev", "developer", { as: ada });
    world.requests();
  });

  test("answers members and invitations with all that is known of them", async () => {
    const seen = daysAgo(3).replace(/\.\d+Z$/, "Z");
    world.emulator.control.setLastActive(bob, "acme-dev", seen);
    const { members } = people.parse(await call("getMembers", { organizationId: prn() }));
    expect(members).toMatchObject([
      { email: ada, role: "admin", status: "active", isOwner: true, name: "Ada Lovelace", twoFactorEnabled: false },
      {
        email: bob,
        role: "developer",
        status: "active",
        isOwner: false,
        name: "Bob Builder",
        lastActiveAt: seen,
        twoFactorEnabled: true,
      },
      { email: carl, role: "viewer", status: "active" },
      { email: dora, role: "developer", status: "pending", isOwner: false },
    ]);
    const [owner, member, , invited] = members.map((one) => Object.keys(one).sort());
    expect(owner).toEqual(["email", "isOwner", "lastActiveAt", "name", "role", "status", "twoFactorEnabled", "userId"]);
    expect(member).toEqual(owner);
    expect(invited).toEqual(["email", "invitationExpiresAt", "invitationId", "invitedBy", "isOwner", "role", "status"]);
    expect(world.requests()).toEqual(roster);
  });

  test("reads an organization's people once, however it is asked", async () => {
    await world.engine.invoke(
      ["getMembers", { organizationId: prn(), role: "admin" }],
      ["getMembers", { organizationId: "acme-dev", withoutTwoFactor: true }],
      ["getLimits", { organizationId: "acme-dev" }],
    );
    expect(world.requests()).toEqual([...roster, "GET limits"]);
  });

  test.each<[string, Wire, string[]]>([
    ["role", { role: "developer" }, [bob, dora]],
    ["active", { status: "active" }, [ada, bob, carl]],
    ["pending", { status: "pending" }, [dora]],
    ["without a second factor", { withoutTwoFactor: true }, [ada, carl]],
    ["no matter what factor", { withoutTwoFactor: false }, [ada, bob, carl, dora]],
    ["role and status", { role: "developer", status: "active" }, [bob]],
  ])("filters by %s", async (_, filters, expected) => {
    expect(await found(filters)).toEqual(expected);
  });

  test("counts inactive days from the call, and takes those who never were active for inactive", async () => {
    const { control } = world.emulator;
    control.addMember("eve@acme.example", "acme-dev", "viewer");
    control.setLastActive("eve@acme.example", "acme-dev", daysAgo(29.9));
    control.setLastActive(bob, "acme-dev", daysAgo(30.1));
    control.setLastActive(carl, "acme-dev", null);
    expect(await found({ inactiveForDays: 30 })).toEqual([bob, carl]);
    expect(await found({ inactiveForDays: 29 })).toEqual([bob, carl, "eve@acme.example"]);
    expect(await found({ inactiveForDays: 31, role: "viewer" })).toEqual([carl]);
    expect(await found({ inactiveForDays: 31, role: "developer" })).toEqual([]);
  });

  test("answers expired invitations only when asked, and none of people who came or were invited again", async () => {
    const { control } = world.emulator;
    const week = 7 * 24 * 60 * 60;
    await control.invite("eve@acme.example", "acme-dev", "viewer");
    await control.invite("finn@acme.example", "acme-dev", "viewer");
    control.advance(week + 1);
    await control.invite("DORA@acme.example", "acme-dev", "manager");
    control.advance(week + 1);
    await control.invite("EVE@acme.example", "acme-dev", "viewer");
    control.addMember("finn@acme.example", "acme-dev", "viewer");
    world.requests();
    const { members } = people.parse(await call("getMembers", { organizationId: "acme-dev", status: "expired" }));
    expect(members).toMatchObject([{ email: "DORA@acme.example", role: "manager", status: "expired" }]);
    expect(world.requests().sort()).toEqual(["GET invitations status:'expired'", ...roster]);
    expect(await found({})).toEqual([ada, bob, carl, "EVE@acme.example", "finn@acme.example"]);
  });

  test("refuses what no filter can be", async () => {
    await expect(found({ inactiveForDays: 0, role: "boss", status: "gone" })).rejects.toThrow(
      new Error(
        "role: must be one of admin, manager, developer, member, viewer; " +
          "status: must be one of pending, active, expired; inactiveForDays: must be at least 1 day",
      ),
    );
    await expect(call("getMembers")).rejects.toThrow(new Error("organizationId: is required"));
  });

  test("of an organization that the key cannot see is an error, not an empty answer", async () => {
    const elsewhere = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
    await expect(call("getMembers", { organizationId: elsewhere })).rejects.toThrow(/HTTP 404, request /);
  });
});

describe("getLimits", () => {
  test("tells limits and uses, and the seats that pending invitations leave", async () => {
    const { control } = world.emulator;
    control.setLimits("acme-dev", { users: 5, devices: 200 });
    control.setBelongings("acme-dev", { devices: 150 });
    control.addMember(bob, "acme-dev", "viewer");
    await control.invite(dora, "acme-dev", "viewer");
    expect(await call("getLimits", { organizationId: "acme-dev" })).toMatchObject({
      devices: { limit: 200, used: 150 },
      products: { limit: 100, used: 0 },
      users: { limit: 5, used: 2, pending: 1, free: 2 },
    });
  });

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
  ])("does without a %s that Peridio does not tell", async (bound, apiKeys) => {
    world.emulator.control.fault({ operation: "retrieve-limits", effect: { omit: `data.api_keys.${bound}` } });
    expect((await call("getLimits", { organizationId: "acme-dev" })).apiKeys).toEqual(apiKeys);
  });

  test("tells no free seat, rather than a negative number, once there are too many people", async () => {
    const { control } = world.emulator;
    control.addMember(bob, "acme-dev", "viewer");
    control.setLimits("acme-dev", { users: 1 });
    expect(await call("getLimits", { organizationId: "acme-dev" })).toMatchObject({
      users: { limit: 1, used: 2, free: 0 },
    });
  });

  test("counts the people that the program has just invited", async () => {
    await world.engine.up({ ...dev, bob: member(bob, "viewer") });
    expect(await call("getLimits", { organizationId: prn() })).toMatchObject({
      users: { used: 1, pending: 1, free: 48 },
    });
  });
});

describe("getDeletionReadiness", () => {
  test("is ready where nothing stands in the way", async () => {
    expect(await call("getDeletionReadiness", { organizationId: "acme-dev" })).toEqual({ ready: true, blockers: [] });
    expect(world.requests()).toEqual(["GET deletion-readiness"]);
  });

  test("names what stands in the way, and how many", async () => {
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

test("a function that there is not is refused by name", async () => {
  await expect(call("getEverything")).rejects.toThrow(
    "the Peridio provider has no function peridio:index:getEverything",
  );
});
