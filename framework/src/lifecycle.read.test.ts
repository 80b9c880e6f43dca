import { UserError } from "./errors";
import { NotFound } from "./request";
import type { AnyResource } from "./resource";
import { nobody, offline } from "./testing/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "./testing/thing";
import type { Values } from "./values";

const urn = urnOf("bob");
const { id, ...outputs } = bob;

const invisible = new NotFound("There is no such thing.", {
  method: "GET",
  path: "/things/bob",
  status: 404,
  requestId: "r-1",
  ambiguous: false,
});

function read(resource: AnyResource, declared: Values = declaredBob, state: Values = outputs) {
  const { lifecycle, told } = offline();
  return { result: lifecycle.read(resource, { urn, id, declared, state }), told };
}

const readOf = (thing: Partial<AnyResource>, ...more: [Values?, Values?]) =>
  read({ ...thingIn(new Warehouse(bob)), ...thing }, ...more);

describe("a refresh", () => {
  test("tells what is there, and what of it is declared", async () => {
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
    expect(warehouse.asked).toEqual(["get one/bob"]);
  });

  test("does not take for declared what somebody added to a map by hand", async () => {
    const parts = { ADA: 1, bob: 2, carl: 3 };
    const { result } = read(thingIn(new Warehouse({ ...bob, parts })), { ...declaredBob, parts: { ada: 1, Carl: 9 } });
    expect(await result).toMatchObject({ outputs: { parts } });
    expect((await result)?.inputs.parts).toEqual({ ADA: 1, carl: 3 });
  });

  test("takes a map as it is where none was declared, and what has become of one", async () => {
    const declared = { ...declaredBob, parts: { ada: 1 } };
    const filled = read(thingIn(new Warehouse({ ...bob, parts: { bob: 2 } })), { ...declaredBob, parts: "none" });
    expect((await filled.result)?.inputs.parts).toEqual({ bob: 2 });
    expect((await read(thingIn(new Warehouse(bob)), declared).result)?.inputs).toStrictEqual(declaredBob);
  });

  test("takes an object that is no map of entries as a whole", async () => {
    const thing: AnyResource = thingIn(new Warehouse({ ...bob, parts: { ada: 1, bob: 2 } }));
    const changes = { ...thing.changes, parts: { on: "update" } } as const;
    const { result } = read({ ...thing, changes }, { ...declaredBob, parts: { ada: 1 } });
    expect((await result)?.inputs.parts).toEqual({ ada: 1, bob: 2 });
  });

  test("asks for the id as it is", async () => {
    const locate = () => Promise.reject(new Error("asked"));
    expect(await readOf({ resolveImportId: locate }).result).toMatchObject({ id });
  });

  test("passes the prior state and inputs to the resource", async () => {
    const known: unknown[] = [];
    const curious: Partial<AnyResource> = {
      read: (_, __, before) => {
        known.push(before);
        return Promise.resolve(bob);
      },
    };
    await readOf(curious).result;
    expect(known).toEqual([{ state: outputs, inputs: declaredBob }]);
  });

  test("of what is gone says so", async () => {
    expect(await read(thingIn(new Warehouse())).result).toBeUndefined();
  });

  test("of what may only be invisible keeps it, and says what to do", async () => {
    await expect(readOf({ read: () => Promise.reject(invisible) }).result).rejects.toThrow(
      "Thing one/bob could not be read: nothing proves that it is gone, so it stays in the state. " +
        `Use a key that can see it or, if it is gone for good, run \`pulumi state delete --force --target-dependents '${urn}'\`. ` +
        "There is no such thing. (GET /things/bob, HTTP 404, request r-1)",
    );
  });

  test("that fails otherwise says how", async () => {
    await expect(readOf({ read: () => Promise.reject(new Error("no line")) }).result).rejects.toThrow(
      "Thing one/bob could not be read: no line",
    );
  });

  test("of what somebody else may still finish says so", async () => {
    expect(await readOf({ assess: ({ serial }) => ({ refreshBeforeUpdate: serial === "7" }) }).result).toMatchObject({
      refreshBeforeUpdate: true,
    });
  });

  test("glances at the API that it is given", async () => {
    const used: unknown[] = [];
    const watched: AnyResource = {
      ...thingIn(new Warehouse()),
      read: (context) => {
        used.push(context.api);
        return Promise.resolve(bob);
      },
    };
    const cachedReads = nobody();
    const other = { ...nobody(), withCachedReads: () => cachedReads };
    await offline().lifecycle.read(watched, { urn, id, declared: declaredBob, state: outputs }, other);
    expect(used[0]).toBe(cachedReads);
  });
});

