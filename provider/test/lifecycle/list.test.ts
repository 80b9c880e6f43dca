import { adminV2, connect, type Dialect, dialects } from "../support/dialect";
import { unknown } from "../support/engine";
import { World } from "../support/world";

let world: World;
afterEach(() => world.end());

/** Two organizations of ada. The first has a pending and an expired invitation. */
async function begin({ backend, stored }: Dialect): Promise<World> {
  const world = await World.on(backend);
  const { control } = world.emulator;
  if (backend === "admin-v2") await control.createOrganization("acme-dev");
  await control.createOrganization("globex");
  control.addMember("bob@acme.example", "acme-dev", stored.low);
  control.addMember("bob@acme.example", "globex", "admin");
  await control.invite("eve@acme.example", "acme-dev", stored.high);
  control.advance(7 * 24 * 60 * 60 + 1);
  await control.invite("dora@acme.example", "acme-dev", stored.high);
  world.requests();
  return world;
}

const prn = (name: string) => `prn:1:${world.emulator.control.getOrganization(name).id}`;
describe.each(dialects)("with $backend", (dialect) => {
  const {
    roles: { high, low },
    sends,
    ownerRole,
  } = dialect;
  const owner = ownerRole === "owner" ? "owner" : "admin, owner";
  beforeEach(async () => (world = await begin(dialect)));

  const ada = `acme-dev/ada@acme.example (${owner})`;
  const bob = `acme-dev/bob@acme.example (${low})`;
  const dora = `acme-dev/dora@acme.example (${high}, pending)`;

  describe("memberships", () => {
    test("of all organizations are listed with their roles", async () => {
      expect(await world.engine.listNames("Membership", {})).toEqual([
        ada,
        bob,
        dora,
        `globex/ada@acme.example (${owner})`,
        "globex/bob@acme.example (admin)",
      ]);
      expect(world.requests()).toEqual([...sends.people, ...sends.people]);
    });

    test.each([
      [
        "organizationId",
        { organizationId: "globex" },
        [`globex/ada@acme.example (${owner})`, "globex/bob@acme.example (admin)"],
      ],
      ["role", { organizationId: "acme-dev", role: low }, [bob]],
      ["status", { organizationId: "acme-dev", status: "active" }, [ada, bob]],
      ["an expired status", { status: "expired" }, [`acme-dev/eve@acme.example (${high}, expired)`]],
      ["role and status", { role: low, status: "pending" }, []],
    ])("are chosen by %s", async (_, query, names) => {
      expect(await world.engine.listNames("Membership", query)).toEqual(names);
    });

    test("have ids that an import takes", async () => {
      const [[id = ""] = []] = await world.engine.list("Membership", { role: low });
      expect(await world.engine.import("bob", "Membership", id)).toEqual({
        organizationId: prn("acme-dev"),
        email: "bob@acme.example",
        role: low,
      });
    });

    test("are not listed by an invalid role, and the error names the valid ones", async () => {
      await expect(world.engine.list("Membership", { role: "boss", state: "x" })).rejects.toThrow(
        "role: must be one of owner, admin, manager, developer, member, viewer; state: is not a property of a list of Membership. The properties are organizationId, role, status",
      );
    });
  });

  describe("organizations", () => {
    test.each([
      [{}, ["acme-dev", "globex"]],
      [{ name: "acme-*" }, ["acme-dev"]],
      [{ name: "acme" }, []],
    ])("are chosen by %j", async (query, names) => {
      expect(await world.engine.listNames("Organization", query)).toEqual(names);
      expect(world.requests()).toEqual(sends.organizations);
    });
  });

  // Avocado Connect supports no settings.
  const settings = ["SecurityPolicy", "BillingSettings"] as const;
  describe.each(["OrganizationMembers", ...(dialect === adminV2 ? settings : [])] as const)("%s", (type) => {
    test("is listed by organization, with no request but the check of the key", async () => {
      expect(await world.engine.listNames(type, {})).toEqual(["acme-dev", "globex"]);
      expect(await world.engine.list(type, { organizationId: "globex" })).toEqual([[prn("globex")]]);
      expect(await world.engine.list(type, { organizationId: prn("acme-dev") })).toEqual([[prn("acme-dev")]]);
      expect(world.requests()).toEqual([]);
    });

    test.each(["acme-prod", "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d"])(
      "of an organization that the key cannot see (%s) is an error, not an empty list",
      async (organizationId) => {
        await expect(world.engine.list(type, { organizationId })).rejects.toThrow(
          `this API key cannot see organization "${organizationId}". Correct the name or id, or use a member's API key that is not bound to another organization.`,
        );
      },
    );
  });

  test("a list respects the page size and the limit", async () => {
    const [all = []] = await world.engine.list("Membership", {});
    expect(await world.engine.list("Membership", {}, 2)).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    expect(await world.engine.list("Membership", {}, 0, 3)).toEqual([all.slice(0, 3)]);
  });

  test("a list by an unknown organization is unknown", async () => {
    expect(await world.engine.list("Membership", { organizationId: unknown })).toEqual([[unknown]]);
  });
});

test("with admin-v2, owners are listed with their addresses, from one list", async () => {
  world = await begin(adminV2);
  expect(await world.engine.listNames("OrganizationOwner", {})).toEqual([
    "acme-dev (ada@acme.example)",
    "globex (ada@acme.example)",
  ]);
  expect(world.requests()).toEqual(["GET organizations"]);
  expect(await world.engine.listNames("OrganizationOwner", { organizationId: "globex" })).toEqual([
    "globex (ada@acme.example)",
  ]);
});

test("with connect, a list of memberships by a role of the Admin API is rejected, not empty", async () => {
  world = await begin(connect);
  await expect(world.engine.list("Membership", { role: "viewer" })).rejects.toThrow(
    "Avocado Connect has no role viewer",
  );
  expect(world.requests()).toEqual([]);
});
