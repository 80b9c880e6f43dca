import { findUserByEmail } from "#emulator";
import { nightlyCases } from "#testing";
import { beginConnect } from "../support/connect";
import { Engine, type Program } from "../support/engine";
import { dev, member, roster } from "../support/programs";
import { World } from "../support/world";

/** Owners in Avocado Connect, whose rules are fact N1 of Peridio's guide. The rules of the provider are decisions (0013). */

const [ada, bob, carl, grace] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "grace@acme.example"];

type Role = "owner" | "admin" | "member";
const roles: readonly Role[] = ["owner", "admin", "member"];

let world: World;
afterEach(() => world.end());

const others = { [ada]: "owner", [grace]: "owner", [bob]: "admin" };

/** The resource that declares Carl's role. */
const kinds = {
  Membership: {
    name: "carl",
    id: `acme-dev/${carl}`,
    program: (role: Role): Program => ({ ...dev, carl: member(carl, role) }),
  },
  OrganizationMembers: {
    name: "all",
    id: "acme-dev",
    program: (role: Role): Program => ({ ...dev, all: roster({ ...others, [carl]: role }, { maxRemovals: "100%" }) }),
  },
} as const;
type Kind = keyof typeof kinds;

/** Ada and Grace are owners, Bob is an admin, and Carl has the role. Ada's key is that of the engine. */
async function begin(role: Role): Promise<void> {
  world = await beginConnect();
  const { control } = world.emulator;
  control.addMember(grace, "acme-dev", "owner");
  control.addMember(bob, "acme-dev", "admin");
  control.addMember(carl, "acme-dev", toStored(role));
  await world.engine.up(dev);
}

const toStored = (role: Role) => (role === "member" ? "viewer" : role);

/** Returns an engine with the state and another API key. */
function withKeyOf(email: string, more = {}): Engine {
  const key = world.emulator.control.addApiKey(email);
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: world.url, PERIDIO_BACKEND: "connect", ...more };
  const engine = new Engine(environment, { maxRetries: "1" });
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  return engine;
}

/** Returns Carl's live role. */
function liveRole(): Role {
  const { state, control } = world.emulator;
  const carlId = findUserByEmail(state, carl)?.id;
  const found = control.getOrganization("acme-dev").members.find(({ user_id }) => user_id === carlId);
  return found?.also_owner === true ? "owner" : found?.role === "admin" ? "admin" : "member";
}

interface Case {
  /** The role in the last program; null for an import without an update. */
  readonly prior: Role | null;
  readonly live: Role;
  readonly desired: Role;
  readonly key: "owner" | "admin";
  readonly isRefreshed: boolean;
}

const onlyOwners = /only owners can grant or take the role owner/;
const onlyDeclared =
  /carl@acme\.example is an owner, and the provider lowers only owners that the program declared with the role owner/;

/**
 * Returns the expected request, or the refusal. The rule is that of the issue: a declared admin who is an owner stays one; only the step from
 * a declared owner takes the ownership; only owners grant and take it.
 */
function expectChange({ prior, live, desired, key, isRefreshed }: Case): string | RegExp | null {
  const request = `PUT members/role {"role":"${desired}"}`;
  // Without a refresh, Pulumi does not see the live role.
  if (!isRefreshed && prior === desired) return null;
  if (live === desired) return null;
  if (live === "owner" && prior !== "owner") return desired === "admin" ? null : onlyDeclared;
  return [live, desired].includes("owner") && key === "admin" ? onlyOwners : request;
}

// A roster decides about a role as a Membership does.
const rows = (["Membership", ...nightlyCases<Kind>("OrganizationMembers")] as const).flatMap((kind: Kind) =>
  ([null, ...roles] as const).flatMap((prior) =>
    (["owner", "admin"] as const).map((key) => [kind, prior, key] as const),
  ),
);

test.each(rows)("a %s after the declared role %s, with the key of an %s", async (kind, prior, key) => {
  const { name, id, program } = kinds[kind];
  const cases = roles.flatMap((live) =>
    roles.flatMap((desired) =>
      (prior === null ? [true] : [true, false]).map((isRefreshed): Case => ({
        prior,
        live,
        desired,
        key,
        isRefreshed,
      })),
    ),
  );
  const outcomes = [];
  for (const one of cases) {
    await begin(prior ?? one.live);
    await world.engine.import(name, kind, id);
    if (prior !== null) await world.engine.up(program(prior));
    await world.emulator.control.setRole(carl, "acme-dev", toStored(one.live), { as: grace });
    const engine = key === "owner" ? world.engine : withKeyOf(bob);
    if (one.isRefreshed) await engine.refresh();
    world.requests();
    const expected = expectChange(one);
    const failures = [];
    for (const run of [() => engine.preview(program(one.desired)), () => engine.up(program(one.desired))])
      failures.push(await run().then(() => null, String));
    const sent = world.writes();
    const isRefusal = expected instanceof RegExp;
    outcomes.push({
      ...one,
      sent,
      refused: failures.map((failure) =>
        isRefusal && failure !== null && expected.test(failure) ? "as expected" : failure,
      ),
    });
    expect(outcomes.at(-1)).toEqual({
      ...one,
      sent: typeof expected === "string" ? [expected] : [],
      refused: isRefusal ? ["as expected", "as expected"] : [null, null],
    });
    const after = typeof expected === "string" ? one.desired : one.live;
    expect([one, liveRole()]).toEqual([one, after]);
    await world.end();
  }
  await begin("member");
});

