import type { AnyClient } from "../client";
import { UserError } from "../errors";
import { MissingRightError, type Operation, type Permissions } from "../permissions";
import type { AnyResource } from "../resource";
import { Lifecycle } from "./lifecycle";
import { nobody, service } from "../testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../testing/thing";
import { unknownValue } from "../values";

const urn = urnOf("bob");
const { id, ...outputs } = bob;
const noted = {
  urn,
  id,
  declared: { ...declaredBob, note: "n" },
  priorInputs: declaredBob,
  state: outputs,
  ignore: [],
};

/** A lifecycle for a user with other rights. */
function lifecycleWith(permissions: Partial<Permissions<AnyClient>>, previewsOnly = false): Lifecycle {
  const all: Permissions<AnyClient> = {
    authorize: () => Promise.resolve(),
    explain: (_, error) => Promise.resolve(error),
    ...permissions,
  };
  const host = { warn: () => undefined, toImport: () => "", previewsOnly };
  return new Lifecycle({ ...service, permissions: all }, nobody(), host);
}

/** Refuses every operation, and remembers them. */
function refuse(asked: unknown[] = []): Partial<Permissions<AnyClient>> {
  return {
    authorize: (_, { verb, values, id }: Operation) => {
      asked.push({ verb, values, id });
      return Promise.reject(new MissingRightError("Bob is a guest."));
    },
  };
}

const hint = "Bob is a guest. To preview changes that another API key will apply, set ACME_PREVIEW_ONLY=1.";

test("a creation requires its right at preview and before the first write", async () => {
  const warehouse = new Warehouse();
  const asked: unknown[] = [];
  const lifecycle = lifecycleWith(refuse(asked));
  await expect(lifecycle.previewCreate(thingIn(warehouse), { urn, declared: declaredBob })).rejects.toThrow(hint);
  await expect(lifecycle.create(thingIn(warehouse), { urn, declared: declaredBob })).rejects.toThrow(
    /: Bob is a guest\.$/,
  );
  expect(warehouse.asked).toEqual(["get one/bob", "get one/bob"]);
  const operation = { verb: "create", values: declaredBob, id: undefined };
  expect(asked).toEqual([operation, operation]);
});

test("an update requires its right at preview and before the first write", async () => {
  const warehouse = new Warehouse(bob);
  const asked: unknown[] = [];
  const lifecycle = lifecycleWith(refuse(asked));
  await expect(lifecycle.previewUpdate(thingIn(warehouse), noted)).rejects.toThrow(hint);
  await expect(lifecycle.update(thingIn(warehouse), noted)).rejects.toThrow(/: Bob is a guest\.$/);
  expect(warehouse.asked).toEqual(["get one/bob", "get one/bob"]);
  expect(asked).toMatchObject([
    { verb: "update", values: outputs, id },
    { verb: "update", values: bob, id },
  ]);
});

test("a change of the state alone requires no right", async () => {
  const warehouse = new Warehouse({ ...bob, note: "n" });
  const lifecycle = lifecycleWith(refuse());
  await expect(lifecycle.previewUpdate(thingIn(warehouse), noted)).resolves.toMatchObject({ note: "n" });
  const quick = { ...noted, declared: { ...declaredBob, mode: "quick" } };
  await expect(lifecycle.previewUpdate(thingIn(warehouse), quick)).resolves.toMatchObject({ mode: "quick" });
  await expect(lifecycle.update(thingIn(new Warehouse(bob)), quick)).resolves.toMatchObject({ id });
});

test("an unknown value requires no right yet, because it may equal the observed one", async () => {
  const unknown = { ...noted, declared: { ...declaredBob, note: unknownValue } };
  await expect(lifecycleWith(refuse()).previewUpdate(thingIn(new Warehouse(bob)), unknown)).resolves.toMatchObject({
    note: unknownValue,
  });
});

test("a preview for another key requires no right, and tells the resource", async () => {
  const told: unknown[] = [];
  const resource: AnyResource = {
    ...thingIn(new Warehouse(bob)),
    plan: ({ forAnotherKey }) => {
      told.push(forAnotherKey);
      return Promise.resolve(undefined);
    },
  };
  const lifecycle = lifecycleWith(refuse(), true);
  await expect(lifecycle.previewUpdate(resource, noted)).resolves.toMatchObject({ note: "n" });
  await expect(lifecycle.update(resource, noted)).rejects.toThrow("Bob is a guest.");
  await expect(lifecycleWith({}, true).update(resource, noted)).resolves.toMatchObject({ id });
  await expect(lifecycleWith({}).previewUpdate(resource, noted)).resolves.toMatchObject({ note: "n" });
  expect(told).toEqual([true, false, false]);
});

test("another refusal of the rights has no hint", async () => {
  const permissions = { authorize: () => Promise.reject(new UserError("The key is bound elsewhere.")) };
  await expect(lifecycleWith(permissions).previewUpdate(thingIn(new Warehouse(bob)), noted)).rejects.toThrow(
    /: The key is bound elsewhere\.$/,
  );
});

test("a deletion asks for its right when the resource does", async () => {
  const warehouse = new Warehouse(bob);
  const asked: unknown[] = [];
  const careful: AnyResource = {
    ...thingIn(warehouse),
    delete: async (_, { id }, { authorize }) => {
      await authorize();
      warehouse.remove(id);
    },
  };
  await expect(
    lifecycleWith(refuse(asked)).delete(careful, { urn, id, priorInputs: declaredBob, state: outputs }),
  ).rejects.toThrow("Thing one/bob could not be deleted: Bob is a guest.");
  expect(warehouse.asked).toEqual(["get one/bob"]);
  expect(asked).toEqual([{ verb: "delete", values: bob, id }]);
});

test("an error of the API is explained by the user's rights, if they explain it", async () => {
  const resource: AnyResource = { ...thingIn(new Warehouse()), read: () => Promise.reject(new Error("Acme: 403.")) };
  const object = { urn, id, declared: declaredBob, state: outputs };
  const asked: unknown[] = [];
  const explaining = {
    explain: (_: AnyClient, error: unknown, { verb, values, id }: Operation) => {
      asked.push({ verb, values, id });
      return Promise.resolve(new UserError(`Bob is a guest. ${error instanceof Error ? error.message : ""}`));
    },
  };
  await expect(lifecycleWith(explaining).read(resource, object)).rejects.toThrow(
    "Thing one/bob could not be read: Bob is a guest. Acme: 403.",
  );
  await expect(lifecycleWith(explaining).read(resource, { ...object, declared: { shelf: "one" } })).rejects.toThrow(
    "Bob is a guest.",
  );
  expect(asked).toEqual([
    { verb: "read", values: declaredBob, id },
    { verb: "read", values: {}, id },
  ]);
  const silent = { explain: () => Promise.reject(new Error("no line")) };
  await expect(lifecycleWith(silent).read(resource, object)).rejects.toThrow(
    "Thing one/bob could not be read: Acme: 403.",
  );
});
