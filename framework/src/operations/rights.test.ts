import type { AnyClient } from "../client";
import { UserError } from "../errors";
import { MissingRightError, type Operation, type Permissions } from "../permissions";
import { anotherKey } from "../modules";
import { defineResourceFor } from "../definition";
import type { AnyResource } from "../resource";
import * as operations from ".";
import { offline, silentClient, service } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import { unknownValue } from "../values";

const urn = urnOf("bob");
const { id, ...outputs } = bob;
const changedBob = {
  urn,
  id,
  declared: { ...declaredBob, note: "n" },
  priorInputs: declaredBob,
  state: outputs,
  ignore: [],
};

/** A run for a user with other rights. */
function runWith(
  permissions: Partial<Permissions<AnyClient>>,
  previewsOnly = false,
  warnings: string[] = [],
): operations.Run {
  const all: Permissions<AnyClient> = {
    authorize: () => Promise.resolve(),
    explain: (_, error) => Promise.resolve(error),
    ...permissions,
  };
  const host = {
    log: (_level: string, _urn: string, text: string) => warnings.push(text),
    toImport: () => "",
    previewsOnly,
  };
  return new operations.Run({ ...service, permissions: all }, silentClient(), host);
}

/** Refuses every operation, and remembers them. */
function refuse(checks: unknown[] = []): Partial<Permissions<AnyClient>> {
  return {
    authorize: (_, { verb, values, id }: Operation) => {
      checks.push({ verb, values, id });
      return Promise.reject(new MissingRightError("Bob is a guest."));
    },
  };
}

const hint = "Bob is a guest. To preview changes that another API key will apply, set ACME_PREVIEW_ONLY=1.";

test("a creation requires its right at preview and before the first write", async () => {
  const warehouse = new Warehouse();
  const checks: unknown[] = [];
  const run = runWith(refuse(checks));
  await expect(operations.previewCreate(run, thingIn(warehouse), { urn, declared: declaredBob })).rejects.toThrow(hint);
  await expect(operations.create(run, thingIn(warehouse), { urn, declared: declaredBob })).rejects.toThrow(
    /: Bob is a guest\.$/,
  );
  expect(warehouse.requests).toEqual(["get one/bob", "get one/bob"]);
  const operation = { verb: "create", values: declaredBob, id: undefined };
  expect(checks).toEqual([operation, operation]);
});

test("an update requires its right at preview and before the first write", async () => {
  const warehouse = new Warehouse(bob);
  const checks: unknown[] = [];
  const run = runWith(refuse(checks));
  await expect(operations.previewUpdate(run, thingIn(warehouse), changedBob)).rejects.toThrow(hint);
  await expect(operations.update(run, thingIn(warehouse), changedBob)).rejects.toThrow(/: Bob is a guest\.$/);
  expect(warehouse.requests).toEqual(["get one/bob", "get one/bob"]);
  expect(checks).toMatchObject([
    { verb: "update", values: outputs, id },
    { verb: "update", values: bob, id },
  ]);
});

test("a change of the state alone requires no right", async () => {
  const warehouse = new Warehouse({ ...bob, note: "n" });
  const run = runWith(refuse());
  await expect(operations.previewUpdate(run, thingIn(warehouse), changedBob)).resolves.toMatchObject({ note: "n" });
  const quick = { ...changedBob, declared: { ...declaredBob, mode: "quick" } };
  await expect(operations.previewUpdate(run, thingIn(warehouse), quick)).resolves.toMatchObject({ mode: "quick" });
  await expect(operations.update(run, thingIn(new Warehouse(bob)), quick)).resolves.toMatchObject({ id });
});

test("a preview asks for no right and reads nothing if only a property of the provider changes", async () => {
  const warehouse = new Warehouse(bob);
  const checks: unknown[] = [];
  const quick = { ...changedBob, declared: { ...declaredBob, mode: "quick" } };
  await operations.previewUpdate(runWith(refuse(checks)), thingIn(warehouse), quick);
  expect(checks).toEqual([]);
  expect(warehouse.requests).toEqual([]);
});

test("an unknown value requires no right yet, because it may equal the observed one", async () => {
  const unknown = { ...changedBob, declared: { ...declaredBob, note: unknownValue } };
  await expect(
    operations.previewUpdate(runWith(refuse()), thingIn(new Warehouse(bob)), unknown),
  ).resolves.toMatchObject({
    note: unknownValue,
  });
});

