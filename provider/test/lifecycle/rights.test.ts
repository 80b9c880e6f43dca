import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import { getTypeName } from "#framework/messages";
import type { Right } from "../../src/resource";
import { functions } from "../../src/functions";
import { resources } from "../../src/resources";
import { adminV2, connect, type Dialect } from "../support/dialect";
import { Engine, type Program, unknown } from "../support/engine";
import { dev, member, organization, part, policy, roster } from "../support/programs";
import { getSample, isConnectOnly } from "../support/samples";
import { World } from "../support/world";

const [ada, bob, carl, eve] = ["ada@acme.example", "bob@acme.example", "carl@acme.example", "eve@acme.example"];

const operations = ["read", "create", "update", "delete"] as const;
type Operation = (typeof operations)[number];
/** The role of Eve, the API key's user. */
type EveRole = "outsider" | "viewer" | "developer" | "manager" | "admin" | "owner";

let world: World;
afterEach(() => world.end());

async function begin({ backend }: Dialect = adminV2): Promise<void> {
  world = await World.on(backend);
  await world.engine.up(dev);
  world.emulator.control.addMember(bob, "acme-dev", "admin");
}

/** An engine with a key of Eve and the state of Ada's engine. */
function engineOfEve({ backend } = adminV2, key = world.emulator.control.addApiKey(eve), more = {}): Engine {
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: world.url, PERIDIO_BACKEND: backend, ...more };
  const engine = new Engine(environment, { maxRetries: "1" });
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  return engine;
}

/** Lets Carl accept his invitation, if the program has one, so that an update does not read it first. */
async function acceptInvitation(program: Program): Promise<void> {
  if (!Object.values(program).some(({ inputs }) => JSON.stringify(inputs(() => "")).includes(carl))) return;
  world.emulator.control.accept(carl, "acme-dev");
  await world.engine.up(program);
}

async function giveRole(role: EveRole): Promise<void> {
  const { control } = world.emulator;
  if (role === "outsider") control.addUser(eve);
  else control.addMember(eve, "acme-dev", role === "owner" ? "admin" : role);
  if (role === "owner") await control.transferOwnership(eve, "acme-dev");
}

/** An operation that Eve is about to run. */
interface Attempt {
  readonly engine: Engine;
  /** Absent for a refresh. */
  readonly program?: Program;
}

/** Prepares Peridio and the state for Eve's operation, and clears the log of requests. */
async function prepare(
  resource: string,
  operation: Operation,
  role: EveRole,
  dialect: Dialect = adminV2,
): Promise<Attempt> {
  await begin(dialect);
  const { within, made, changed } = getSample(resource, dialect);
  await world.engine.up(operation === "create" ? within : made);
  if (operation !== "create") await acceptInvitation(made);
  await giveRole(role);
  const engine = engineOfEve(dialect);
  // An organization can be deleted if its owner is its only member.
  const others = operation === "delete" && resource === "Organization" && role === "owner" ? [ada, bob] : [];
  for (const email of others) await world.emulator.control.removeMember(email, "acme-dev", { as: eve });
  world.requests();
  if (operation === "read") return { engine };
  return { engine, program: operation === "delete" ? within : changed };
}

async function run({ engine, program }: Attempt): Promise<unknown> {
  return program === undefined ? engine.refresh() : engine.up(program);
}

/** Expects a refusal with this reason before any write: at preview, unless it is a deletion, and in an `up` without a preview. */
async function expectRefused({ engine, program = {} }: Attempt, operation: Operation, reason: RegExp): Promise<void> {
  if (operation !== "delete") await expect(engine.preview(program)).rejects.toThrow(reason);
  await expect(engine.up(program)).rejects.toThrow(reason);
  expect(world.writes()).toEqual([]);
}

/** The reason for the rejection of a role. */
function reasonFor(role: string, required: string): RegExp {
  return new RegExp(
    `: ${eve} is an? ${role} of organization acme-dev, but this operation requires ${required}\\. Use the API key of `,
  );
}

/** Says which role a right requires. No role is above admin. */
function describeRequirement(right: "owner" | "admin" | "manager" | "developer"): string {
  if (right === "owner") return `the API key of the organization's owner, ${ada}`;
  return right === "admin" ? "the role admin" : `at least the role ${right}`;
}

/** The lowest sufficient role for each right, and the highest insufficient one. */
const thresholds: Readonly<
  Record<Exclude<Right, "anybody" | "account">, readonly [sufficient: EveRole, insufficient: EveRole]>
