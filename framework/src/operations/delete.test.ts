import * as operations from ".";
import * as z from "zod";
import type { AnyClient } from "../client";
import { PartialFailureError } from "../errors";
import { ApiError, NotFoundError } from "../request";
import type { AnyResource } from "../resource";
import { createLocalLedger } from "../ownership";
import { silentClient, offline, service } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import { isRecord } from "../values";

const urn = urnOf("old");
const { id, ...outputs } = bob;
const gone = { urn, id, priorInputs: declaredBob, state: outputs };

const circumstances = { method: "GET", path: "/things/bob", status: 404, requestId: null, isAmbiguous: false };
const invisible = new NotFoundError("There is no such thing.", circumstances);
const deletedHere = new NotFoundError("There is no such thing.", circumstances, true);

test("a delete reads and removes, with the prior state and inputs", async () => {
  const warehouse = new Warehouse(bob);
  const known: unknown[] = [];
  const thing = thingIn(warehouse);
  const curious: AnyResource = {
    ...thing,
    read: (_, id, prior) => {
      known.push(prior);
      return Promise.resolve(warehouse.get(id));
    },
    delete: (_, { id }, prior) => {
      known.push(prior);
      warehouse.remove(id);
      return Promise.resolve();
    },
  };
  const { run, warnings } = offline();
  await operations.delete(run, curious, gone);
  expect(warehouse.requests).toEqual(["get one/bob", "remove one/bob", "get one/bob"]);
  expect(known).toMatchObject(Array(3).fill({ state: outputs, inputs: declaredBob }));
  expect(warnings).toEqual([]);
});

test("a delete of a missing object succeeds", async () => {
  const warehouse = new Warehouse();
  const { run, warnings } = offline();
  await operations.delete(run, thingIn(warehouse), gone);
  expect(warehouse.requests).toEqual(["get one/bob"]);
  expect(warnings).toEqual([]);
});

describe.each(["read", "delete"] as const)("an object that is invisible at the %s", (verb) => {
  test("does not count as deleted, and the error has the remedy", async () => {
    const failing: AnyResource = { ...thingIn(new Warehouse(bob)), [verb]: () => Promise.reject(invisible) };
    await expect(operations.delete(offline().run, failing, gone)).rejects.toThrow(
      "Thing one/bob could not be deleted: Acme returned 404: the Thing was deleted, or this API key cannot see it. " +
        "If the Thing still exists, accept any pending invitation of this API key's user, or use an API key that can see it. " +
        `If the Thing was deleted, run \`pulumi state delete --force --target-dependents '${urn}'\`. (GET /things/bob, HTTP 404)`,
    );
  });

  test("counts as deleted if this process deleted it", async () => {
    const { run, warnings } = offline();
    await operations.delete(run, { ...thingIn(new Warehouse(bob)), [verb]: () => Promise.reject(deletedHere) }, gone);
    expect(warnings).toEqual([]);
  });
});

