import { AlreadyExists, PartialFailureError, UserError } from "./errors";
import { OperationError } from "./lifecycle";
import type { AnyResource, ResourceContext } from "./resource";
import { nobody, offline } from "./testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "./testing/thing";
import { unknownValue, type Values } from "./values";

const urn = urnOf("bob");
const everythingElse = { note: unknownValue, sizes: unknownValue, parts: unknownValue };

/** A resource that writes down its plans. */
function watchful(warehouse: Warehouse, unknown: string[] = [], note?: string): AnyResource {
  const write = (what: string, plan: unknown) => warehouse.asked.push(`${what} ${JSON.stringify(plan)}`);
  return {
    ...thingIn(warehouse),
    plan: (_, { phase, ...change }) => {
      write(phase, change);
      return Promise.resolve({ unknown, warnings: note === undefined ? [] : [note] });
    },
  };
}

describe("the preview of a create", () => {
  test("shows what is declared, and that the rest is not known", async () => {
    const { outputs: planned } = await offline().lifecycle.previewCreate(thingIn(new Warehouse()), {
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
    const { outputs: planned } = await offline().lifecycle.previewCreate(watchful(warehouse), { urn, declared });
    expect(planned).toMatchObject({ ...declaredBob, ...everythingElse, color: unknownValue, serial: unknownValue });
    expect(warehouse.asked).toEqual([
      'partial {"desired":{"shelf":"one","name":"bob"},"changed":["shelf","name","note"]}',
    ]);
  });

  test("reads, plans, and warns", async () => {
    const warehouse = new Warehouse();
    const { lifecycle, told } = offline();
    const thing = watchful(warehouse, [], "A letter goes out.");
    await lifecycle.previewCreate(thing, { urn, declared: { ...declaredBob, note: "n", mode: "quick" } });
    const plan =
      '{"desired":{"shelf":"one","name":"bob","note":"n","mode":"quick"},"changed":["shelf","name","note","mode"]}';
    expect(warehouse.asked).toEqual(["get one/bob", `preview ${plan}`]);
    expect(told).toEqual(["bob: A letter goes out."]);
  });

  test("of what is there already shows its state, and guards nothing", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { ...declaredBob, mode: "quick" };
    const planned = await offline().lifecycle.previewCreate(watchful(warehouse, ["serial"]), { urn, declared });
    expect(planned).toStrictEqual({ id: "one/bob", outputs: { ...declared, color: "grey", serial: "7" } });
    expect(warehouse.asked).toEqual(["get one/bob"]);
  });

  test("of what is there and has to change guards that, and leaves open what the resource says", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { ...declaredBob, note: "n" };
    const { outputs: planned } = await offline().lifecycle.previewCreate(watchful(warehouse, ["serial"]), {
      urn,
      declared,
    });
    expect(planned).toStrictEqual({ ...declared, color: "grey", serial: unknownValue });
    const plan = `{"desired":{"shelf":"one","name":"bob","note":"n"},"observed":${JSON.stringify(bob)},"changed":["note"]}`;
    expect(warehouse.asked).toEqual(["get one/bob", `preview ${plan}`]);
  });

  test("fails with the reason", async () => {
    const failing: AnyResource = {
      ...thingIn(new Warehouse()),
      findExisting: () => Promise.reject(new Error("no line")),
    };
    await expect(offline().lifecycle.previewCreate(failing, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob could not be created: no line",
    );
  });

  test("fails as the create would, in words for the user", async () => {
    const taken: AnyResource = {
      ...thingIn(new Warehouse()),
      findExisting: () => Promise.reject(new AlreadyExists("one/bob", "with another color")),
    };
    await expect(offline().lifecycle.previewCreate(taken, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob already exists with another color, and may be somebody else's, so it was not taken over. To manage it here, import one/bob as bob.",
    );
  });
});

describe("a create", () => {
  test("makes what is not there, after a look and a guard", async () => {
    const warehouse = new Warehouse();
    const declared = { ...declaredBob, note: "n", mode: "quick" };
    const state = await offline().lifecycle.create(watchful(warehouse), { urn, declared });
    expect(state).toStrictEqual({
      id: "one/bob",
      outputs: { ...declared, color: "grey", serial: "1" },
      refreshBeforeUpdate: false,
    });
    expect(warehouse.asked).toEqual([
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
    await expect(offline().lifecycle.create(guarded, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob could not be created: too many things",
    );
    expect(warehouse.asked).toEqual(["get one/bob"]);
  });

  test("takes over what is as desired, without a write", async () => {
    const warehouse = new Warehouse(bob);
    const declared = { shelf: "one", name: "Bob", mode: "quick" };
    const state = await offline().lifecycle.create(watchful(warehouse), { urn, declared });
    expect(state).toStrictEqual({
      id: "one/bob",
      outputs: { ...declared, color: "grey", serial: "7" },
      refreshBeforeUpdate: false,
    });
    expect(warehouse.asked).toEqual(["get one/bob"]);
  });

  test("takes over what may be, and changes only what differs", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old", color: "red" });
    const declared = { ...declaredBob, note: "new", mode: "quick" };
    const state = await offline().lifecycle.create(watchful(warehouse), { urn, declared });
    expect(state.outputs).toMatchObject({ note: "new", mode: "quick", serial: "7" });
    const observed = JSON.stringify({ ...bob, note: "old", color: "red", mode: "quick" });
    expect(warehouse.asked).toEqual([
      "get one/bob",
      `apply {"desired":${JSON.stringify(declared)},"observed":${observed},"changed":["note"]}`,
      'put one/bob {"note":"new"}',
    ]);
  });

  test("of what always exists and is not found fails", async () => {
    const eternal: AnyResource = thingIn(new Warehouse());
    Reflect.deleteProperty(eternal, "create");
    await expect(offline().lifecycle.create(eternal, { urn, declared: declaredBob })).rejects.toThrow(
      "Thing one/bob could not be created: it cannot be made, and Acme does not have it.",
    );
  });

  test("keeps what was made before a failure", async () => {
    const halfway: AnyResource = {
      ...thingIn(new Warehouse()),
      assess: ({ serial }) => ({ refreshBeforeUpdate: serial === "7" }),
      create: () =>
        Promise.reject(new PartialFailureError({ ...bob, note: null }, new Error("the second step failed"))),
    };
    const declared = { shelf: "one", name: "Bob", mode: "quick" };
    const failed = await offline()
      .lifecycle.create(halfway, { urn, declared })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OperationError);
    expect(failed).toMatchObject({
      name: "OperationError",
      message: "Thing one/Bob could not be created: the second step failed",
      cause: { name: "PartialFailureError" },
      state: { id: "one/bob", outputs: { ...declared, color: "grey", serial: "7" }, refreshBeforeUpdate: true },
    });
  });

  test("that made nothing leaves nothing", async () => {
    const failing: AnyResource = {
      ...thingIn(new Warehouse()),
      create: () => Promise.reject(new Error("not today")),
    };
    const failed = await offline()
      .lifecycle.create(failing, { urn, declared: declaredBob })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OperationError);
    expect(failed).toMatchObject({ cause: { message: "not today" }, state: undefined });
  });

  test("uses the API that it is given, else that of the process", async () => {
    const { lifecycle, api } = offline();
    const used: unknown[] = [];
    const watched: AnyResource = {
      ...thingIn(new Warehouse(bob)),
      findExisting: (context) => {
        used.push(context.api.name);
        return Promise.resolve(bob);
      },
    };
    const other = nobody("another API");
    await lifecycle.create(watched, { urn, declared: declaredBob });
    await lifecycle.create(watched, { urn, declared: declaredBob }, other);
    expect(used).toEqual([api.name, other.name]);
  });
});

describe("what a resource may use", () => {
  type Context = ResourceContext;

  /** What a resource gets while it is created in a process that has checked these declarations. */
  async function contextOf(...checked: readonly [string, Values][]): Promise<{ context: Context; told: string[] }> {
    const { lifecycle, told } = offline();
    const thing: AnyResource = {
      ...thingIn(new Warehouse()),
      keys: ({ name, note }) => ({ items: [{ collection: "things", name: String(name), path: [], desired: note }] }),
    };
    for (const [name, declared] of checked) lifecycle.check(thing, { urn: urnOf(name), declared }, undefined);
    const contexts: Context[] = [];
    const curious: AnyResource = {
      ...thing,
      findExisting: (context) => {
        contexts.push(context);
        return Promise.resolve(bob);
      },
    };
    await lifecycle.create(curious, { urn, declared: declaredBob });
    const [context] = contexts;
    if (context === undefined) throw new Error("nothing was asked");
    return { context, told };
  }

  test("is a way to warn", async () => {
    const { context, told } = await contextOf();
    context.warn("mind the gap");
    expect(told).toEqual(["bob: mind the gap"]);
  });

  test("is what the program declares of other things", async () => {
    const { context } = await contextOf(["eve", { shelf: "one", name: "eve", note: "as eve wants" }]);
    const eve = { collection: "things", name: "eve", path: [] };
    expect(context.desiredOf(eve)).toBe("as eve wants");
    expect(context.ownership(eve)).toBe("owned");
    expect(context.ownership({ ...eve, name: "carl" })).toBeUndefined();
  });

  test("is all that a preview adds to a collection", async () => {
    const { context } = await contextOf();
    context.planned("a", "x");
    context.planned("b", "z");
    expect([...context.planned("a", "y", "x")]).toEqual(["x", "y"]);
  });
});