> = {
  viewer: ["viewer", "outsider"],
  developer: ["developer", "viewer"],
  manager: ["manager", "developer"],
  admin: ["admin", "manager"],
  owner: ["owner", "admin"],
};

/** The resources that only Avocado Connect supports. */
const connectOnly = resources.filter(isConnectOnly);

const operationsOfResources = resources
  .filter((one) => !connectOnly.includes(one))
  .flatMap(({ token, rights }) =>
    operations.flatMap((operation) => {
      const right = rights[operation];
      if (right === undefined) return [];
      const threshold = right === "anybody" || right === "account" ? undefined : thresholds[right];
      return { resource: token.split(":").at(-1) ?? "", operation, right, threshold };
    }),
  );

const cases = operationsOfResources.flatMap(({ resource, operation, threshold }) =>
  threshold === undefined ? [] : [[resource, operation, ...threshold] as const],
);

const refusedCases = operationsOfResources.flatMap(({ resource, operation, right, threshold }) =>
  threshold === undefined || right === "anybody" || right === "account" || right === "viewer"
    ? []
    : [[resource, operation, threshold[1], describeRequirement(right)] as const],
);

const contract = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const method = z.object({ operationId: z.string(), "x-required-role": z.array(z.string()) });

/** The roles that may send a request, by the operation of the contract. */
const senders = new Map(
  Object.values(contract.parse(parse(readFileSync("api/admin-v2.openapi.yaml", "utf8"))).paths)
    .flatMap((path) => Object.values(path))
    .flatMap((value) => method.safeParse(value).data ?? [])
    .map(({ operationId, "x-required-role": roles }) => [operationId, roles]),
);

test.each(cases)(
  "%s: the operation %s is allowed for the role %s, and Peridio would refuse it for the role %s",
  async (resource, operation, sufficient, insufficient) => {
    await expect(prepare(resource, operation, sufficient).then(run)).resolves.toBeDefined();
    const sent = world.emulator.requests().map((request) => senders.get(request.operation ?? "") ?? []);
    expect(sent.some((roles) => !roles.includes(insufficient))).toBe(true);
  },
);

test.each(refusedCases)(
  "%s: the operation %s is rejected before any write for the role %s",
  async (resource, operation, insufficient, required) => {
    await expectRefused(await prepare(resource, operation, insufficient), operation, reasonFor(insufficient, required));
  },
);

test.each([...new Set(operationsOfResources.map(({ resource }) => resource))])(
  "%s: a user who is not in the organization cannot read it",
  async (resource) => {
    await expect(prepare(resource, "read", "outsider").then(run)).rejects.toThrow("HTTP 404");
  },
);

// A member in Peridio's console is a member in Avocado Connect, with any stored role.
// Only admins see there who is invited.
describe("with connect", () => {
  const people = ["Membership", "OrganizationMembers"] as const;
  type Case = readonly [resource: string, operation: Operation, sufficient: EveRole, insufficient: EveRole];
  const all: readonly Case[] = [
    ["Organization", "read", "viewer", "outsider"],
    ...people.flatMap((resource) => operations.map((operation) => [resource, operation, "admin", "manager"] as const)),
    ...connectOnly.flatMap((resource) =>
      operations.flatMap((operation): readonly Case[] => {
        const right = resource.rights[operation];
        if (right === undefined) return [];
        return [[getTypeName(resource), operation, ...(right === "viewer" ? thresholds.viewer : thresholds.admin)]];
      }),
    ),
  ];
  // Members see only their own tokens, and Ada created this one.
  const isOfAda = ([resource, operation]: Case) =>
    resource === "OrganizationApiToken" && (operation === "read" || operation === "delete");
  const cases = all.filter((one) => !isOfAda(one));

  test.each(cases)("%s: the operation %s is allowed for the role %s", async (resource, operation, sufficient) => {
    await expect(prepare(resource, operation, sufficient, connect).then(run)).resolves.toBeDefined();
  });

  test.each(cases)(
    "%s: the operation %s requires the role %s and is rejected for the role %s",
    async (resource, operation, _sufficient, insufficient) => {
      const attempt = await prepare(resource, operation, insufficient, connect);
      if (operation === "read")
        await expect(run(attempt)).rejects.toThrow(
          new RegExp(`${eve},? is a member of organization acme-dev[.,] .*HTTP 403|this API key cannot see`, "i"),
        );
      else if (insufficient === "outsider")
        await expectRefused(attempt, operation, /: eve@acme\.example is not a member/);
      else await expectRefused(attempt, operation, reasonFor("member", "the role admin or owner"));
    },
  );

  test.each(["read", "delete"] as const)("a member cannot %s the token of another user", async (operation) => {
    await expect(prepare("OrganizationApiToken", operation, "admin", connect).then(run)).resolves.toBeDefined();
    await expect(prepare("OrganizationApiToken", operation, "manager", connect).then(run)).rejects.toThrow(
      "Other members see only their own API tokens. Use the API key of an admin or an owner.",
    );
  });
});

