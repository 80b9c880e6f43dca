import { PartialFailureError } from "./errors";
import { NotFound } from "./request";
import type { AnyResource } from "./resource";
import { nobody, offline } from "./testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "./testing/thing";
import { isRecord } from "./values";

const urn = urnOf("old");
const { id, ...outputs } = bob;
const gone = { urn, id, declaredBefore: declaredBob, state: outputs };

const circumstances = { method: "GET", path: "/things/bob", status: 404, requestId: null, ambiguous: false };
const invisible = new NotFound("There is no such thing.", circumstances);
const deletedHere = new NotFound("There is no such thing.", circumstances, true);

test("a delete looks and removes, with what is known", async () => {
  const warehouse = new Warehouse(bob);
  const known: unknown[] = [];
  const thing = thingIn(warehouse);
  const curious: AnyResource = {
    ...thing,
    read: (_, id, before) => {
      known.push(before);
      return Promise.resolve(warehouse.get(id));
    },
    delete: (_, { id }, before) => {
      known.push(before);
      warehouse.remove(id);
      return Promise.resolve();
    },
  };
  const { lifecycle, told } = offline();
  await lifecycle.delete(curious, gone);
  expect(warehouse.asked).toEqual(["get one/bob", "remove one/bob"]);
  expect(known).toMatchObject([
    { state: outputs, inputs: declaredBob },
    { state: outputs, inputs: declaredBob, parent: { kind: "unguarded" } },
  ]);
  expect(told).toEqual([]);
});

test("a delete of what is gone is done", async () => {
  const warehouse = new Warehouse();
  const { lifecycle, told } = offline();
  await lifecycle.delete(thingIn(warehouse), gone);
  expect(warehouse.asked).toEqual(["get one/bob"]);
  expect(told).toEqual([]);
});

describe.each(["read", "delete"] as const)("what cannot be seen at the %s any more", (verb) => {
  test("is not taken as deleted, and the way out is named", async () => {
    const failing: AnyResource = { ...thingIn(new Warehouse(bob)), [verb]: () => Promise.reject(invisible) };
    await expect(offline().lifecycle.delete(failing, gone)).rejects.toThrow(
      "Thing one/bob could not be deleted: nothing proves that it is gone, so it stays in the state. Use a key that can see it or, " +
        `if it is gone for good, run \`pulumi state delete --force --target-dependents '${urn}'\`. There is no such thing. (GET /things/bob, HTTP 404)`,
    );
  });

  test("is gone if this process has deleted it", async () => {
    const { lifecycle, told } = offline();
    await lifecycle.delete({ ...thingIn(new Warehouse(bob)), [verb]: () => Promise.reject(deletedHere) }, gone);
    expect(told).toEqual([]);
  });
});