describe("another object in its place", () => {
  test("is told to the user", async () => {
    const { result, told } = readOf({
      assess: () => ({ identityMismatch: { message: "Another thing is there.", isForbidden: false } }),
    });
    expect(await result).toMatchObject({ id });
    expect(told).toEqual(["bob: Another thing is there."]);
  });

  test("that the program rules out ends the refresh", async () => {
    const { result, told } = readOf({
      assess: () => ({ identityMismatch: { message: "Another thing is there.", isForbidden: true } }),
    });
    await expect(result).rejects.toThrow("Thing one/bob could not be read: Another thing is there.");
    expect(told).toEqual([]);
  });

  test("is found from the prior state, the inputs and the observed properties", async () => {
    const seen: unknown[] = [];
    const { result, told } = readOf({
      assess: (observed, { desired, prior }) => {
        if (prior !== undefined) seen.push(prior, desired, observed);
        return {};
      },
    });
    await result;
    expect(seen).toEqual([{ state: outputs, inputs: declaredBob }, declaredBob, bob]);
    expect(told).toEqual([]);
  });
});

describe("an import", () => {
  test("finds the object by what the user typed, and names what a program must declare", async () => {
    const warehouse = new Warehouse({ ...bob, note: "n", kind: "k", color: "red", parts: { ada: 1 } });
    const { lifecycle } = offline();
    const imported = await lifecycle.read(thingIn(warehouse), { urn, id: "shelf one/bob", declared: {}, state: {} });
    expect(imported).toStrictEqual({
      id,
      outputs: { ...outputs, note: "n", kind: "k", color: "red", parts: { ada: 1 } },
      inputs: { shelf: "one", name: "bob", kind: "k", note: "n", color: "red", parts: { ada: 1 } },
      refreshBeforeUpdate: false,
    });
  });

  test("leaves out what is as it was at first", async () => {
    const { result } = read(thingIn(new Warehouse(bob)), {}, {});
    expect(await result).toMatchObject({ inputs: { shelf: "one", name: "bob" }, outputs: { color: "grey" } });
    expect((await result)?.inputs).not.toHaveProperty("color");
  });

  test("keeps what tells the object, whatever it was at first", async () => {
    const thing = thingIn(new Warehouse(bob));
    const changes = { ...thing.changes, shelf: { on: "replace", initial: () => "one" } } as const;
    const { result } = read({ ...thing, changes }, {}, {});
    expect(await result).toMatchObject({ inputs: { shelf: "one" } });
  });

  test("of what is not there fails with the reason alone", async () => {
    await expect(readOf({ read: () => Promise.reject(invisible) }, {}, {}).result).rejects.toThrow(
      "Thing one/bob could not be read: There is no such thing. (GET /things/bob",
    );
    await expect(
      readOf({ resolveImportId: () => Promise.reject(new UserError("no such shelf")) }, {}, {}).result,
    ).rejects.toThrow("Thing one/bob could not be read: no such shelf");
  });
});

test("an object is named by what is declared of it, else by its id", async () => {
  const failing = { read: () => Promise.reject(new Error("no line")) };
  await expect(readOf(failing, { shelf: "one", name: "Bob" }).result).rejects.toThrow(/^Thing one\/Bob could/);
  await expect(readOf(failing, { name: "Bob" }).result).rejects.toThrow(/^Thing one\/bob could/);
});
