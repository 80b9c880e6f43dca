import type { Right } from "../../src/core/reference";
import { functions } from "../../src/functions";
import { resources } from "../../src/resources";
import { adminV2, connect, type Dialect } from "../support/dialect";
import { type Declared, Engine, type Program } from "../support/engine";
import { dev, member, organization, policy, roster } from "../support/programs";
import { World } from "../support/world";

const [ada, bob, eve] = ["ada@acme.example", "bob@acme.example", "eve@acme.example"];

const operations = ["read", "create", "update", "delete"] as const;
type Operation = (typeof operations)[number];
/** What Eve, who runs the program, is in the organization. */
type Standing = "outsider" | "viewer" | "developer" | "manager" | "admin" | "owner";

/** A declaration of each resource, and one that differs. Ada owns the organization, and Bob is an admin. */
function declarations({
  roles: { high, low },
}: Dialect): Readonly<Record<string, readonly [made: Declared, changed: Declared]>> {
  return {
    Organization: [organization("acme-dev"), organization("acme-dev", { description: "Ours" })],
    Membership: [member("carl@acme.example", low), member("carl@acme.example", high)],
    OrganizationMembers: [everybody(low), everybody(high)],
    OrganizationOwner: [owner(ada), owner(bob)],
    SecurityPolicy: [policy({ sessionTimeout: "8h" }), policy({ sessionTimeout: "9h" })],
    BillingSettings: [billing("a@acme.example"), billing("b@acme.example")],
  };
}

function everybody(role: string): Declared {
  return roster({ [ada]: "admin", "carl@acme.example": role }, { ignore: [eve, bob] });
}

function owner(email: string): Declared {
  return { type: "OrganizationOwner", inputs: (id) => ({ organizationId: id("dev"), email }) };
}

function billing(billingEmail: string): Declared {
  return { type: "BillingSettings", inputs: (id) => ({ organizationId: id("dev"), billingEmail }) };
}

let world: World;
afterEach(() => world.end());

async function begin({ backend }: Dialect = adminV2): Promise<void> {
  world = await World.on(backend);
  await world.engine.up(dev);
  world.emulator.control.addMember(bob, "acme-dev", "admin");
}

/** An engine that acts with a key of Eve, and knows what Ada's knows. */
function engineOfEve({ backend } = adminV2, key = world.emulator.control.addApiKey(eve)): Engine {
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: world.url, PERIDIO_BACKEND: backend };
  const engine = new Engine(environment, { maxRetries: "1" });
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  return engine;
}

async function giveEve(standing: Standing): Promise<void> {
  const { control } = world.emulator;
  if (standing === "outsider") control.addUser(eve);
  else control.addMember(eve, "acme-dev", standing === "owner" ? "admin" : standing);
  if (standing === "owner") await control.transferOwnership(eve, "acme-dev");
}

async function attempt(
  resource: string,
  operation: Operation,
  standing: Standing,
  dialect: Dialect = adminV2,
): Promise<unknown> {
  await begin(dialect);
  const [made, changed] = declarations(dialect)[resource] ?? [];
  if (made === undefined || changed === undefined) throw new Error(`nothing is declared of ${resource}`);
  const name = resource === "Organization" ? "dev" : "it";
  const with_ = (one: Declared): Program => ({ ...dev, [name]: one });
  if (operation !== "create") await world.engine.up(with_(made));
  await giveEve(standing);
  const engine = engineOfEve(dialect);
  if (operation === "read") return engine.refresh();
  if (operation !== "delete") return engine.up(with_(changed));
  if (resource !== "Organization") return engine.up(dev);
  // An organization can be deleted once nobody but its owner is in it.
  const others = standing === "owner" ? [ada, bob] : [];
  for (const email of others) await world.emulator.control.removeMember(email, "acme-dev", { as: eve });
  return engine.up({});
}

/** Who is just good enough for a right, and who is just not. */
const ranks: Readonly<Record<Exclude<Right, "anybody" | "account">, readonly [enough: Standing, less: Standing]>> = {
  viewer: ["viewer", "outsider"],
  developer: ["developer", "viewer"],
  manager: ["manager", "developer"],
  admin: ["admin", "manager"],
  owner: ["owner", "admin"],
};

const told = resources.flatMap(({ token, reference: { rights } }) =>
  operations.map((operation) => {
    const right = rights[operation];
    const ranked = right === "anybody" || right === "account" ? undefined : ranks[right];
    return { resource: token.split(":").at(-1) ?? "", operation, right, ranked };
  }),
);

const cases = told.flatMap(({ resource, operation, ranked }) =>
  ranked === undefined ? [] : [[resource, operation, ...ranked] as const],
);

test.each(cases)("%s: to %s, this is enough: %s", async (resource, operation, enough) => {
  await expect(attempt(resource, operation, enough)).resolves.toBeDefined();
});

// Whoever sees an organization may stop declaring its owner, which asks nothing of Peridio.
test.each(cases.filter(([resource, operation]) => resource !== "OrganizationOwner" || operation !== "delete"))(
  "%s: to %s takes %s, so that this is refused: %s",
  async (resource, operation, _enough, less) => {
    await expect(attempt(resource, operation, less)).rejects.toThrow(
      /HTTP 40[34]|may not|alone can (give it away|delete it)/,
    );
  },
);

// Whom Peridio's console calls a member is one of Avocado Connect's members, whatever else the store has of that person.
// Only admins see there who is invited.
describe("with connect", () => {
  const people = ["Membership", "OrganizationMembers"] as const;
  const cases: readonly (readonly [resource: string, operation: Operation, enough: Standing, less: Standing])[] = [
    ["Organization", "read", "viewer", "outsider"],
    ...people.flatMap((resource) => operations.map((operation) => [resource, operation, "admin", "manager"] as const)),
  ];

  test.each(cases)("%s: to %s, this is enough: %s", async (resource, operation, enough) => {
    await expect(attempt(resource, operation, enough, connect)).resolves.toBeDefined();
  });

  test.each(cases)("%s: to %s takes %s, so that this is refused: %s", async (resource, operation, _enough, less) => {
    await expect(attempt(resource, operation, less, connect)).rejects.toThrow(/HTTP 403|this token can see no/i);
  });
});

test("only a key that is bound to no organization can create one, and anybody's can", async () => {
  expect(told.filter(({ right }) => right === "account")).toEqual([
    { resource: "Organization", operation: "create", right: "account", ranked: undefined },
  ]);
  await begin();
  await giveEve("admin");
  const program = { ...dev, other: organization("acme-other") };
  const bound = world.emulator.control.addApiKey(eve, { organization: "acme-dev" });
  await expect(engineOfEve(adminV2, bound).up(program)).rejects.toThrow("The API key may not create organizations");
  await expect(engineOfEve().up(program)).resolves.toBeDefined();
});

test.each(functions.map(({ token, reference }) => [token.split(":").at(-1) ?? "", reference.right] as const))(
  "%s can be called by: %s",
  async (name, right) => {
    await begin();
    await giveEve(right === "anybody" ? "outsider" : "viewer");
    const about = { getOrganization: { name: "acme-dev" }, getOrganizations: {}, getCurrentUser: {} };
    const given = Object.entries(about).find(([one]) => one === name)?.[1] ?? { organizationId: "acme-dev" };
    await expect(engineOfEve().invoke([name, given])).resolves.toHaveLength(1);
  },
);