test("a part whose parent is invisible names the commands for the parent and for the part", async () => {
  const shelf: AnyResource = { ...thingIn(new Warehouse()), token: "test:index:Shelf" };
  const part: AnyResource = {
    ...thingIn(new Warehouse(bob)),
    parent: { resource: shelf, id: "shelf" },
    read: () => Promise.reject(new NotFoundError("There is no such thing.", { ...circumstances, status: 200 })),
  };
  await expect(operations.delete(offline().run, part, gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: the Shelf was deleted, or this API key cannot see it. " +
      "If the Shelf still exists, accept any pending invitation of this API key's user, or use an API key that can see it. " +
      "If the Shelf was deleted, run `pulumi state delete --force --target-dependents URN` with the URN of the Shelf, " +
      "which `pulumi stack --show-urns` shows. If the state does not contain the Shelf, " +
      `run \`pulumi state delete --force --target-dependents '${urn}'\` instead. (GET /things/bob, HTTP 200)`,
  );
});

test("nothing is deleted if the providers of a program cannot share their declarations", async () => {
  const warehouse = new Warehouse(bob);
  const ledger = { ...createLocalLedger(), explainFailure: () => "the folder is unusable" };
  const run = new operations.Run(service, silentClient(), { log: () => undefined, toImport: () => "" }, ledger);
  await expect(operations.delete(run, thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: the provider cannot find out what this program still declares, because the folder is unusable.",
  );
  expect(warehouse.requests).toEqual([]);
});

describe("an object that is still there after its deletion was accepted", () => {
  const write = { method: "DELETE", path: "/things/bob", status: 200, requestId: "r-1", isAmbiguous: false };
  let report: ((accepted: typeof write) => void) | undefined;
  const api: AnyClient = {
    name: "Acme API",
    with: (options) => {
      report = options.report;
      return api;
    },
  };
  const unchanged = (warehouse: Warehouse) => ({
    ...thingIn(warehouse),
    delete: () => {
      report?.(write);
      return Promise.resolve();
    },
  });

  test("fails the delete, which names the object and the request", async () => {
    await expect(operations.delete(offline().run, unchanged(new Warehouse(bob)), gone, api)).rejects.toThrow(
      "Thing one/bob could not be deleted: Acme accepted the request but did not apply it as requested: one/bob still exists. " +
        "It stays in the state. Run the command again. If it fails again, send this message to Acme's support. (DELETE /things/bob, HTTP 200, request r-1)",
    );
  });

  test("may stay if the resource says so, or always exists", async () => {
    const resource = unchanged(new Warehouse(bob));
    const withoutCreate: AnyResource = { ...resource };
    Reflect.deleteProperty(withoutCreate, "create");
    for (const one of [{ ...resource, mayOutliveDeletion: true as const }, withoutCreate])
      await operations.delete(offline().run, one, gone, api);
  });

  test("fails the delete if the object cannot be read again", async () => {
    const warehouse = new Warehouse(bob);
    const unreachable = new ApiError("Acme does not respond.", { ...circumstances, status: 503 });
    let reads = 0;
    const failing: AnyResource = {
      ...thingIn(warehouse),
      read: (_, id) => (reads++ === 0 ? Promise.resolve(warehouse.get(id)) : Promise.reject(unreachable)),
    };
    await expect(operations.delete(offline().run, failing, gone)).rejects.toThrow(
      "Thing one/bob could not be deleted: Acme accepted the deletion of one/bob, but the provider could not check if the object is gone: " +
        "Acme does not respond. (GET /things/bob, HTTP 503) Run the command again.",
    );
  });

  test("counts as deleted if this process cannot find it any longer", async () => {
    const warehouse = new Warehouse(bob);
    let reads = 0;
    const missing: AnyResource = {
      ...thingIn(warehouse),
      read: (_, id) => (reads++ === 0 ? Promise.resolve(warehouse.get(id)) : Promise.reject(deletedHere)),
    };
    await operations.delete(offline().run, missing, gone);
    expect(warehouse.requests).toEqual(["get one/bob", "remove one/bob"]);
  });
});

test("a failed delete reports the reason", async () => {
  const failing: AnyResource = { ...thingIn(new Warehouse(bob)), delete: () => Promise.reject(new Error("no line")) };
  await expect(operations.delete(offline().run, failing, gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: no line",
  );
});

describe("an object that is still declared", () => {
  const declaredElsewhere = { urn: urnOf("new"), declared: { shelf: "one", name: "BOB" } };

  test("stays, with a warning", async () => {
    const warehouse = new Warehouse(bob);
    const { run, warnings } = offline();
    operations.check(run, thingIn(warehouse), declaredElsewhere, undefined);
    await operations.delete(run, thingIn(warehouse), gone);
    expect(warehouse.requests).toEqual([]);
    expect(warnings).toEqual([
      "old: Thing one/bob is still declared, so the provider deletes nothing in Acme. Pulumi only removes the old entry from the state.",
    ]);
  });

  test("stays after a create too", async () => {
    const warehouse = new Warehouse(bob);
    const { run } = offline();
    await operations.create(run, thingIn(warehouse), declaredElsewhere);
    await operations.delete(run, thingIn(warehouse), gone);
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("is identified by its state if the inputs do not identify it", async () => {
    const warehouse = new Warehouse(bob);
    const { run } = offline();
    operations.check(run, thingIn(warehouse), declaredElsewhere, undefined);
    await operations.delete(run, thingIn(warehouse), { ...gone, priorInputs: {} });
    expect(warehouse.requests).toEqual([]);
  });

  test("is identified by its inputs before its state", async () => {
    const warehouse = new Warehouse(bob);
    const { run } = offline();
    operations.check(run, thingIn(warehouse), declaredElsewhere, undefined);
    await operations.delete(run, thingIn(warehouse), { ...gone, state: { ...outputs, name: "eve" } });
    expect(warehouse.requests).toEqual([]);
  });

  test("needs a known key", async () => {
    const warehouse = new Warehouse(bob);
    const { run } = offline();
    operations.check(run, thingIn(warehouse), declaredElsewhere, undefined);
    await operations.delete(run, thingIn(warehouse), { ...gone, priorInputs: {}, state: {} });
    expect(warehouse.requests).toEqual(["get one/bob", "remove one/bob", "get one/bob"]);
  });
});

test("an old entry stays in the state if an unreadable entry may declare the same object", async () => {
  const warehouse = new Warehouse(bob);
  const { run } = offline();
  const failing: AnyResource = { ...thingIn(warehouse), read: () => Promise.reject(new Error("no line")) };
  const eve = { urn: urnOf("eve"), id: "one/eve", declared: { shelf: "one", name: "eve" }, state: {} };
  await expect(operations.read(run, failing, eve)).rejects.toThrow("no line");
  await expect(operations.delete(run, thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: another resource may declare this object but could not be read, so the provider did not delete the object. Correct the error of the other resource, and run the command again.",
  );
  expect(warehouse.requests).toEqual([]);
});

test("the old entry stays in the state if the object's new resource failed", async () => {
  const warehouse = new Warehouse(bob);
  const refusing: AnyResource = { ...thingIn(warehouse), findExisting: () => Promise.reject(new Error("not today")) };
  const { run } = offline();
  await expect(operations.create(run, refusing, { urn: urnOf("new"), declared: declaredBob })).rejects.toThrow(
    "not today",
  );
  await expect(operations.delete(run, thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: a resource that declares this object failed in this run, so the provider did not delete the object. Correct the error of that resource, and run the command again.",
  );
  expect(warehouse.requests).toEqual([]);
});

test.each([
  ["could not be created", { findExisting: () => Promise.reject(new Error("not today")) }],
  ["is invalid", { inputs: thingIn(new Warehouse()).inputs.extend({ note: z.string() }) }],
])("nothing is deleted after another resource %s, because Pulumi skips those that depend on it", async (_, failing) => {
  const warehouse = new Warehouse(bob);
  const { run } = offline();
  const eve = { urn: urnOf("eve"), declared: { shelf: "one", name: "eve" } };
  await expect(operations.create(run, { ...thingIn(warehouse), ...failing }, eve)).rejects.toThrow("Thing one/eve");
  await expect(operations.delete(run, thingIn(warehouse), gone)).rejects.toThrow(
    "Thing one/bob could not be deleted: another resource failed in this run, and Pulumi skips the resources that depend on it. " +
      "The provider therefore does not know what the program still declares, and did not delete the object. " +
      "Correct the error of the other resource, and run the command again.",
  );
  expect(warehouse.requests).toEqual([]);
});

describe("an object that a failed update adds", () => {
  /** Things whose parts have keys too. */
  const together = (warehouse: Warehouse, failure?: Error): AnyResource => ({
    ...thingIn(warehouse),
    ownership: {
      sharedKey: ({ name }) => ({ collection: "things", name: String(name), path: [] }),
      otherKeys: ({ parts }) => ({
        items: Object.keys(isRecord(parts) ? parts : {}).map((name) => ({ collection: "things", name, path: [] })),
      }),
    },
    ...(failure && { update: () => Promise.reject(failure) }),
  });
  const eve = { ...bob, id: "one/eve", name: "eve" };
  const priorInputs = { ...declaredBob, parts: { dora: 1 } };
  const withEve = {
    urn: urnOf("bob"),
    id: bob.id,
    declared: { ...declaredBob, parts: { dora: 1, eve: 1 } },
    priorInputs,
    state: { ...outputs, parts: { dora: 1 } },
    ignore: [],
  };
  const old = (name: string) => ({
    urn: urnOf(name),
    id: "one/eve",
    priorInputs: { shelf: "one", name },
    state: {},
  });

  test("stays in the state under its old entry", async () => {
    const warehouse = new Warehouse(bob, eve);
    const { run, warnings } = offline();
    const resource = together(warehouse, new Error("not today"));
    await expect(operations.update(run, resource, withEve)).rejects.toThrow("not today");
    await expect(operations.delete(run, resource, old("eve"))).rejects.toThrow(
      "a resource that declares this object failed",
    );
    // The prior inputs of bob contain dora.
    await operations.delete(run, resource, old("dora"));
    expect(warehouse.requests).toEqual(["get one/bob"]);
    expect(warnings).toHaveLength(1);
  });

  test("leaves its old entry if the state records the partial update", async () => {
    const warehouse = new Warehouse(bob, eve);
    const { run, warnings } = offline();
    const resource = together(warehouse, new PartialFailureError(bob, new Error("not quite")));
    await expect(operations.update(run, resource, withEve)).rejects.toThrow("not quite");
    await operations.delete(run, resource, old("eve"));
    expect(warehouse.requests).toEqual(["get one/bob"]);
    expect(warnings).toHaveLength(1);
  });
});

test("a delete uses the given API", async () => {
  const used: unknown[] = [];
  const watched: AnyResource = {
    ...thingIn(new Warehouse()),
    read: (context) => {
      used.push(context.api);
      return Promise.resolve(undefined);
    },
  };
  const { run, api } = offline();
  const other = silentClient();
  await operations.delete(run, watched, gone);
  await operations.delete(run, watched, gone, other);
  expect(used[0]).toBe(api);
  expect(used[1]).toBe(other);
});

test("a delete drops the warnings of its read", async () => {
  const warehouse = new Warehouse(bob);
  const advising: AnyResource = {
    ...thingIn(warehouse),
    read: ({ warn }, id) => {
      warn("Declare another name.");
      return Promise.resolve(warehouse.get(id));
    },
  };
  const { run, warnings } = offline();
  await operations.delete(run, advising, gone);
  expect(warehouse.requests).toEqual(["get one/bob", "remove one/bob", "get one/bob"]);
  expect(warnings).toEqual([]);
});

describe("a part that the engine deletes before it creates the new one", () => {
  const parent: AnyResource = {
    ...thingIn(new Warehouse()),
    token: "test:index:Shelf",
    parts: { deletionOptions: () => ({ retain: false, force: false }) },
  };
  const urn = urnOf("bob");

  /** Checks and compares the part, which belongs to a parent that this operation has not seen. */
  function begin() {
    const warehouse = new Warehouse(bob);
    const part: AnyResource = { ...thingIn(warehouse), parent: { resource: parent, id: "shelf" } };
    const { run } = offline();
    const priorInputs = { ...declaredBob, __parent: { id: "one", deletion: "undeclared" } };
    const remove = () => operations.delete(run, part, { urn, id: "one/bob", priorInputs, state: outputs });
    const compare = (declared: Record<string, unknown>) =>
      operations.diff(run, part, { urn, id: "one/bob", declared, priorInputs, state: outputs, ignore: [] });
    return { warehouse, part, run, priorInputs, remove, compare };
  }

  test("is not deleted", async () => {
    const { warehouse, part, run, priorInputs, remove, compare } = begin();
    const declared = { ...declaredBob, name: "eve" };
    operations.check(run, part, { urn, declared }, priorInputs);
    await compare(declared);
    await expect(remove()).rejects.toThrow("Remove the option `deleteBeforeReplace`, and run the command again.");
    expect(warehouse.requests).toEqual([]);
  });

  test("is deleted if it only leaves the program, or if another entry has its URN", async () => {
    const { warehouse, part, run, priorInputs, remove, compare } = begin();
    operations.check(run, part, { urn, declared: declaredBob }, priorInputs);
    await compare(declaredBob);
    await operations.delete(run, part, {
      urn,
      id: "two/eve",
      priorInputs: { ...priorInputs, shelf: "one", name: "old" },
      state: { ...outputs, name: "old" },
    });
    await begin().remove();
    expect(warehouse.ids()).toEqual(["one/bob"]);
    await expect(remove()).resolves.toBeUndefined();
  });
});

test.each<[string, Partial<AnyResource>]>([
  ["is no part", {}],
  [
    "is a part without a key",
    {
      identity: "id",
      parent: {
        resource: { ...thingIn(new Warehouse()), parts: { deletionOptions: () => ({ retain: true, force: false }) } },
        id: "shelf",
      },
    },
  ],
])("an object that the engine deletes before it creates the new one is deleted if it %s", async (_, more) => {
  const warehouse = new Warehouse(bob);
  const resource: AnyResource = { ...thingIn(warehouse), ...more };
  const { run } = offline();
  const urn = urnOf("bob");
  const priorInputs = { ...declaredBob, __parent: { id: "one", deletion: "undeclared" } };
  const declared = { ...declaredBob, name: "eve" };
  operations.check(run, resource, { urn, declared }, priorInputs);
  await operations.diff(run, resource, { urn, id, declared, priorInputs, state: outputs, ignore: [] });
  await operations.delete(run, resource, { urn, id, priorInputs, state: outputs });
  expect(warehouse.ids()).toEqual([]);
});
