import * as operations from ".";
import * as z from "zod";
import type { AnyClient } from "../client";
import type { AnyResource } from "../resource";
import { silentClient, offline } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import { unknownValue } from "../values";

const urn = urnOf("bob");
const { id, ...outputs } = bob;
const entry = { urn, id, priorInputs: declaredBob, state: outputs };

/** An API without this feature. */
function apiWithout(missing: string): AnyClient {
  const client: AnyClient = {
    ...silentClient(),
    explainUnsupported: (feature) =>
      feature === missing ? { reason: `Acme has no ${missing}: leave it out` } : undefined,
    with: () => client,
  };
  return client;
}

const withFeature = (more: Partial<AnyResource>, warehouse = new Warehouse(bob)): AnyResource => ({
  ...thingIn(warehouse),
  ...more,
});
const onState =
  `Acme has no things: leave it out. To remove the resource from the state only, run \`pulumi state delete --force '${urn}'\`. ` +
  "This changes nothing in Acme.";

test("an entry of an unsupported resource is neither read nor deleted, and the error names the command", async () => {
  const warehouse = new Warehouse(bob);
  const { run } = offline(apiWithout("things"));
  const resource = withFeature({ requires: "things" }, warehouse);
  await expect(operations.read(run, resource, { ...entry, declared: declaredBob })).rejects.toThrow(
    `Thing one/bob could not be read: ${onState}`,
  );
  await expect(operations.delete(run, resource, entry)).rejects.toThrow(
    `Thing one/bob could not be deleted: ${onState}`,
  );
  const parts = { deletionRequires: "things", deletionOptions: () => ({ retain: false, force: false }) };
  await expect(operations.delete(run, withFeature({ parts }, warehouse), entry)).rejects.toThrow(onState);
  expect(warehouse.requests).toEqual([]);
});

test("the check of an unsupported resource explains how to remove it from the state only if it is there", () => {
  const { run } = offline(apiWithout("things"));
  const resource = withFeature({ requires: "things" });
  const reasonAfter = (priorInputs?: Record<string, unknown>) =>
    operations.check(run, resource, { urn, declared: declaredBob }, priorInputs).failures.map(({ reason }) => reason);
  expect(reasonAfter()).toEqual(["Acme has no things: leave it out"]);
  expect(reasonAfter(declaredBob)).toEqual([onState.slice(0, -1)]);
});

test("an unsupported resource can be neither imported nor listed", async () => {
  const { run } = offline(apiWithout("things"));
  const resource = withFeature({ requires: "things" });
  const reason = "Acme has no things: leave it out.";
  await expect(operations.read(run, resource, { urn, id, declared: {}, state: {} })).rejects.toThrow(
    new RegExp(`: ${reason}$`),
  );
  expect(() => operations.list(run, resource, {})).toThrow(`Thing cannot be listed: ${reason}`);
});

test("a resource without `list` cannot be listed", () => {
  const resource = thingIn(new Warehouse());
  delete resource.list;
  expect(() => operations.list(offline().run, resource, {})).toThrow("Thing has no list. Import the object by its id.");
});

test("a resource without a query lists without one", async () => {
  const resource: AnyResource = {
    token: "test:index:Plain",
    description: "A thing of which there is one.",
    inputs: z.object({}),
    outputs: z.object({}),
    identity: "id",
    read: (_, id) => Promise.resolve({ id }),
    update: (_, _desired, observed) => Promise.resolve(observed),
    delete: () => Promise.resolve(),
    list: async function* () {
      yield await Promise.resolve({ id: "plain", name: "plain" });
    },
  };
  const listed: unknown[] = [];
  for await (const object of operations.list(offline().run, resource, {})) listed.push(object);
  expect(listed).toEqual([{ id: "plain", name: "plain" }]);
  expect(() => operations.list(offline().run, resource, { shelf: "one" })).toThrow(
    "shelf: is not a property of a list of Plain",
  );
});

