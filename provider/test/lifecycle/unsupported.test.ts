import type { AnyResource } from "#framework";
import {
  bob as thing,
  declaredBob as declaredThing,
  operations as resourceOperations,
  thingIn,
  urnOf,
  Warehouse,
} from "#framework/support";
import { beginConnect, operations } from "../support/connect";
import { type Declared, type Engine, type Program, unknown, type Wire } from "../support/engine";
import { offline } from "../support/offline";
import { dev, member, roster } from "../support/programs";
import type { World } from "../support/world";

const [ada, bob, carl] = ["ada@acme.example", "bob@acme.example", "carl@acme.example"];

/** The remedy for an entry of the state that the API does not support. */
const removal = (urn: string) =>
  `To remove the resource from the state only, run \`pulumi state delete --force '${urn}'\`. This changes nothing in Peridio`;

describe("without Peridio,", () => {
  const urn = urnOf("bob");
  const { id, ...outputs } = thing;

  /** A run with an API that has no billing settings, and neither renames nor deletes organizations. */
  const run = offline("connect");

  describe("an unsupported resource", () => {
    const warehouse = new Warehouse(thing);
    const unsupported: AnyResource = { ...thingIn(warehouse), requires: "billingSettings" };
    const update = { urn, id, declared: declaredThing, priorInputs: declaredThing, state: outputs, ignore: [] };
    afterEach(() => {
      expect(warehouse.requests).toEqual([]);
    });

    test("is rejected by Check, with the command that removes it from the state if it is there", () => {
      const reasons = [undefined, declaredThing].map((prior) =>
        resourceOperations
          .check(run, unsupported, { urn, declared: declaredThing }, prior)
          .failures.map(({ reason }) => reason),
      );
      expect(reasons).toEqual([
        [expect.stringMatching(/^Avocado Connect cannot manage billing settings: .* from the program$/)],
        [expect.stringContaining(removal(urn))],
      ]);
    });

    test("is neither read nor deleted, and stays in the state", async () => {
      await expect(resourceOperations.read(run, unsupported, update)).rejects.toThrow(removal(urn));
      await expect(resourceOperations.delete(run, unsupported, update)).rejects.toThrow(removal(urn));
    });

    test("is not imported, and the error does not mention the state", async () => {
      const imported = resourceOperations.read(run, unsupported, { ...update, declared: {}, state: {} });
      await expect(imported).rejects.toThrow(
        "Thing one/bob could not be read: Avocado Connect cannot manage billing settings",
      );
      await expect(imported).rejects.not.toThrow("pulumi state delete");
    });

    test("is not listed", () => {
      expect(() => resourceOperations.list(run, unsupported, {})).toThrow(
        "Thing cannot be listed: Avocado Connect cannot manage billing",
      );
    });
  });

  describe("a resource that the API cannot delete", () => {
    const undeletable = (warehouse: Warehouse): AnyResource => ({
      ...thingIn(warehouse),
      parts: {
        deletionRequires: "deleteOrganization",
        deletionOptions: () => ({ retain: false, force: false }),
      },
    });

    test("is not read before the refusal, and stays in the state", async () => {
      const warehouse = new Warehouse(thing);
      const deleted = resourceOperations.delete(run, undeletable(warehouse), {
        urn,
        id,
        priorInputs: declaredThing,
        state: outputs,
      });
      await expect(deleted).rejects.toThrow(/^Thing one\/bob could not be deleted: Avocado Connect cannot delete /);
      expect(warehouse.requests).toEqual([]);
    });

    test("is deleted by an API that can", async () => {
      const warehouse = new Warehouse(thing);
      await resourceOperations.delete(offline(), undeletable(warehouse), {
        urn,
        id,
        priorInputs: declaredThing,
        state: outputs,
      });
      expect(warehouse.requests).toEqual(["get one/bob", "remove one/bob", "get one/bob"]);
    });
  });

  describe("a property that the API cannot change", () => {
    const { inputs, ...rest } = thingIn(new Warehouse());
    const color = inputs.shape.color.meta({ changeRequires: "renameOrganization", resetsTo: () => "grey" });
    const labelled: AnyResource = { ...rest, inputs: inputs.extend({ color }) };
    const red = { ...outputs, color: "red" };
    const priorInputs = { ...declaredThing, color: "red" };
    const update = { urn, id, declared: declaredThing, priorInputs, state: red, ignore: [] };

    test("does not change when it leaves the program", async () => {
      expect(await resourceOperations.diff(run, labelled, update)).toEqual([]);
    });

    test("returns to its default if the API can change it", async () => {
      expect(await resourceOperations.diff(offline(), labelled, update)).toMatchObject([{ property: "color" }]);
    });

    test("is a difference if the program or the observed value changes", async () => {
      const declared = { ...declaredThing, color: "blue" };
      expect(await resourceOperations.diff(run, labelled, { ...update, declared })).toMatchObject([
        { kind: "update", input: true },
      ]);
      const observed = { ...red, color: "blue" };
      expect(
        await resourceOperations.diff(run, labelled, { ...update, declared: priorInputs, state: observed }),
      ).toMatchObject([{ kind: "update", input: false }]);
    });
  });
});