test("a preview-only key needs no role for previews, and cannot write", async () => {
  await begin();
  await world.engine.up({ ...dev, it: member(carl, "viewer") });
  await giveRole("viewer");
  const more = { PERIDIO_PREVIEW_ONLY: "1" };
  const engine = engineOfEve(adminV2, world.emulator.control.addApiKey(eve), more);
  world.requests();
  const program = { ...dev, it: member(carl, "developer"), other: policy({ sessionTimeout: "8h" }) };
  await expect(engine.preview(program)).resolves.toBeDefined();
  await expect(engine.up(program)).rejects.toThrow(reasonFor("viewer", "the role admin"));
  expect(world.writes()).toEqual([]);
});

describe("a preview-only key's user is treated like any other person", () => {
  const others = { [ada]: "admin", [bob]: "admin", [carl]: "viewer" };
  const everyone = { ...others, [eve]: "admin" };
  const people = (members: Record<string, string>, settings = {}): Program => ({
    ...dev,
    all: roster(members, { maxRemovals: "2", ...settings }),
  });

  /** The engine of Eve, an admin, once this program of Ada's is in force. */
  async function previewer(program: Program): Promise<Engine> {
    await begin();
    world.emulator.control.addMember(carl, "acme-dev", "viewer");
    await giveRole("admin");
    for (const [name, { type }] of Object.entries(program)) {
      if (type === "OrganizationMembers") await world.engine.import(name, type, "acme-dev");
      if (type === "Membership") await world.engine.import(name, type, `acme-dev/${eve}`);
    }
    await world.engine.up(program);
    world.requests();
    return engineOfEve(adminV2, world.emulator.control.addApiKey(eve), { PERIDIO_PREVIEW_ONLY: "1" });
  }

  test("a roster without the user removes the user", async () => {
    const engine = await previewer(people(everyone));
    await engine.preview(people(others));
    expect(engine.warnings).toEqual([]);
    await world.engine.up(people(others));
    expect(world.writes()).toEqual(["DELETE members"]);
  });

  test.each([
    [
      "minAdmins",
      { minAdmins: 3 },
      `The change takes the admin role from ${eve} and leaves 2 admins, but minAdmins requires 3`,
    ],
    ["maxRemovals", { maxRemovals: "0" }, `The change removes or demotes 1 of 4 people (removes ${eve})`],
  ])("the limit %s counts the user", async (_, limit, reason) => {
    const engine = await previewer(people(everyone));
    await expect(engine.preview(people(others, limit))).rejects.toThrow(reason);
  });

  test.each<[string, (role: string) => Program]>([
    ["a roster", (role) => people({ ...everyone, [eve]: role })],
    ["a Membership", (role) => ({ ...dev, eve: member(eve, role) })],
  ])("%s can change the user's role at preview, and an update with that key is rejected", async (_, program) => {
    const engine = await previewer(program("admin"));
    await expect(engine.preview(program("viewer"))).resolves.toMatchObject([{ op: "same" }, { op: "update" }]);
    await expect(engine.up(program("viewer"))).rejects.toThrow(/does not let an API key change its own user's role/);
    await expect(engineOfEve().preview(program("viewer"))).rejects.toThrow(
      /does not let an API key change its own user's role/,
    );
    expect(world.writes()).toEqual([]);
  });

  test("an update with the user's own key does not change the user", async () => {
    const engine = await previewer(people(everyone));
    await engine.up(people(others));
    expect(world.writes()).toEqual([]);
  });

  test("a refresh finds a user that the roster does not declare", async () => {
    const engine = await previewer(people(everyone));
    await world.engine.up(people(others));
    for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
    await giveRole("viewer");
    await expect(engine.refresh()).resolves.toMatchObject([{ op: "refresh", name: "all" }]);
  });

  test("a roster keeps the owner", async () => {
    const engine = await previewer(people(everyone));
    await engine.preview(people({ [bob]: "admin", [carl]: "viewer", [eve]: "admin" }));
    expect(engine.warnings).toEqual([expect.stringContaining(`The roster does not remove ${ada}`)]);
  });
});

test.each(["PERIDIO_PREVIEW_ONLY", "PERIDIO_ALLOW_PARTIAL_DESTROY"])("%s must be on or off", async (name) => {
  await begin();
  const engine = engineOfEve(adminV2, world.emulator.control.addApiKey(ada), { [name]: "yes" });
  world.requests();
  await expect(engine.preview(dev)).rejects.toThrow(
    `${name} is "yes", which is not valid. Set it to 1 or true (on), or to 0, false or an empty string (off).`,
  );
  expect(world.requests()).toEqual([]);
});

describe("no role is required", () => {
  /** An engine of Eve, a viewer, once this program of Ada's is in force. */
  async function viewer(program: Program): Promise<Engine> {
    await begin();
    await world.engine.up(program);
    await giveRole("viewer");
    world.requests();
    return engineOfEve();
  }

  async function expectAllowed(engine: Engine, program: Program): Promise<void> {
    await engine.preview(program);
    await engine.up(program);
    expect(world.writes()).toEqual([]);
  }

  test("to change a property that only this provider knows", async () => {
    const members = { [ada]: "admin", [bob]: "admin" };
    const people = (minAdmins: number) => ({ ...dev, people: roster(members, { minAdmins, ignore: [eve] }) });
    await expectAllowed(await viewer(people(1)), people(2));
  });

  test("to adopt an object that equals the declaration", async () => {
    const engine = await viewer(dev);
    await expectAllowed(engine, {
      ...dev,
      it: part("OrganizationOwner", { email: ada }),
      ada: member(ada, "admin"),
      policy: policy({}),
    });
  });

  test("to update an object that equals the declaration if only the state is out of date", async () => {
    const lasting = (sessionTimeout: string) => ({ ...dev, policy: policy({ sessionTimeout }) });
    const engine = await viewer(lasting("8h"));
    await world.emulator.control.updateSecuritySettings("acme-dev", { session_timeout: 9 * 3600 });
    await expectAllowed(engine, lasting("9h"));
    await expectRefused(
      { engine, program: lasting("10h") },
      "update",
      reasonFor("viewer", "at least the role manager"),
    );
  });

  test("to delete an entry whose object stays in Peridio", async () => {
    await expectAllowed(await viewer({ ...dev, ada: member(ada, "admin"), policy: policy({}) }), dev);
  });
});

test("an insufficient role is rejected even if another property is unknown", async () => {
  await begin();
  const settings = (contactEmail: string, description: string): Program => ({
    dev: organization("acme-dev", { contactEmail, description }),
  });
  await world.engine.up(settings(bob, "Ours"));
  await giveRole("viewer");
  const engine = engineOfEve();
  const reason = reasonFor("viewer", "at least the role developer");
  await expect(engine.preview(settings(unknown, "Theirs"))).rejects.toThrow(reason);
  await expect(engine.preview(settings(unknown, "Ours"))).resolves.toBeDefined();
});

test("the role is known from the check of the key, without another request", async () => {
  const { engine, program = {} } = await prepare("Membership", "create", "viewer");
  world.emulator.traffic.log.clear();
  await expect(engine.preview(program)).rejects.toThrow(
    `Membership acme-dev/${carl} could not be created: ${eve} is a viewer of organization acme-dev, but this operation requires the role admin. ` +
      `Use the API key of an admin, or ask an admin to make ${eve} an admin. To preview changes that another API key will apply, set PERIDIO_PREVIEW_ONLY=1.`,
  );
  const requests = world.emulator.requests().filter(({ path }) => path === "/v2/users/me");
  expect(requests).toHaveLength(1);
});

describe("with a sufficient role and a suitable key, the IP allowlist is the likely cause of a refusal", () => {
  const shutOut = "198.51.100.0/24";
  const remedy =
    `${ada}, is an admin of organization acme-dev. This role is sufficient, so the probable cause is the IP allowlist. ` +
    "If the program declares `ipAllowlist`, add the provider's address there, and run `pulumi up --refresh` from an allowed address. " +
    "Otherwise, ask Peridio's support to add the address. (";

  test("of a write, after the same run has set the allowlist", async () => {
    world = await World.begin();
    const program = {
      ...dev,
      policy: policy({ ipAllowlist: [shutOut], allowLockout: true }),
      it: member(carl, "viewer"),
    };
    const refused = world.engine.up(program);
    await expect(refused).rejects.toThrow(
      `Membership acme-dev/${carl} could not be created: The API key is not allowed to `,
    );
    await expect(refused).rejects.toThrow(remedy);
    await expect(refused).rejects.not.toThrow("Use an API key that is not bound");
  });

  test.each(["dev", "policy"])("of a refresh: %s", async (name) => {
    world = await World.begin();
    await world.engine.up({ ...dev, ...(name === "dev" ? {} : { policy: policy({ sessionTimeout: "8h" }) }) });
    await world.emulator.control.updateSecuritySettings("acme-dev", {
      ip_allowlist: [{ cidr: shutOut, description: null }],
    });
    await expect(world.engine.refresh()).rejects.toThrow(remedy);
  });

  test("unless the key is bound to another organization", async () => {
    await begin();
    await giveRole("admin");
    await world.emulator.control.createOrganization("acme-other", {}, { as: eve });
    const key = world.emulator.control.addApiKey(eve, { organization: "acme-other" });
    const refused = engineOfEve(adminV2, key).refresh();
    await expect(refused).rejects.toThrow("HTTP 403");
    await expect(refused).rejects.not.toThrow("likely cause");
  });
});

describe("a preview rejects a key that cannot act in the organization", () => {
  const types = ["Organization", "SecurityPolicy", "Membership"];
  const outside = `${eve} is not a member of this organization, or the organization does not exist. Correct the id, use the API key of a member, or ask an admin to invite ${eve}.`;

  async function prepared(program: Program): Promise<void> {
    await begin();
    await world.engine.up(program);
    // A preview reads an invitation first.
    await acceptInvitation(program);
    await giveRole("outsider");
    await world.emulator.control.createOrganization("acme-ros");
    world.requests();
  }

  test.each(types)("%s: a key that is bound to another organization", async (type) => {
    const { made, changed } = getSample(type, adminV2);
    await prepared(made);
    world.emulator.control.addMember(eve, "acme-ros", "admin");
    const bound = engineOfEve(adminV2, world.emulator.control.addApiKey(eve, { organization: "acme-ros" }));
    await expect(bound.preview(changed)).rejects.toThrow(
      `this API key of ${eve} is bound to organization acme-ros and cannot act in another organization. ` +
        "Use an API key of the whole account, or an API key that is bound to the organization of this resource.",
    );
    expect(world.writes()).toEqual([]);
  });

  test.each(types)("%s: a key whose user is not in the organization", async (type) => {
    const { made, changed } = getSample(type, adminV2);
    await prepared(made);
    await expect(engineOfEve().preview(changed)).rejects.toThrow(outside);
    expect(world.writes()).toEqual([]);
  });

  test("a user who joins after the check of the key is accepted", async () => {
    const program = (sessionTimeout: string) => ({ ...dev, it: policy({ sessionTimeout }) });
    await prepared(program("8h"));
    const checked = (name: string): void => {
      if (name === "it") world.emulator.control.addMember(eve, "acme-dev", "admin");
    };
    await engineOfEve().up(program("4h"), { checked });
    expect(world.writes()).toEqual([expect.stringMatching(/^PATCH security-settings/)]);
  });
});

test("only a key that is not bound to an organization can create one, for any user", async () => {
  expect(operationsOfResources.filter(({ right }) => right === "account")).toEqual([
    { resource: "Organization", operation: "create", right: "account", threshold: undefined },
  ]);
  await begin();
  await giveRole("admin");
  const program = { ...dev, other: organization("acme-other") };
  const bound = world.emulator.control.addApiKey(eve, { organization: "acme-dev" });
  world.requests();
  await expectRefused(
    { engine: engineOfEve(adminV2, bound), program },
    "create",
    /^Organization acme-other could not be created: this API key of eve@acme\.example is bound to organization acme-dev, but this operation requires an API key that is not bound to an organization\. Use an API key of the whole account\./,
  );
  await expect(engineOfEve().up(program)).resolves.toBeDefined();
});

test.each(functions.map((one) => [getTypeName(one), one.right, isConnectOnly(one) ? connect : adminV2] as const))(
  "%s can be called by: %s",
  async (name, right, dialect) => {
    await begin(dialect);
    await giveRole(right === "anybody" ? "outsider" : right === "admin" ? "admin" : "viewer");
    const about = { getOrganization: { name: "acme-dev" }, getOrganizations: {}, getCurrentUser: {} };
    const given = Object.entries(about).find(([one]) => one === name)?.[1] ?? { organizationId: "acme-dev" };
    await expect(engineOfEve(dialect).invoke([name, given])).resolves.toHaveLength(1);
  },
);