test("a preview for another key requires no right, and tells the resource", async () => {
  const answers: unknown[] = [];
  const resource = defineResourceFor<AnyClient>()({
    ...thingIn(new Warehouse(bob)),
    uses: [anotherKey],
    plan: ({ forAnotherKey }) => {
      answers.push(forAnotherKey);
      return Promise.resolve(undefined);
    },
  });
  const run = runWith(refuse(), true);
  await expect(operations.previewUpdate(run, resource, changedBob)).resolves.toMatchObject({ note: "n" });
  await expect(operations.update(run, resource, changedBob)).rejects.toThrow("Bob is a guest.");
  await expect(operations.update(runWith({}, true), resource, changedBob)).resolves.toMatchObject({ id });
  await expect(operations.previewUpdate(runWith({}), resource, changedBob)).resolves.toMatchObject({ note: "n" });
  await operations.previewUpdate(offline().run, resource, changedBob);
  expect(answers).toEqual([true, false, false, false]);
});

test("another refusal of the rights has no hint, and reads nothing", async () => {
  const warehouse = new Warehouse({ ...bob, note: "n" });
  const permissions = { authorize: () => Promise.reject(new UserError("The key is bound elsewhere.")) };
  await expect(operations.previewUpdate(runWith(permissions), thingIn(warehouse), changedBob)).rejects.toThrow(
    /: The key is bound elsewhere\.$/,
  );
  expect(warehouse.requests).toEqual([]);
});

test("a deletion asks for its right when the resource does", async () => {
  const warehouse = new Warehouse(bob);
  const checks: unknown[] = [];
  const careful: AnyResource = {
    ...thingIn(warehouse),
    delete: async (_, { id }, { authorize }) => {
      await authorize();
      warehouse.remove(id);
    },
  };
  await expect(
    operations.delete(runWith(refuse(checks)), careful, { urn, id, priorInputs: declaredBob, state: outputs }),
  ).rejects.toThrow("Thing one/bob could not be deleted: Bob is a guest.");
  expect(warehouse.requests).toEqual(["get one/bob"]);
  expect(checks).toEqual([{ verb: "delete", values: bob, id }]);
});

test("a deletion is no preview for another key", async () => {
  const answers: unknown[] = [];
  const warehouse = new Warehouse(bob);
  const resource = defineResourceFor<AnyClient>()({
    ...thingIn(warehouse),
    uses: [anotherKey],
    delete: ({ forAnotherKey }, { id }) => {
      answers.push(forAnotherKey);
      warehouse.remove(id);
      return Promise.resolve();
    },
  });
  await operations.delete(runWith({}, true), resource, { urn, id, priorInputs: declaredBob, state: outputs });
  expect(answers).toEqual([false]);
});

test("the read that finds a change of the state alone knows the update, and its warnings are dropped", async () => {
  const reads: unknown[] = [];
  const warnings: string[] = [];
  const resource: AnyResource = {
    ...thingIn(new Warehouse()),
    read: ({ api, warn }, id, prior) => {
      reads.push(api.name, id, prior);
      warn("Declare another name.");
      return Promise.resolve({ ...bob, note: "n" });
    },
  };
  const run = runWith(refuse(), false, warnings);
  await expect(operations.previewUpdate(run, resource, changedBob)).resolves.toMatchObject({ note: "n" });
  const { declared, priorInputs, state } = changedBob;
  expect(reads).toEqual([run.api.name, id, { state, inputs: declared, priorInputs }]);
  expect(warnings).toEqual([]);
});

test("an error of the API is explained by the user's rights, if they explain it", async () => {
  const resource: AnyResource = { ...thingIn(new Warehouse()), read: () => Promise.reject(new Error("Acme: 403.")) };
  const object = { urn, id, declared: declaredBob, state: outputs };
  const checks: unknown[] = [];
  const explaining = {
    explain: (_: AnyClient, error: unknown, { verb, values, id }: Operation) => {
      checks.push({ verb, values, id });
      return Promise.resolve(new UserError(`Bob is a guest. ${error instanceof Error ? error.message : ""}`));
    },
  };
  await expect(operations.read(runWith(explaining), resource, object)).rejects.toThrow(
    "Thing one/bob could not be read: Bob is a guest. Acme: 403.",
  );
  await expect(
    operations.read(runWith(explaining), resource, { ...object, declared: { shelf: "one" } }),
  ).rejects.toThrow("Bob is a guest.");
  expect(checks).toEqual([
    { verb: "read", values: declaredBob, id },
    { verb: "read", values: {}, id },
  ]);
  const silent = { explain: () => Promise.reject(new Error("no line")) };
  await expect(operations.read(runWith(silent), resource, object)).rejects.toThrow(
    "Thing one/bob could not be read: Acme: 403.",
  );
});