test("a delete that fails says how", async () => {
  const failing: AnyResource = { ...thingIn(new Warehouse(bob)), delete: () => Promise.reject(new Error("no line")) };
  await expect(offline().lifecycle.delete(failing, gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: no line",
  );
});

describe("what is still declared", () => {
  const declaredElsewhere = { urn: urnOf("new"), declared: { shelf: "one", name: "BOB" } };

  test("stays, and the user is told", async () => {
    const warehouse = new Warehouse(bob);
    const { lifecycle, told } = offline();
    lifecycle.check(thingIn(warehouse), declaredElsewhere, undefined);
    await lifecycle.delete(thingIn(warehouse), gone);
    expect(warehouse.asked).toEqual([]);
    expect(told).toEqual([
      "old: Thing one/bob is still declared: its entry leaves the state, and nothing is deleted in Acme.",
    ]);
  });

  test("stays after a create too", async () => {
    const warehouse = new Warehouse(bob);
    const { lifecycle } = offline();
    await lifecycle.create(thingIn(warehouse), declaredElsewhere);
    await lifecycle.delete(thingIn(warehouse), gone);
    expect(warehouse.asked).toEqual(["get one/bob"]);
  });

  test("is known by its state where the inputs do not tell it", async () => {
    const warehouse = new Warehouse(bob);
    const { lifecycle } = offline();
    lifecycle.check(thingIn(warehouse), declaredElsewhere, undefined);
    await lifecycle.delete(thingIn(warehouse), { ...gone, declaredBefore: {} });
    expect(warehouse.asked).toEqual([]);
  });

  test("is known by its inputs before its state", async () => {
    const warehouse = new Warehouse(bob);
    const { lifecycle } = offline();
    lifecycle.check(thingIn(warehouse), declaredElsewhere, undefined);
    await lifecycle.delete(thingIn(warehouse), { ...gone, state: { ...outputs, name: "eve" } });
    expect(warehouse.asked).toEqual([]);
  });

  test("is nothing that cannot be told", async () => {
    const warehouse = new Warehouse(bob);
    const { lifecycle } = offline();
    lifecycle.check(thingIn(warehouse), declaredElsewhere, undefined);
    await lifecycle.delete(thingIn(warehouse), { ...gone, declaredBefore: {}, state: {} });
    expect(warehouse.asked).toEqual(["get one/bob", "remove one/bob"]);
  });
});

test("an old entry stays in the state where another, which may declare the same by now, could not be read", async () => {
  const warehouse = new Warehouse(bob);
  const { lifecycle } = offline();
  const failing: AnyResource = { ...thingIn(warehouse), read: () => Promise.reject(new Error("no line")) };
  const eve = { urn: urnOf("eve"), id: "one/eve", declared: { shelf: "one", name: "eve" }, state: {} };
  await expect(lifecycle.read(failing, eve)).rejects.toThrow("no line");
  await expect(lifecycle.delete(thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: another entry, which may declare it by now, could not be read, so the old one stays in the state.",
  );
  expect(warehouse.asked).toEqual([]);
});

test("the old entry of what could not be created anew stays in the state", async () => {
  const warehouse = new Warehouse(bob);
  const refusing: AnyResource = { ...thingIn(warehouse), findExisting: () => Promise.reject(new Error("not today")) };
  const { lifecycle } = offline();
  await expect(lifecycle.create(refusing, { urn: urnOf("new"), declared: declaredBob })).rejects.toThrow("not today");
  await expect(lifecycle.delete(thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: its new declaration failed, so the old entry stays in the state.",
  );
  expect(warehouse.asked).toEqual([]);
});

describe("what an update that failed was to take over", () => {
  /** Things that come with others, which their declaration names as parts. */
  const together = (warehouse: Warehouse, failure?: Error): AnyResource => ({
    ...thingIn(warehouse),
    keys: ({ name, parts }) => ({
      items: [String(name), ...Object.keys(isRecord(parts) ? parts : {})].map((name) => ({
        collection: "things",
        name,
        path: [],
      })),
    }),
    ...(failure && { update: () => Promise.reject(failure) }),
  });
  const eve = { ...bob, id: "one/eve", name: "eve" };
  const declaredBefore = { ...declaredBob, parts: { dora: 1 } };
  const withEve = {
    urn: urnOf("bob"),
    id: bob.id,
    declared: { ...declaredBob, parts: { dora: 1, eve: 1 } },
    declaredBefore,
    state: { ...outputs, parts: { dora: 1 } },
    ignore: [],
  };
  const old = (name: string) => ({
    urn: urnOf(name),
    id: "one/eve",
    declaredBefore: { shelf: "one", name },
    state: {},
  });

  test("stays in the state where it was", async () => {
    const warehouse = new Warehouse(bob, eve);
    const { lifecycle, told } = offline();
    const resource = together(warehouse, new Error("not today"));
    await expect(lifecycle.update(resource, withEve)).rejects.toThrow("not today");
    await expect(lifecycle.delete(resource, old("eve"))).rejects.toThrow("its new declaration failed");
    // The state that stays declares this one.
    await lifecycle.delete(resource, old("dora"));
    expect(warehouse.asked).toEqual(["get one/bob"]);
    expect(told).toHaveLength(1);
  });

  test("leaves it where the state has what the update reached", async () => {
    const warehouse = new Warehouse(bob, eve);
    const { lifecycle, told } = offline();
    const resource = together(warehouse, new PartialFailureError(bob, new Error("not quite")));
    await expect(lifecycle.update(resource, withEve)).rejects.toThrow("not quite");
    await lifecycle.delete(resource, old("eve"));
    expect(warehouse.asked).toEqual(["get one/bob"]);
    expect(told).toHaveLength(1);
  });
});

test("a delete uses the API that it is given", async () => {
  const used: unknown[] = [];
  const watched: AnyResource = {
    ...thingIn(new Warehouse()),
    read: (context) => {
      used.push(context.api);
      return Promise.resolve(undefined);
    },
  };
  const { lifecycle, api } = offline();
  const other = nobody();
  await lifecycle.delete(watched, gone);
  await lifecycle.delete(watched, gone, other);
  expect(used[0]).toBe(api);
  expect(used[1]).toBe(other);
});

test("a delete passes on no advice of a look, which a refresh would give", async () => {
  const warehouse = new Warehouse(bob);
  const advising: AnyResource = {
    ...thingIn(warehouse),
    read: ({ warn }, id) => {
      warn("Declare another name.");
      return Promise.resolve(warehouse.get(id));
    },
  };
  const { lifecycle, told } = offline();
  await lifecycle.delete(advising, gone);
  expect(warehouse.asked).toEqual(["get one/bob", "remove one/bob"]);
  expect(told).toEqual([]);
});
