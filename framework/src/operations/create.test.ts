import * as operations from ".";
import { AlreadyExistsError, PartialFailureError, UserError, OperationError } from "../errors";
import type { AnyClient } from "../client";
import { type Declarations, declarations, type PlannedNames, plannedNames } from "../modules";
import { defineResourceFor } from "../definition";
import type { AnyResource, Context } from "../resource";
import { silentClient, offline } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import { unknownValue, type Values } from "../values";

const urn = urnOf("bob");
const everythingElse = { note: unknownValue, sizes: unknownValue, parts: unknownValue };

/** A resource that records its plans. */
function watchful(warehouse: Warehouse, unknown: string[] = [], note?: string): AnyResource {
  const write = (what: string, plan: unknown) => warehouse.requests.push(`${what} ${JSON.stringify(plan)}`);
  return {
    ...thingIn(warehouse),
    plan: (_, { phase, priorInputs, ...change }) => {
      // Before a create, there are none.
      expect(priorInputs).toEqual({});
      write(phase, change);
      return Promise.resolve({ unknown, warnings: note === undefined ? [] : [note] });
    },
  };
}

describe("the preview of a create", () => {
  test("shows desired values, and unknown ones for the rest", async () => {
    const { outputs: planned } = await operations.previewCreate(offline().run, thingIn(new Warehouse()), {
      urn,
      declared: { ...declaredBob, color: "red" },
    });
    expect(planned).toStrictEqual({
      ...declaredBob,
      ...everythingElse,
      color: "red",
      kind: unknownValue,
      mode: unknownValue,
      serial: unknownValue,
    });
  });

  test("with unknown values plans a part, and reads nothing", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { ...declaredBob, note: unknownValue };
    const { outputs: planned } = await operations.previewCreate(offline().run, watchful(warehouse), { urn, declared });
    expect(planned).toMatchObject({ ...declaredBob, ...everythingElse, color: unknownValue, serial: unknownValue });
    expect(warehouse.requests).toEqual([
      'partial {"desired":{"shelf":"one","name":"bob"},"changed":["shelf","name","note"]}',
    ]);
  });

  test("reads, plans, and warns", async () => {
    const warehouse = new Warehouse();
    const { run, warnings } = offline();
    const thing = watchful(warehouse, [], "A letter goes out.");
    await operations.previewCreate(run, thing, { urn, declared: { ...declaredBob, note: "n", mode: "quick" } });
    const plan =
      '{"desired":{"shelf":"one","name":"bob","note":"n","mode":"quick"},"changed":["shelf","name","note","mode"]}';
    expect(warehouse.requests).toEqual(["get one/bob", `preview ${plan}`]);
    expect(warnings).toEqual(["bob: A letter goes out."]);
  });

  test("of an existing object shows its state, without a plan", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { ...declaredBob, mode: "quick" };
    const planned = await operations.previewCreate(offline().run, watchful(warehouse, ["serial"]), { urn, declared });
    expect(planned).toStrictEqual({ id: "one/bob", outputs: { ...declared, color: "grey", serial: "7" } });
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("of an existing object that differs plans the change, with the resource's unknown outputs", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { ...declaredBob, note: "n" };
    const { outputs: planned } = await operations.previewCreate(offline().run, watchful(warehouse, ["serial"]), {
      urn,
      declared,
    });
    expect(planned).toStrictEqual({ ...declared, color: "grey", serial: unknownValue });
    const plan = `{"desired":{"shelf":"one","name":"bob","note":"n"},"observed":${JSON.stringify(bob)},"changed":["note"]}`;
    expect(warehouse.requests).toEqual(["get one/bob", `preview ${plan}`]);
  });

  test("with unknown values fails with the reason", async () => {
    const refusing: AnyResource = {
      ...thingIn(new Warehouse()),
      plan: () => Promise.reject(new UserError("too many things")),
    };
    const declared = { ...declaredBob, note: unknownValue };
    await expect(operations.previewCreate(offline().run, refusing, { urn, declared })).rejects.toThrow(
      "Thing one/bob could not be created: too many things",
    );
  });

  test("of an object that always exists shows its state, without warnings", async () => {
    const eternal: AnyResource = thingIn(new Warehouse(bob));
    delete eternal.create;
    const { run, warnings } = offline();
    await expect(operations.previewCreate(run, eternal, { urn, declared: declaredBob })).resolves.toMatchObject({
      id: "one/bob",
      outputs: { serial: "7" },
    });
    expect(warnings).toEqual([]);
  });

  test("fails with the reason", async () => {
    const failing: AnyResource = {
      ...thingIn(new Warehouse()),
      findExisting: () => Promise.reject(new Error("no line")),
    };
    await expect(operations.previewCreate(offline().run, failing, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob could not be created: no line",
    );
  });

  test("fails as the create would, with a message for the user", async () => {
    const taken: AnyResource = {
      ...thingIn(new Warehouse()),
      findExisting: () => Promise.reject(new AlreadyExistsError("one/bob", "with another color")),
    };
    await expect(operations.previewCreate(offline().run, taken, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob already exists with another color. Another program or person may manage this object, so the provider did not adopt it. To manage the object in this program, import one/bob as bob.",
    );
  });
});

describe("a create", () => {
  test("creates a missing object, after a read and a plan", async () => {
    const warehouse = new Warehouse();
    const declared = { ...declaredBob, note: "n", mode: "quick" };
    const state = await operations.create(offline().run, watchful(warehouse), { urn, declared });
    expect(state).toStrictEqual({
      id: "one/bob",
      outputs: { ...declared, color: "grey", serial: "1" },
      refreshBeforeUpdate: false,
    });
    expect(warehouse.requests).toEqual([
      "get one/bob",
      'apply {"desired":{"shelf":"one","name":"bob","note":"n","mode":"quick"},"changed":["shelf","name","note","mode"]}',
      'put one/bob {"shelf":"one","name":"bob","note":"n"}',
    ]);
  });

  test("writes nothing when the plan is refused", async () => {
    const warehouse = new Warehouse();
    const guarded: AnyResource = {
      ...thingIn(warehouse),
      plan: () => Promise.reject(new UserError("too many things")),
    };
    await expect(operations.create(offline().run, guarded, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob could not be created: too many things",
    );
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("adopts an object that is as desired, without a write", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { shelf: "one", name: "Bob", mode: "quick" };
    const state = await operations.create(offline().run, watchful(warehouse), { urn, declared });
    expect(state).toStrictEqual({
      id: "one/bob",
      outputs: { ...declared, color: "grey", serial: "7" },
      refreshBeforeUpdate: false,
    });
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("adopts an object, and changes only properties that differ", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old", color: "red" });
    const declared = { ...declaredBob, note: "new", mode: "quick" };
    const state = await operations.create(offline().run, watchful(warehouse), { urn, declared });
    expect(state.outputs).toMatchObject({ note: "new", mode: "quick", serial: "7" });
    const observed = JSON.stringify({ ...bob, note: "old", color: "red", mode: "quick" });
    expect(warehouse.requests).toEqual([
      "get one/bob",
      `apply {"desired":${JSON.stringify(declared)},"observed":${observed},"changed":["note"]}`,
      'put one/bob {"note":"new"}',
    ]);
  });

  test("fails if an object that no update can change differs", async () => {
    const warehouse = new Warehouse({ ...bob, color: "red" });
    const fixed: AnyResource = thingIn(warehouse);
    delete fixed.update;
    const declared = { ...declaredBob, color: "blue" };
    await expect(operations.create(offline().run, fixed, { urn, declared })).rejects.toThrow(
      "Thing one/bob could not be created: color: the value differs from that in Acme, and no update can change it. Declare the value of the existing object, or run `pulumi up --refresh` to replace the object.",
    );
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("fails if an object that always exists is not found", async () => {
    const eternal: AnyResource = thingIn(new Warehouse());
    Reflect.deleteProperty(eternal, "create");
    await expect(operations.create(offline().run, eternal, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob could not be created: Acme does not have this object, and the provider cannot create it.",
    );
    await expect(operations.previewCreate(offline().run, eternal, { urn, declared: declaredBob })).rejects.toThrow(
      "Acme does not have this object, and the provider cannot create it.",
    );
  });

  test("keeps an object that it created before a failure", async () => {
    const halfway: AnyResource = {
      ...thingIn(new Warehouse()),
      assess: ({ serial }) => ({ refreshBeforeUpdate: serial === "7" }),
      create: () =>
        Promise.reject(new PartialFailureError({ ...bob, note: null }, new Error("the second step failed"))),
    };
    const declared = { shelf: "one", name: "Bob", mode: "quick" };
    const failed = await operations.create(offline().run, halfway, { urn, declared }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OperationError);
    expect(failed).toMatchObject({
      name: "OperationError",
      message: "Thing one/Bob could not be created: the second step failed",
      cause: { name: "PartialFailureError" },
      state: { id: "one/bob", outputs: { ...declared, color: "grey", serial: "7" }, refreshBeforeUpdate: true },
    });
  });

  test("succeeds in a later attempt of the same run, as an error hook of Pulumi requests it", async () => {
    const warehouse = new Warehouse();
    const thing = thingIn(warehouse);
    let failures: readonly Error[] = [
      new Error("not today"),
      new PartialFailureError({ ...bob, note: null }, new Error("the second step failed")),
    ];
    const flaky: AnyResource = {
      ...thing,
      create: () => {
        const [failure = new Error("no more attempts"), ...others] = failures;
        failures = others;
        if (failure instanceof PartialFailureError) warehouse.put(bob, {});
        return Promise.reject(failure);
      },
    };
    const { run } = offline();
    const declared = { ...declaredBob, note: "n" };
    await expect(operations.create(run, flaky, { urn, declared })).rejects.toThrow("not today");
    const failed = await operations.create(run, flaky, { urn, declared }).catch((error: unknown) => error);
    if (!(failed instanceof OperationError) || failed.state === undefined) throw failed;
    // Pulumi updates an object that a failed create left.
    const { id, outputs: state } = failed.state;
    await operations.update(run, flaky, { urn, id, declared, priorInputs: declared, state, ignore: [] });
    expect(warehouse.requests.at(-1)).toBe('put one/bob {"note":"n"}');
  });

  test("leaves no state if it created nothing", async () => {
    const failing: AnyResource = {
      ...thingIn(new Warehouse()),
      create: () => Promise.reject(new Error("not today")),
    };
    const failed = await operations
      .create(offline().run, failing, { urn, declared: declaredBob })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OperationError);
    expect(failed).toMatchObject({ cause: { message: "not today" }, state: undefined });
  });

  test("uses the given API, or else that of the process", async () => {
    const { run, api } = offline();
    const used: unknown[] = [];
    const watched: AnyResource = {
      ...thingIn(new Warehouse(bob)),
      findExisting: (context) => {
        used.push(context.api.name);
        return Promise.resolve(bob);
      },
    };
    const other = silentClient("another API");
    await operations.create(run, watched, { urn, declared: declaredBob });
    await operations.create(run, watched, { urn, declared: declaredBob }, other);
    expect(used).toEqual([api.name, other.name]);
  });
});

test.each(["create", "previewCreate"] as const)(
  "%s without a check names every invalid property",
  async (operation) => {
    const warehouse = new Warehouse();
    const declared = { ...declaredBob, note: 5, sizes: ["one"] };
    const failing = operations[operation](offline().run, thingIn(warehouse), { urn, declared });
    await expect(failing).rejects.toMatchObject({
      name: "OperationError",
      message:
        "Thing one/bob could not be created: note: must be a string: put the value in quotes; sizes[0]: must be a number",
    });
    expect(warehouse.requests).toEqual([]);
  },
);

describe("the context of a resource", () => {
  type Extended = Context & Declarations & PlannedNames;

  /** Returns the context of a create in a process that has checked these inputs. */
  async function contextOf(
    ...checked: readonly [string, Values][]
  ): Promise<{ context: Extended; warnings: string[] }> {
    const { run, warnings } = offline();
    const thing = {
      ...thingIn(new Warehouse()),
      ownership: {
        sharedKey: ({ name, note }: Values) => ({ collection: "things", name: String(name), path: [], desired: note }),
      },
    };
    for (const [name, declared] of checked) operations.check(run, thing, { urn: urnOf(name), declared }, undefined);
    const contexts: Extended[] = [];
    const curious = defineResourceFor<AnyClient>()({
      ...thing,
      uses: [declarations, plannedNames],
      findExisting: (context) => {
        contexts.push(context);
        return Promise.resolve(bob);
      },
    });
    await operations.create(run, curious, { urn, declared: declaredBob });
    const [context] = contexts;
    if (context === undefined) throw new Error("nothing was asked");
    return { context, warnings };
  }

  test("warns the user", async () => {
    const { context, warnings } = await contextOf();
    context.warn("mind the gap");
    expect(warnings).toEqual(["bob: mind the gap"]);
  });

  test("returns the desired values of other objects", async () => {
    const { context } = await contextOf(["eve", { shelf: "one", name: "eve", note: "as eve wants" }]);
    const eve = { collection: "things", name: "eve", path: [] };
    expect(context.getDesired(eve)).toBe("as eve wants");
    expect(context.getOwnership(eve)).toBe("owned");
    expect(context.getOwnership({ ...eve, name: "carl" })).toBeUndefined();
  });

  test("returns all names that a preview adds to a collection", async () => {
    const { context } = await contextOf();
    context.recordPlanned("a", "x");
    context.recordPlanned("b", "z");
    expect([...context.recordPlanned("a", "y", "x")]).toEqual(["x", "y"]);
  });

  test("counts its own resource once among the names of a collection", async () => {
    const { context } = await contextOf();
    context.recordPlanned("a", "x");
    expect([context.countPlanned("a"), context.countPlanned("a"), context.countPlanned("b")]).toEqual([2, 2, 1]);
  });
});

test("the resources of one run count together, and other runs do not", async () => {
  const counts: number[] = [];
  const counting = defineResourceFor<AnyClient>()({
    ...thingIn(new Warehouse()),
    uses: [plannedNames],
    findExisting: ({ countPlanned }) => {
      counts.push(countPlanned("things"));
      return Promise.resolve(undefined);
    },
  });
  const { run } = offline();
  const preview = (of: operations.Run, name: string) =>
    operations.previewCreate(of, counting, { urn: urnOf(name), declared: { shelf: "one", name } });
  await preview(run, "bob");
  await preview(run, "eve");
  await preview(offline().run, "eve");
  expect(counts).toEqual([1, 2, 1]);
});

test("a resource that cannot find existing objects creates the object", async () => {
  const warehouse = new Warehouse();
  const resource: AnyResource = thingIn(warehouse);
  delete resource.findExisting;
  await operations.create(offline().run, resource, { urn, declared: declaredBob });
  expect(warehouse.requests).toEqual(['put one/bob {"shelf":"one","name":"bob"}']);
});

test("refuses an object without an id", async () => {
  const thing = thingIn(new Warehouse());
  const nameless: AnyResource = {
    ...thing,
    create: (_, { shelf, name }) => Promise.resolve({ shelf, name, id: "" }),
  };
  await expect(operations.create(offline().run, nameless, { urn, declared: declaredBob })).rejects.toThrow(
    "could not be created: the provider returned an empty id",
  );
});
