import { type AnyClient, type ClientOptions, getRecoveryClient } from "../client";
import { PartialFailureError, UserError } from "../errors";
import * as operations from ".";
import type { Update } from "../state";
import type { AnyResource } from "../resource";
import { silentClient, offline, service } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import { NotAppliedError } from "../unapplied";
import { unknownValue } from "../values";

const urn = urnOf("bob");
const { id, ...outputs } = bob;
const changedBob = { ...declaredBob, note: "new" };

/** Returns an update of bob with the given changes. */
function update(changes: Partial<Update> = {}): Update {
  return { urn, id, declared: changedBob, priorInputs: declaredBob, state: outputs, ignore: [], ...changes };
}

function guarded(warehouse: Warehouse, unknown: string[] = [], note?: string): AnyResource {
  const write = (what: string, changed: readonly string[], observed: unknown) =>
    warehouse.requests.push(`${what} ${changed.join()} of ${JSON.stringify(observed)}`);
  return {
    ...thingIn(warehouse),
    plan: (_, { phase, changed, observed }) => {
      write(phase, changed, observed);
      return Promise.resolve({ unknown, warnings: note === undefined ? [] : [note] });
    },
  };
}

describe("the preview of an update", () => {
  test("plans, warns, and shows the resource's unknown outputs", async () => {
    const warehouse = new Warehouse(bob);
    const { run, warnings } = offline();
    const planned = await operations.previewUpdate(run, guarded(warehouse, ["serial"], "A letter goes out."), update());
    expect(planned).toStrictEqual({ ...outputs, note: "new", serial: unknownValue });
    const state = JSON.stringify(outputs);
    expect(warehouse.requests).toEqual([`preview note of ${state}`]);
    expect(warnings).toEqual(["bob: A letter goes out."]);
  });

  test("plans each property once, even if several of its entries differ", async () => {
    const warehouse = new Warehouse();
    const declared = { ...declaredBob, parts: { a: 1, b: 2 } };
    const state = { ...outputs, parts: {} };
    await operations.previewUpdate(offline().run, guarded(warehouse), update({ declared, state }));
    expect(warehouse.requests[0]).toMatch(/^preview parts of/);
  });

  test("without a change neither plans nor warns", async () => {
    const warehouse = new Warehouse();
    const { run, warnings } = offline();
    const same = update({ declared: declaredBob });
    expect(await operations.previewUpdate(run, guarded(warehouse, ["serial"], "A letter."), same)).toStrictEqual(
      outputs,
    );
    expect(warehouse.requests).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("with unknown values plans a part, and leaves the outputs of the API unknown", async () => {
    const warehouse = new Warehouse();
    const unknown = update({ declared: { ...declaredBob, note: unknownValue } });
    const planned = await operations.previewUpdate(offline().run, guarded(warehouse, ["serial"]), unknown);
    expect(planned).toStrictEqual({ ...outputs, note: unknownValue, serial: unknownValue });
    expect(warehouse.requests).toEqual([`partial note of ${JSON.stringify(outputs)}`]);
  });

  test("of a resource without a plan has no unknown outputs", async () => {
    const { run, warnings } = offline();
    expect(await operations.previewUpdate(run, thingIn(new Warehouse()), update())).toStrictEqual({
      ...outputs,
      note: "new",
    });
    expect(warnings).toEqual([]);
  });

  test("shows a removed property as unknown", async () => {
    const colored = update({
      declared: declaredBob,
      priorInputs: { ...declaredBob, color: "red" },
      state: { ...outputs, color: "red" },
    });
    const planned = await operations.previewUpdate(offline().run, thingIn(new Warehouse()), colored);
    expect(planned).toStrictEqual({ ...outputs, color: unknownValue });
  });

  test("keeps a drifted output, unless the resource calls it unknown", async () => {
    const drifted: AnyResource = { ...thingIn(new Warehouse()), assess: () => ({ drifted: ["serial"] }) };
    const planned = await operations.previewUpdate(offline().run, drifted, update({ declared: declaredBob }));
    expect(planned).toStrictEqual(outputs);
  });

  test("shows a map without its removed entry", async () => {
    const parted = update({
      declared: { ...declaredBob, parts: { a: 1 } },
      priorInputs: { ...declaredBob, parts: { a: 1, b: 2 } },
      state: { ...outputs, parts: { a: 1, b: 2 } },
    });
    const planned = await operations.previewUpdate(offline().run, thingIn(new Warehouse()), parted);
    expect(planned).toStrictEqual({ ...outputs, parts: { a: 1 } });
  });

  test("keeps ignored properties", async () => {
    const warehouse = new Warehouse();
    const ignoring = update({ ignore: ["note"], state: { ...outputs, note: "theirs" } });
    const planned = await operations.previewUpdate(offline().run, guarded(warehouse), ignoring);
    expect(planned).toStrictEqual({ ...outputs, note: "theirs" });
    expect(warehouse.requests).toEqual([]);
  });

  test("gives each warning once", async () => {
    const { run, warnings } = offline();
    const resource = guarded(new Warehouse(), [], "A letter goes out.");
    for (let count = 0; count < 2; count++) await operations.previewUpdate(run, resource, update());
    await operations.previewUpdate(run, resource, update({ urn: urnOf("eve") }));
    expect(warnings).toEqual(["bob: A letter goes out.", "eve: A letter goes out."]);
  });

  test("fails as the update would", async () => {
    const refusing: AnyResource = {
      ...thingIn(new Warehouse()),
      plan: () => Promise.reject(new UserError("too many")),
    };
    await expect(operations.previewUpdate(offline().run, refusing, update())).rejects.toThrow(
      "Thing one/bob could not be updated: too many",
    );
  });
});

describe("an update", () => {
  test("reads, plans, and writes only properties that differ", async () => {
    const warehouse = new Warehouse({ ...bob, color: "red" });
    const state = await operations.update(offline().run, guarded(warehouse), update());
    expect(state).toStrictEqual({ id, outputs: { ...outputs, note: "new" }, refreshBeforeUpdate: false });
    expect(warehouse.requests).toEqual([
      "get one/bob",
      `apply note of ${JSON.stringify({ ...bob, color: "red" })}`,
      'put one/bob {"note":"new"}',
    ]);
  });

  test("writes nothing when the plan is refused", async () => {
    const warehouse = new Warehouse(bob);
    const refusing: AnyResource = { ...thingIn(warehouse), plan: () => Promise.reject(new UserError("too many")) };
    await expect(operations.update(offline().run, refusing, update())).rejects.toThrow("too many");
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("of an object that is already as desired writes nothing", async () => {
    const warehouse = new Warehouse({ ...bob, note: "new" });
    expect(await operations.update(offline().run, guarded(warehouse), update())).toMatchObject({
      outputs: { note: "new" },
    });
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("resets a removed property to its default", async () => {
    const warehouse = new Warehouse({ ...bob, color: "red" });
    await operations.update(
      offline().run,
      thingIn(warehouse),
      update({ declared: declaredBob, priorInputs: { ...declaredBob, color: "red" } }),
    );
    expect(warehouse.requests).toEqual(["get one/bob", 'put one/bob {"color":null}']);
  });

  test.each([
    ["changes", { mode: "slow" }],
    ["is left out", {}],
  ])(
    "of a local property is planned as in the preview and writes nothing when it %s, and keeps the declared value",
    async (_, mode) => {
      const warehouse = new Warehouse(bob);
      const declared = { ...declaredBob, ...mode };
      const priorInputs = { ...declaredBob, mode: "quick" };
      const state = { ...outputs, mode: "quick" };
      const result = await operations.update(
        offline().run,
        guarded(warehouse),
        update({ declared, priorInputs, state }),
      );
      expect(result.outputs).toStrictEqual({ ...outputs, ...mode });
      expect(warehouse.requests).toEqual(["get one/bob", expect.stringMatching(/^apply mode of /)]);
    },
  );

  test("accepts an ignored value that a program could not declare", async () => {
    const warehouse = new Warehouse({ ...bob, sizes: [1.5] });
    const declared = { ...declaredBob, note: "new", sizes: [1] };
    const ignored = update({ declared, priorInputs: declared, ignore: ["sizes"] });
    const resource: AnyResource = {
      ...thingIn(warehouse),
      update: (_, { note }, __, changes) =>
        Promise.resolve(warehouse.put({ ...bob, sizes: [1.5], note: String(note) }, changes)),
    };
    const { outputs } = await operations.update(offline().run, resource, ignored);
    expect(outputs).toMatchObject({ note: "new", sizes: [1.5] });
    expect(warehouse.requests).toEqual(["get one/bob", 'put one/bob {"note":"new"}']);
  });

  test("repairs a drifted output without changes", async () => {
    const warehouse = new Warehouse(bob);
    const drifted: AnyResource = {
      ...guarded(warehouse),
      assess: ({ serial }) => ({ drifted: serial === bob.serial ? ["serial"] : [] }),
      update: (_, __, observed, changes) =>
        Promise.resolve(warehouse.put({ ...bob, ...observed, serial: "8" }, changes)),
    };
    await operations.update(offline().run, drifted, update({ declared: declaredBob }));
    expect(warehouse.requests).toEqual(["get one/bob", `apply serial of ${JSON.stringify(bob)}`, "put one/bob {}"]);
  });

  test("that repairs nothing fails", async () => {
    const drifted: AnyResource = { ...thingIn(new Warehouse(bob)), assess: () => ({ drifted: ["serial"] }) };
    await expect(operations.update(offline().run, drifted, update({ declared: declaredBob }))).rejects.toThrow(
      "Thing one/bob could not be updated: Acme accepted the request but did not apply it as requested: `serial` was not repaired.",
    );
  });

  test("does not fail because of other changes", async () => {
    const changing: AnyResource = {
      ...thingIn(new Warehouse(bob)),
      update: (_, __, observed) => Promise.resolve({ ...bob, ...observed, note: "new", color: "red" }),
    };
    const declared = { ...changedBob, color: "grey" };
    const { outputs: reached } = await operations.update(
      offline().run,
      changing,
      update({ declared, priorInputs: declared }),
    );
    expect(reached).toMatchObject({ note: "new", color: "red" });
  });

  test("keeps the observed values of ignored properties", async () => {
    const warehouse = new Warehouse({ ...bob, note: "theirs" });
    const state = { ...outputs, mode: "quick" };
    const declared = { ...changedBob, mode: "slow" };
    const result = await operations.update(
      offline().run,
      thingIn(warehouse),
      update({ ignore: ["note", "mode"], declared, state }),
    );
    expect(result.outputs).toEqual({ ...outputs, note: "theirs", mode: "quick" });
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("of a missing object fails, and names the remedy", async () => {
    await expect(operations.update(offline().run, thingIn(new Warehouse()), update())).rejects.toThrow(
      "Thing one/bob could not be updated: it was deleted since the last refresh. To create it again, run `pulumi up --refresh`.",
    );
  });

  test.each([
    [true, "Another thing is there."],
    [
      false,
      "Another thing is there. If you expected this change, run `pulumi up --refresh` to accept it. Otherwise, correct this resource in the program.",
    ],
  ])("with an identity mismatch (forbidden: %s) writes nothing", async (isForbidden, reason) => {
    const warehouse = new Warehouse(bob);
    const seen: unknown[] = [];
    const mismatched: AnyResource = {
      ...thingIn(warehouse),
      assess: (_, { prior }) => {
        seen.push(prior);
        return { identityMismatch: { message: "Another thing is there.", isForbidden } };
      },
    };
    await expect(operations.update(offline().run, mismatched, update())).rejects.toThrow(
      new RegExp(`^Thing one/bob could not be updated: ${reason.replace(/\./g, "\\.")}$`),
    );
    expect(warehouse.requests).toEqual(["get one/bob"]);
    expect(seen).toEqual([{ state: outputs, inputs: changedBob, priorInputs: declaredBob }]);
  });

  test("that fails halfway keeps its partial result", async () => {
    const halfway: AnyResource = {
      ...thingIn(new Warehouse(bob)),
      update: () =>
        Promise.reject(new PartialFailureError({ ...bob, note: "half" }, new Error("the second step failed"))),
    };
    const declared = { ...changedBob, name: "Bob", mode: "quick" };
    await expect(operations.update(offline().run, halfway, update({ declared }))).rejects.toMatchObject({
      message: "Thing one/bob could not be updated: the second step failed",
      state: { id, outputs: { ...outputs, name: "Bob", note: "half", mode: "quick" }, refreshBeforeUpdate: false },
    });
  });

  test("works with a client that has no options", async () => {
    const { run } = offline({ name: "a plain API" });
    const updated = operations.update(run, thingIn(new Warehouse(bob)), update());
    await expect(updated).resolves.toMatchObject({ outputs: { note: "new" } });
  });

  test("remembers that the object is declared", async () => {
    const warehouse = new Warehouse(bob);
    const { run } = offline();
    await operations.update(run, thingIn(warehouse), update());
    await operations.delete(run, thingIn(warehouse), { urn, id, priorInputs: declaredBob, state: outputs });
    expect(warehouse.requests).toEqual(["get one/bob", 'put one/bob {"note":"new"}']);
  });

  test("uses the given API", async () => {
    const used: unknown[] = [];
    const watched: AnyResource = {
      ...thingIn(new Warehouse()),
      read: (context) => {
        used.push(context.api.name);
        return Promise.resolve({ ...bob, note: "new" });
      },
    };
    const { run, api } = offline();
    const other = silentClient("another API");
    await operations.update(run, watched, update());
    await operations.update(run, watched, update(), other);
    expect(used).toEqual([api.name, other.name]);
  });
});

describe("a write that the API accepted and did not apply", () => {
  const patch = { method: "PATCH", path: "/things/bob", status: 200, requestId: "r-7", isAmbiguous: false };

  /** Runs an operation with a client that reports its writes; `write` also gets the function that reports. */
  function reporting(write: (accept: () => void) => Promise<typeof bob>) {
    let report: ClientOptions["report"];
    const api: AnyClient = {
      ...silentClient(),
      with: (options) => {
        report = options.report ?? report;
        return api;
      },
    };
    const writing = () => write(() => report?.(patch));
    return { run: offline(api).run, resource: { ...thingIn(new Warehouse(bob)), create: writing, update: writing } };
  }

  const failed = (what: string) =>
    `Thing one/bob could not be ${what}: Acme accepted the request but did not apply it as requested: `;

  test("names the request if the framework compares the response", async () => {
    const { run, resource } = reporting((accept) => {
      accept();
      return Promise.resolve(bob);
    });
    const failure = { state: { id, outputs } };
    const left = '`note` has no value instead of "new". Run `pulumi up` again.';
    const ending = " (PATCH /things/bob, HTTP 200, request r-7)";
    const updating = operations.update(run, resource, update());
    await expect(updating).rejects.toMatchObject(failure);
    await expect(updating).rejects.toThrow(failed("updated") + left);
    await expect(updating).rejects.toThrow(ending);
    const created = { ...resource, findExisting: () => Promise.resolve(undefined) };
    const creating = operations.create(run, created, { urn, declared: changedBob });
    await expect(creating).rejects.toMatchObject(failure);
    await expect(creating).rejects.toThrow(failed("created") + left);
    await expect(creating).rejects.toThrow(ending);
  });

  test("leaves no state if a reset remains beside another change, because the next run would not repeat it", async () => {
    const { run, resource } = reporting(() => Promise.resolve({ ...bob, color: "red" }));
    const resetting = update({
      priorInputs: { ...declaredBob, color: "red" },
      state: { ...outputs, color: "red" },
    });
    const colored = { ...resource, read: () => Promise.resolve({ ...bob, color: "red" }) };
    await expect(operations.update(run, colored, resetting)).rejects.toMatchObject({ state: undefined });
  });

  test("names no request if none was accepted", async () => {
    const { run, resource } = reporting(() => Promise.resolve(bob));
    await expect(operations.update(run, resource, update())).rejects.toThrow(/support\.$/);
  });

  const notApplied = new NotAppliedError(
    [
      { path: "note", reason: "is still empty" },
      { path: "parts.a", reason: "is still 1" },
    ],
    "The thing is half done.",
  );
  const explained =
    "`note` is still empty; `parts.a` is still 1. The thing is half done. Run `pulumi up` again. " +
    "If it fails again, send this message to Acme's support. (PATCH /things/bob, HTTP 200, request r-7)";

  test("is explained in the words of a resource that verifies it", async () => {
    const { run, resource } = reporting((accept) => {
      accept();
      return Promise.reject(notApplied);
    });
    const updating = operations.update(run, resource, update());
    await expect(updating).rejects.toThrow(failed("updated") + explained);
    await expect(updating).rejects.toMatchObject({ state: undefined });
    const created = { ...resource, findExisting: () => Promise.resolve(undefined) };
    await expect(operations.create(run, created, { urn, declared: changedBob })).rejects.toThrow(
      failed("created") + explained,
    );
  });

  test("keeps the partial result of such a resource, and hides secrets", async () => {
    const { run, resource } = reporting((accept) => {
      accept();
      return Promise.reject(new PartialFailureError({ ...bob, color: "red" }, notApplied));
    });
    const updating = operations.update(run, resource, update({ secret: new Set(["note", "parts"]) }));
    await expect(updating).rejects.toThrow(
      failed("updated") +
        "`note` differs from the requested secret value; `parts` differs from the requested secret value. The thing",
    );
    await expect(updating).rejects.toMatchObject({ state: { id, outputs: { ...outputs, color: "red" } } });
  });
});

test("a read after a cancelled update takes five seconds at most", async () => {
  const timeout = jest.spyOn(AbortSignal, "timeout");
  const cancelled: AnyResource = {
    ...thingIn(new Warehouse(bob)),
    update: (context) => {
      getRecoveryClient(context.api);
      return Promise.reject(new Error("The operation was cancelled."));
    },
  };
  await expect(operations.update(offline().run, cancelled, update())).rejects.toThrow("cancelled");
  expect(timeout).toHaveBeenCalledWith(5_000);
  timeout.mockRestore();
});

test("a failure is reported even if the names cannot be read", async () => {
  const silent = { ...service, names: () => Promise.reject(new Error("no names")) };
  const host = { log: () => undefined, toImport: () => "" };
  const failing: AnyResource = {
    ...thingIn(new Warehouse(bob)),
    update: () => Promise.reject(new Error("no line")),
  };
  await expect(operations.update(new operations.Run(silent, silentClient(), host), failing, update())).rejects.toThrow(
    "no line",
  );
});

test("a preview with unknown values shows a removed property as unknown", async () => {
  const colored = update({
    declared: { ...declaredBob, note: unknownValue },
    priorInputs: { ...declaredBob, color: "red" },
    state: { ...outputs, color: "red" },
  });
  const planned = await operations.previewUpdate(offline().run, thingIn(new Warehouse(bob)), colored);
  expect(planned).toMatchObject({ note: unknownValue, color: unknownValue });
});
