import { z } from "zod";
import { beginConnect, overview, operations } from "../../support/connect";
import type { Wire } from "../../support/engine";
import type { World } from "../../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];
const roster = ["Organization_members", "OrgInvitation_index"];
const people = z.object({ members: z.array(z.looseObject({ email: z.string() })) });

let world: World;
beforeEach(async () => {
  world = await beginConnect();
  const { control } = world.emulator;
  await control.createOrganization("acme-lab");
  control.addUser(bob, { name: "Bob Builder", two_factor_enabled: true });
  control.addMember(bob, "acme-dev", "developer");
  await control.invite(carl, "acme-dev", "admin", { as: ada });
  operations(world);
});
afterEach(() => world.end());

const prn = () => `prn:1:${world.emulator.control.getOrganization("acme-dev").id}`;
const acme = () => ({ id: prn(), name: "acme-dev", displayName: "Acme development", tier: "teams" });

/** Returns the result of a function. */
async function call(name: string, args: Wire = {}): Promise<Wire> {
  const [result] = await world.engine.invoke([name, args]);
  return result ?? {};
}

test("getCurrentUser tells whose token it is, and what it can see", async () => {
  const answer = await call("getCurrentUser");
  expect(answer).toMatchObject({ email: ada });
  expect(answer.organizations).toContainEqual({ id: prn(), name: "acme-dev", role: "admin", isOwner: true });
  expect(operations(world)).toEqual(["Me_show"]);
});

test("getCurrentUser of a bound token tells the one organization that it can act in", async () => {
  const apiKey = world.emulator.control.addApiKey(ada, { organization: "acme-dev" });
  const [answer] = await world.with({ apiKey, backend: "connect" }).invoke(["getCurrentUser", {}]);
  expect(answer).toMatchObject({ boundTo: prn(), organizations: [{ name: "acme-dev" }] });
});

test.each<(args: { id: string }) => Wire>([() => ({ name: "acme-dev" }), ({ id }) => ({ id })])(
  "getOrganization tells what there is, and leaves out what is not told",
  async (args) => {
    expect(await call("getOrganization", args({ id: prn() }))).toEqual(acme());
    expect(operations(world)).toEqual(["Me_show"]);
  },
);

test("getMembers of the active ones asks for members alone, which a token of a plain member may see", async () => {
  const apiKey = world.emulator.control.addApiKey(bob);
  const [answer] = await world
    .with({ apiKey, backend: "connect" })
    .invoke(["getMembers", { organizationId: "acme-dev", status: "active" }]);
  expect(people.parse(answer).members.map(({ email }) => email)).toEqual([ada, bob]);
  expect(operations(world)).toEqual(["Me_show", "Organization_members"]);
});

test("getOrganization finds none by what people see", async () => {
  await expect(call("getOrganization", { name: "Acme development" })).rejects.toThrow(
    'this key can see no organization "Acme development"',
  );
});

test("getOrganizations lists them by their slugs, from the same answer", async () => {
  expect(await call("getOrganizations", { name: "acme-*" })).toMatchObject({
    organizations: [acme(), { name: "acme-lab" }],
  });
  expect(operations(world)).toEqual(["Me_show"]);
});

test("getMembers leaves out what is not told, rather than saying no", async () => {
  const { members } = people.parse(await call("getMembers", { organizationId: "acme-dev" }));
  expect(members).toMatchObject([
    { email: ada, role: "admin", isOwner: true, status: "active" },
    { email: bob, role: "member", isOwner: false, status: "active", name: "Bob Builder" },
    { email: carl, role: "admin", isOwner: false, status: "pending" },
  ]);
  expect(members.map((one) => Object.keys(one).sort())).toEqual([
    ["email", "isOwner", "name", "role", "status", "userId"],
    ["email", "isOwner", "name", "role", "status", "userId"],
    ["email", "invitationExpiresAt", "invitationId", "invitedBy", "isOwner", "role", "status"],
  ]);
  expect(operations(world).sort()).toEqual(["Me_show", ...roster].sort());
});

test.each<[Wire, readonly string[]]>([
  [{ role: "member" }, [bob]],
  [{ role: "admin", status: "pending" }, [carl]],
  [{ withoutTwoFactor: false }, [ada, bob, carl]],
])("getMembers chooses people by %j", async (filter, expected) => {
  const { members } = people.parse(await call("getMembers", { organizationId: "acme-dev", ...filter }));
  expect(members.map(({ email }) => email)).toEqual(expected);
});

test.each<[Wire, string]>([
  [{ inactiveForDays: 90 }, "Avocado Connect does not report when members were last active: remove that filter"],
  [{ withoutTwoFactor: true }, "Avocado Connect does not report second factors: remove that filter"],
  [{ role: "viewer" }, "Avocado Connect has no role viewer: declare member"],
])("getMembers refuses %j, which cannot be answered, before anybody is asked", async (filter, reason) => {
  const refused = call("getMembers", { organizationId: "acme-dev", ...filter });
  await expect(refused).rejects.toThrow(reason);
  await expect(refused).rejects.toThrow(overview);
  expect(operations(world)).toEqual(["Me_show"]);
});

test("getLimits counts the people itself, and tells no use of what is not counted", async () => {
  expect(await call("getLimits", { organizationId: "acme-dev" })).toEqual({
    devices: { limit: world.emulator.control.getOrganization("acme-dev").limits.devices },
    users: { limit: 50, used: 2, pending: 1, free: 47 },
  });
  expect(operations(world).sort()).toEqual(["Me_show", ...roster].sort());
});

test("getDeletionReadiness is refused, since nothing is deleted", async () => {
  const refused = call("getDeletionReadiness", { organizationId: "acme-dev" });
  await expect(refused).rejects.toThrow(
    "Avocado Connect has no deletion readiness, because it cannot delete organizations: remove the function. Avocado",
  );
  await expect(refused).rejects.toThrow(overview);
  expect(operations(world)).toEqual(["Me_show"]);
});

describe("a list", () => {
  test("of organizations has their slugs", async () => {
    expect(await world.engine.listNames("Organization", { name: "acme-*" })).toEqual(["acme-dev", "acme-lab"]);
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test("of memberships has the roles that there are, and ids that an import takes", async () => {
    expect(await world.engine.listNames("Membership", { organizationId: "acme-dev" })).toEqual([
      `acme-dev/${ada} (admin, owner)`,
      `acme-dev/${bob} (member)`,
      `acme-dev/${carl} (admin, pending)`,
    ]);
    const [[id = ""] = []] = await world.engine.list("Membership", { role: "member" });
    expect(await world.engine.import("bob", "Membership", id)).toEqual({
      organizationId: prn(),
      email: bob,
      role: "member",
    });
  });

  test("of memberships by a role that this API does not have is refused, rather than empty", async () => {
    await expect(world.engine.list("Membership", { role: "viewer" })).rejects.toThrow(
      "Avocado Connect has no role viewer",
    );
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test("of rosters has one for each organization", async () => {
    expect(await world.engine.listNames("OrganizationMembers", {})).toEqual(["acme-dev", "acme-lab"]);
    expect(operations(world)).toEqual(["Me_show"]);
  });
});
