import { NotFound } from "../api";
import type { AnyResource } from "./resource";
import { nobody, offline } from "./testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "./testing/thing";

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
  expect(known).toEqual([
    { state: outputs, declared: declaredBob },
    { state: outputs, declared: declaredBob },
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
      "old: Thing one/bob is still declared: its entry leaves the state, and nothing is deleted in Peridio.",
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

test("the old entry of what could not be created anew stays in the state", async () => {
  const warehouse = new Warehouse(bob);
  const refusing: AnyResource = { ...thingIn(warehouse), adopt: () => Promise.reject(new Error("not today")) };
  const { lifecycle } = offline();
  await expect(lifecycle.create(refusing, { urn: urnOf("new"), declared: declaredBob })).rejects.toThrow("not today");
  await expect(lifecycle.delete(thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: its new declaration failed, so the old entry stays in the state.",
  );
  expect(warehouse.asked).toEqual([]);
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
