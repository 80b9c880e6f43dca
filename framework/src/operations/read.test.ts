import * as operations from ".";
import * as z from "zod";
import type { AnyClient } from "../client";
import { UserError } from "../errors";
import { NotFoundError } from "../request";
import type { AnyResource } from "../resource";
import { silentClient, offline } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";
import type { Values } from "../values";

const urn = urnOf("bob");
const { id, ...outputs } = bob;

const circumstances = { method: "GET", path: "/things/bob", status: 404, requestId: "r-1", isAmbiguous: false };
const invisible = new NotFoundError("There is no such thing.", circumstances);

function read(resource: AnyResource, declared: Values = declaredBob, state: Values = outputs) {
  const { run, warnings } = offline();
  return { result: operations.read(run, resource, { urn, id, declared, state }), warnings };
}

const readOf = (thing: Partial<AnyResource>, ...more: [Values?, Values?]) =>
  read({ ...thingIn(new Warehouse(bob)), ...thing }, ...more);

describe("a refresh", () => {
  test("returns the observed properties, and the inputs among them", async () => {
    const warehouse = new Warehouse({ ...bob, note: "theirs", color: "red" });
    const { result } = read(thingIn(warehouse), {
      shelf: "one",
      name: "Bob",
      note: "mine",
      kind: "old",
      mode: "quick",
    });
    expect(await result).toStrictEqual({
      id,
      outputs: { ...outputs, name: "Bob", note: "theirs", color: "red", mode: "quick" },
      inputs: { shelf: "one", name: "Bob", note: "theirs", mode: "quick" },
      refreshBeforeUpdate: false,
    });
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });

  test("leaves entries that were added outside Pulumi out of the inputs", async () => {
    const parts = { ADA: 1, bob: 2, carl: 3 };
    const { result } = read(thingIn(new Warehouse({ ...bob, parts })), { ...declaredBob, parts: { ada: 1, Carl: 9 } });
    expect(await result).toMatchObject({ outputs: { parts } });
    expect((await result)?.inputs.parts).toEqual({ ADA: 1, carl: 3 });
  });

  test("takes the observed map if none was declared, and none if it is gone", async () => {
    const declared = { ...declaredBob, parts: { ada: 1 } };
    const filled = read(thingIn(new Warehouse({ ...bob, parts: { bob: 2 } })), { ...declaredBob, parts: "none" });
    expect((await filled.result)?.inputs.parts).toEqual({ bob: 2 });
    expect((await read(thingIn(new Warehouse(bob)), declared).result)?.inputs).toStrictEqual(declaredBob);
  });

  test("takes an object that is not a map of entries as a whole", async () => {
    const thing: AnyResource = thingIn(new Warehouse({ ...bob, parts: { ada: 1, bob: 2 } }));
    const inputs = thing.inputs.extend({ parts: z.record(z.string(), z.int()) });
    const { result } = read({ ...thing, inputs }, { ...declaredBob, parts: { ada: 1 } });
    expect((await result)?.inputs.parts).toEqual({ ada: 1, bob: 2 });
  });

  test("reads the id unchanged", async () => {
    const resolveImportId = () => Promise.reject(new Error("asked"));
    expect(await readOf({ resolveImportId }).result).toMatchObject({ id });
  });

  test("passes the prior state and inputs to the resource", async () => {
    const known: unknown[] = [];
    const curious: Partial<AnyResource> = {
      read: (_, __, prior) => {
        known.push(prior);
        return Promise.resolve(bob);
      },
    };
    await readOf(curious).result;
    expect(known).toEqual([{ state: outputs, inputs: declaredBob }]);
  });

  test("returns undefined for an object that is gone", async () => {
    expect(await read(thingIn(new Warehouse())).result).toBeUndefined();
  });

  test("keeps an object that may exist but be invisible, and names the remedy", async () => {
    await expect(readOf({ read: () => Promise.reject(invisible) }).result).rejects.toThrow(
      "Thing one/bob could not be read: Acme returned 404: the Thing was deleted, or this API key cannot see it. " +
        "If the Thing still exists, accept any pending invitation of this API key's user, or use an API key that can see it. " +
        `If the Thing was deleted, run \`pulumi state delete --force --target-dependents '${urn}'\`. (GET /things/bob, HTTP 404, request r-1)`,
    );
  });

  test("says that the service returned 404 only if it did", async () => {
    const missing = new NotFoundError("There is no such thing.", { ...circumstances, status: 200 });
    await expect(readOf({ read: () => Promise.reject(missing) }).result).rejects.toThrow(
      "Thing one/bob could not be read: the Thing was deleted, or this API key cannot see it. ",
    );
  });

  test("reports the reason of another failure", async () => {
    await expect(readOf({ read: () => Promise.reject(new Error("no line")) }).result).rejects.toThrow(
      "Thing one/bob could not be read: no line",
    );
  });

  test("reports that later previews must refresh the object", async () => {
    expect(await readOf({ assess: ({ serial }) => ({ refreshBeforeUpdate: serial === "7" }) }).result).toMatchObject({
      refreshBeforeUpdate: true,
    });
  });

  test("uses the cached reads of the given API", async () => {
    const used: unknown[] = [];
    const watched: AnyResource = {
      ...thingIn(new Warehouse()),
      read: (context) => {
        used.push(context.api);
        return Promise.resolve(bob);
      },
    };
    const cached = silentClient();
    const other: AnyClient = {
      ...silentClient(),
      with: (options) => {
        used.push(options);
        return cached;
      },
    };
    await operations.read(offline().run, watched, { urn, id, declared: declaredBob, state: outputs }, other);
    expect(used[0]).toEqual({ cachedReads: true });
    expect(used[1]).toBe(cached);
  });

  test("works with a client that has no options", async () => {
    const { run } = offline({ name: "a plain API" });
    const entry = { urn, id, declared: declaredBob, state: outputs };
    await expect(operations.read(run, thingIn(new Warehouse(bob)), entry)).resolves.toMatchObject({ id });
  });

  test("keeps the marker of a part among its inputs", async () => {
    const __parent = { id: "one", deletion: "undeclared" };
    const result = await readOf({}, { ...declaredBob, __parent }).result;
    expect(result?.inputs).toStrictEqual({ ...declaredBob, __parent });
  });
});