/** The resources that Avocado Connect does not support, declared for the organization `dev`, with the reason. */
const resources: readonly (readonly [type: Declared["type"], settings: Wire, reason: string])[] = [
  [
    "SecurityPolicy",
    { requireTwoFactor: true },
    `Avocado Connect cannot manage security settings: remove the SecurityPolicy (in a layout, \`security\`) from the program`,
  ],
  [
    "BillingSettings",
    { billingEmail: "billing@acme.example" },
    `Avocado Connect cannot manage billing settings: remove the BillingSettings (in a layout, \`billing\`) from the program`,
  ],
  [
    "OrganizationOwner",
    { email: bob },
    "Avocado Connect has no single owner, but a role `owner`: declare this role for people, and remove the OrganizationOwner (in a layout, `owner`) from the program",
  ],
];

describe.each(resources)("with connect, %s", (type, settings, reason) => {
  let world: World;
  beforeEach(async () => (world = await beginConnect()));
  afterEach(() => world.end());

  const it: Declared = { type, inputs: (id) => ({ organizationId: id("dev"), ...settings }) };
  const program: Program = { ...dev, it };

  test("is rejected at preview and `up` with the reason, and nothing is sent", async () => {
    for (const attempt of [() => world.engine.preview(program), () => world.engine.up({ it })]) {
      const refused = attempt();
      await expect(refused).rejects.toThrow(reason);
    }
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  test("is rejected even if its organization is unknown", async () => {
    const unknownParent = { type, inputs: () => ({ organizationId: unknown, ...settings }) };
    await expect(world.engine.preview({ it: unknownParent })).rejects.toThrow(reason);
    expect(operations(world)).toEqual(["Me_show"]);
  });

  test("is neither listed nor imported", async () => {
    const listed = world.engine.list(type, {});
    await expect(listed).rejects.toThrow(`${type} cannot be listed: ${reason}`);
    const imported = world.engine.import("it", type, "acme-dev");
    await expect(imported).rejects.toThrow(`${type} acme-dev could not be read: ${reason}`);
    expect(operations(world)).toEqual(["Me_show", "Me_show"]);
  });

  describe("in a state from the Admin API", () => {
    let engine: Engine;
    beforeEach(async () => {
      const { apiKey, control } = world.emulator;
      await control.deleteOrganization("acme-dev");
      if (type === "OrganizationOwner") {
        await control.createOrganization("acme-dev");
        control.addMember(bob, "acme-dev", "admin");
      }
      const adminV2 = world.with({ apiKey });
      if (type === "OrganizationOwner") await adminV2.import("dev", "Organization", "acme-dev");
      await adminV2.up(program);
      engine = world.with({ apiKey, backend: "connect" });
      for (const [name, entry] of adminV2.state) engine.state.set(name, entry);
      operations(world);
    });

    test("is rejected by every operation with the command that removes it from the state, and nothing is sent", async () => {
      const remedy = `${reason}. ${removal(`urn:pulumi:test::lifecycle::peridio:index:${type}::it`)}`;
      for (const [operate, refusal] of [
        [() => engine.preview(program), remedy],
        [() => engine.refresh(), `${type} acme-dev could not be read: ${remedy}`],
        [() => engine.up(dev), `${type} acme-dev could not be deleted: ${remedy}`],
      ] as const) {
        const refused = operate();
        await expect(refused).rejects.toThrow(refusal);
      }
      expect(new Set(operations(world))).toEqual(new Set(["Me_show"]));
      expect([...engine.state.keys()]).toContain("it");
    });

    test("leaves the other resources unchanged after its removal from the state", async () => {
      engine.state.delete("it");
      expect(await engine.up(dev)).toEqual([{ op: "same", name: "dev" }]);
      expect(await engine.refresh()).toEqual([]);
    });
  });
});

/** The roles of the other API. */
const roles = [
  [
    "connect",
    "manager",
    "Avocado Connect has no role manager: use `member`, or `admin` for more permissions. A `member` has access to every project unless the project sets `everyoneEnabled: false`",
  ],
  [
    "connect",
    "developer",
    "Avocado Connect has no role developer: use `member`. A `member` has access to every project unless the project sets `everyoneEnabled: false`",
  ],
  [
    "connect",
    "viewer",
    "Avocado Connect has no role viewer: use `member`. A `member` has access to every project unless the project sets `everyoneEnabled: false`",
  ],
  [
    "admin-v2",
    "member",
    "Peridio's Admin API has no role `member`, which only Avocado Connect has: use `developer` or `viewer`",
  ],
] as const;

describe.each(roles)("with %s, the role %s", (backend, role, reason) => {
  let world: World;
  beforeEach(async () => (world = await beginConnect({ backend })));
  afterEach(() => world.end());

  test("is rejected at preview, and nothing is sent", async () => {
    const isConnect = backend === "connect";
    if (!isConnect) await world.engine.import("dev", "Organization", "acme-dev");
    operations(world);

    const byMembership = world.engine.preview({ ...dev, bob: member(bob, role) });
    await expect(byMembership).rejects.toThrow(new Error(`role: ${reason}`));

    const byRoster = world.engine.preview({ ...dev, all: roster({ [ada]: "admin", [bob]: role, [carl]: role }) });
    for (const email of [bob, carl]) await expect(byRoster).rejects.toThrow(`members["${email}"]: ${reason}`);
    expect(operations(world)).toEqual(Array.from({ length: 2 }, () => (isConnect ? "Me_show" : "get-current-user")));
  });
});