describe("a property whose change the API does not support", () => {
  const thing = thingIn(new Warehouse());
  const { note } = thing.inputs.shape;
  const inputs = thing.inputs.extend({ note: note.meta({ ...note.meta(), changeRequires: "notes" }) });
  const state = { ...outputs, note: "old" };
  const update = (declared: object) => ({
    ...entry,
    declared: { ...declared },
    priorInputs: { ...declaredBob, note: "old" },
    state,
    ignore: [],
  });

  test("cannot change, at preview and before the first write", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old" });
    const { run } = offline(apiWithout("notes"));
    const resource = withFeature({ inputs }, warehouse);
    const reason = 'Acme has no notes: leave it out: "old".';
    const change = update({ ...declaredBob, note: "new" });
    await expect(operations.previewUpdate(run, resource, change)).rejects.toThrow(reason);
    await expect(operations.update(run, resource, change)).rejects.toThrow(reason);
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("may stay as it is if its value is still unknown", async () => {
    const { run } = offline(apiWithout("notes"));
    const change = update({ ...declaredBob, note: unknownValue });
    await expect(operations.previewUpdate(run, withFeature({ inputs }), change)).resolves.toMatchObject({
      note: unknownValue,
    });
  });

  test("that differs outside Pulumi is no change of the program", async () => {
    const { run } = offline(apiWithout("notes"));
    const changed = { ...update({ ...declaredBob, note: "old" }), state: { ...outputs, note: "theirs" } };
    expect(await operations.diff(run, withFeature({ inputs }), changed)).toMatchObject([
      { property: "note", kind: "update", input: false },
    ]);
  });

  test("keeps its value if it leaves the program", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old" });
    const resource = withFeature({ inputs }, warehouse);
    const removal = update(declaredBob);
    await expect(operations.update(offline(apiWithout("notes")).run, resource, removal)).resolves.toMatchObject({
      outputs: { note: "old" },
    });
    expect(warehouse.requests).toEqual(["get one/bob"]);
    expect(await operations.diff(offline(apiWithout("notes")).run, resource, removal)).toEqual([]);
    expect(await operations.diff(offline().run, resource, removal)).toMatchObject([
      { property: "note", kind: "delete" },
    ]);
  });

  test("can have any value at a creation", async () => {
    const resource = withFeature({ inputs }, new Warehouse());
    const created = operations.create(offline(apiWithout("notes")).run, resource, {
      urn,
      declared: { ...declaredBob, note: "new" },
    });
    await expect(created).resolves.toMatchObject({ outputs: { note: "new" } });
  });
});

describe("a resource with parts", () => {
  const parts = { deletionOptions: ({ mode }: { mode?: unknown }) => ({ retain: mode === "retain", force: false }) };

  test("is only removed from the state if its program retains it", async () => {
    const warehouse = new Warehouse(bob);
    const { run, warnings } = offline();
    const resource = withFeature({ parts }, warehouse);
    await operations.delete(run, resource, { ...entry, priorInputs: { ...declaredBob, mode: "retain" } });
    expect(warehouse.requests).toEqual([]);
    expect(warnings).toEqual(["bob: Thing one/bob stays in Acme: Pulumi only removes its entry from the state."]);
    await operations.delete(run, resource, entry);
    expect(warehouse.requests).toEqual(["get one/bob", "remove one/bob", "get one/bob"]);
  });
});

test("a skipped deletion describes its other effects", async () => {
  const warehouse = new Warehouse(bob);
  const { run, warnings } = offline();
  const key = { collection: "things", name: "bob", path: [] };
  const describing = (describe: () => Promise<string | undefined>) =>
    withFeature({ ownership: { sharedKey: () => key, describeSkippedDelete: describe } }, warehouse);
  const resource = describing(() => Promise.resolve(undefined));
  operations.check(run, resource, { urn: urnOf("new"), declared: declaredBob }, undefined);
  const gone = { ...entry, urn: urnOf("old") };
  await operations.delete(
    run,
    describing(() => Promise.resolve("Eve stays.")),
    gone,
  );
  await operations.delete(
    run,
    describing(() => Promise.reject(new Error("no line"))),
    { ...gone, urn: urnOf("older") },
  );
  const skipped =
    "Thing one/bob is still declared, so the provider deletes nothing in Acme. Pulumi only removes the old entry from the state.";
  expect(warnings).toEqual([`old: ${skipped} Eve stays.`, `older: ${skipped}`]);
});