describe("an identity mismatch", () => {
  test("is a warning", async () => {
    const { result, warnings } = readOf({
      assess: () => ({ identityMismatch: { message: "Another thing is there.", isForbidden: false } }),
    });
    expect(await result).toMatchObject({ id });
    expect(warnings).toEqual(["bob: Another thing is there."]);
  });

  test("fails the refresh if the program forbids it", async () => {
    const { result, warnings } = readOf({
      assess: () => ({ identityMismatch: { message: "Another thing is there.", isForbidden: true } }),
    });
    await expect(result).rejects.toThrow("Thing one/bob could not be read: Another thing is there.");
    expect(warnings).toEqual([]);
  });

  test("is assessed from the prior state, the inputs and the observed properties", async () => {
    const seen: unknown[] = [];
    const { result, warnings } = readOf({
      assess: (observed, { desired, prior }) => {
        if (prior !== undefined) seen.push(prior, desired, observed);
        return {};
      },
    });
    await result;
    expect(seen).toEqual([{ state: outputs, inputs: declaredBob }, declaredBob, bob]);
    expect(warnings).toEqual([]);
  });
});

describe("an import", () => {
  test("resolves the user's id, and returns the inputs that a program must declare", async () => {
    const warehouse = new Warehouse({ ...bob, note: "n", kind: "k", color: "red", parts: { ada: 1 } });
    const { run } = offline();
    const imported = await operations.read(run, thingIn(warehouse), {
      urn,
      id: "shelf one/bob",
      declared: {},
      state: {},
    });
    expect(imported).toStrictEqual({
      id,
      outputs: { ...outputs, note: "n", kind: "k", color: "red", parts: { ada: 1 } },
      inputs: { shelf: "one", name: "bob", kind: "k", note: "n", color: "red", parts: { ada: 1 } },
      refreshBeforeUpdate: false,
    });
  });

  test("takes the id unchanged if the resource resolves none", async () => {
    const plain: AnyResource = thingIn(new Warehouse(bob));
    delete plain.resolveImportId;
    expect(await read(plain, {}, {}).result).toMatchObject({ id, inputs: declaredBob });
  });

  test("leaves out defaults", async () => {
    const { result } = read(thingIn(new Warehouse(bob)), {}, {});
    expect(await result).toMatchObject({ inputs: { shelf: "one", name: "bob" }, outputs: { color: "grey" } });
    expect((await result)?.inputs).not.toHaveProperty("color");
  });

  test("keeps key properties, even at their defaults", async () => {
    const thing = thingIn(new Warehouse(bob));
    const shelf = thing.inputs.shape.shelf.meta({ resetsTo: () => "one" });
    const { result } = read({ ...thing, inputs: thing.inputs.extend({ shelf }) }, {}, {});
    expect(await result).toMatchObject({ inputs: { shelf: "one" } });
  });

  test("of a missing object fails with only the reason", async () => {
    await expect(readOf({ read: () => Promise.reject(invisible) }, {}, {}).result).rejects.toThrow(
      "Thing one/bob could not be read: There is no such thing. (GET /things/bob",
    );
    await expect(
      readOf({ resolveImportId: () => Promise.reject(new UserError("no such shelf")) }, {}, {}).result,
    ).rejects.toThrow("Thing one/bob could not be read: no such shelf");
  });
});

test("an object is named by its declared key, or else by its id", async () => {
  const failing = { read: () => Promise.reject(new Error("no line")) };
  await expect(readOf(failing, { shelf: "one", name: "Bob" }).result).rejects.toThrow(/^Thing one\/Bob could/);
  await expect(readOf(failing, { name: "Bob" }).result).rejects.toThrow(/^Thing one\/bob could/);
});

test("an object that only its id identifies is named by the id", async () => {
  const failing = { identity: "id" as const, read: () => Promise.reject(new Error("no line")) };
  await expect(readOf(failing).result).rejects.toThrow(/^Thing one\/bob could/);
});