describe.each(["Membership", "OrganizationMembers"] as const)("a %s", (kind) => {
  const { name, id, program } = kinds[kind];
  const note =
    "carl@acme.example is an owner, but the program does not declare the role owner. This person stays an owner, and the state shows the role admin. To manage the ownership, declare the role owner.";

  test("shows no difference for a declared admin who is an owner, and a note", async () => {
    await begin("admin");
    await world.engine.import(name, kind, id);
    await world.engine.up(program("admin"));
    await world.emulator.control.setRole(carl, "acme-dev", "owner");
    await world.engine.refresh();
    expect(world.engine.warnings).toContain(note);
    expect(await world.engine.preview(program("admin"))).toContainEqual({ op: "same", name });
    await world.engine.up(program("owner"));
    await world.engine.refresh();
    expect(world.engine.warnings).not.toContain(note);
    world.requests();
    await world.engine.up(program("admin"));
    expect(world.writes()).toEqual(['PUT members/role {"role":"admin"}']);
  });

  test("is imported without a warning, and without a difference for the roles owner and admin", async () => {
    for (const role of ["owner", "admin"] as const) {
      await begin("owner");
      await world.engine.import(name, kind, id);
      // The import does not know which role the program declares.
      expect(world.engine.warnings).toEqual([]);
      const step = (await world.engine.preview(program(role))).find((one) => one.name === name);
      // Peridio does not store `maxRemovals`.
      expect(step).toEqual(
        kind === "Membership" ? { op: "same", name } : { op: "update", name, diff: { maxRemovals: "add" } },
      );
      await world.end();
    }
    await begin("owner");
  });

  test("lowers an owner that the program declared after the import, also without a refresh", async () => {
    await begin("owner");
    await world.engine.import(name, kind, id);
    await world.engine.up(program("owner"));
    world.requests();
    await world.engine.preview(program("admin"));
    expect(world.writes()).toEqual([]);
    await world.engine.up(program("admin"));
    expect(world.writes()).toEqual(['PUT members/role {"role":"admin"}']);
  });

  test("shows a lowered owner as drift, and grants the role again", async () => {
    await begin("owner");
    await world.engine.import(name, kind, id);
    await world.engine.up(program("owner"));
    await world.emulator.control.setRole(carl, "acme-dev", "admin");
    expect(await world.engine.refresh()).toMatchObject([{ op: "refresh", name }]);
    world.requests();
    await world.engine.up(program("owner"));
    expect(world.writes()).toEqual(['PUT members/role {"role":"owner"}']);
  });

  test("that does not declare an owner any longer keeps the person, with a warning or note", async () => {
    await begin("owner");
    await world.engine.import(name, kind, id);
    await world.engine.up(program("owner"));
    world.requests();
    const rest = kind === "Membership" ? dev : { ...dev, all: roster(others, { maxRemovals: "100%" }) };
    await world.engine.up(rest);
    expect([world.writes(), liveRole()]).toEqual([[], "owner"]);
    expect(world.engine.warnings.join()).toMatch(/carl@acme\.example.*the provider never removes owners/);
  });
});

test("the API key's own user keeps the role, and the successor's key lowers it", async () => {
  await begin("owner");
  const people = (role: Role) => ({ ...dev, all: roster({ ...others, [carl]: "owner", [ada]: role }) });
  await world.engine.import("all", "OrganizationMembers", "acme-dev");
  await world.engine.up(people("owner"));
  await expect(world.engine.preview(people("admin"))).rejects.toThrow(
    "Peridio does not let an API key change its own user's role. Declare the role owner for ada@acme.example, or use the API key of another owner.",
  );
  const engine = withKeyOf(carl);
  world.requests();
  await engine.up(people("admin"));
  expect(world.writes()).toEqual(['PUT members/role {"role":"admin"}']);
});

test("a preview for another key refuses to lower all owners", async () => {
  await begin("admin");
  await world.engine.import("all", "OrganizationMembers", "acme-dev");
  await world.engine.up({ ...dev, all: roster({ ...others, [carl]: "admin" }) });
  const engine = withKeyOf(bob, { PERIDIO_PREVIEW_ONLY: "1" });
  const lowered = { ...others, [ada]: "admin", [carl]: "admin" };
  await engine.preview({ ...dev, all: roster(lowered, { maxRemovals: "100%" }) });
  const none = { ...lowered, [grace]: "admin" };
  await expect(engine.preview({ ...dev, all: roster(none, { maxRemovals: "100%" }) })).rejects.toThrow(
    "an organization keeps at least one owner, but this change takes the role owner from ada@acme.example, grace@acme.example.",
  );
  // Another owner in the same plan replaces them.
  await engine.preview({ ...dev, all: roster({ ...none, [carl]: "owner" }, { maxRemovals: "100%" }) });
});

test("an owner counts as an admin for `minAdmins`, and another owner replaces an admin", async () => {
  await begin("owner");
  await world.engine.import("all", "OrganizationMembers", "acme-dev");
  const settings = { minAdmins: 4, maxRemovals: "100%" };
  await world.engine.up({ ...dev, all: roster({ ...others, [carl]: "owner" }, settings) });
  await world.engine.up({ ...dev, all: roster({ ...others, [carl]: "admin" }, settings) });
  await expect(world.engine.up({ ...dev, all: roster({ ...others, [carl]: "member" }, settings) })).rejects.toThrow(
    "takes the admin role from carl@acme.example and leaves 3 admins",
  );
});

test("the Admin API has no role owner, and previews name the remedy", async () => {
  world = await World.begin();
  const reason =
    /Admin API has no role `owner`, which only Avocado Connect has: use `admin`, and name the owner in an OrganizationOwner/;
  for (const program of [kinds.Membership.program("owner"), kinds.OrganizationMembers.program("owner")])
    await expect(world.engine.preview(program)).rejects.toThrow(reason);
  expect(world.writes()).toEqual([]);
});
