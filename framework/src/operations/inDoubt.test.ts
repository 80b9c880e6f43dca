import * as operations from ".";
import { OperationError } from "../errors";
import { ApiError } from "../request";
import type { AnyResource } from "../resource";
import { offline } from "../../test/support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "../../test/support/thing";

const urn = urnOf("bob");
const { id, ...outputs } = bob;
const request = { method: "PATCH", path: "/things/bob", status: null, requestId: null, isAmbiguous: true };
const lost = new ApiError("The response was lost.", request);
const refused = new ApiError("Acme refused.", { ...request, status: 400, isAmbiguous: false });

/** A resource whose writes take effect as `write` does, and then fail. */
function failing(warehouse: Warehouse, failure: Error, write: (warehouse: Warehouse) => void): AnyResource {
  const fail = () => {
    write(warehouse);
    return Promise.reject(failure);
  };
  return { ...thingIn(warehouse), update: fail, delete: fail };
}

/** The state that a failed operation leaves; undefined if it left none. */
async function stateAfter(operation: Promise<unknown>): Promise<unknown> {
  const error: unknown = await operation.then(
    () => "succeeded",
    (failure: unknown) => failure,
  );
  if (!(error instanceof OperationError)) throw new Error(`it did not fail: ${String(error)}`);
  return error.state?.outputs;
}

const changedBob = (note?: string) => ({
  urn,
  id,
  declared: { ...declaredBob, ...(note !== undefined && { note }) },
  priorInputs: { ...declaredBob, note: "old" },
  state: { ...outputs, note: "old" },
  ignore: [],
});

describe("an update whose response is lost", () => {
  test("succeeds if the object is as desired", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old" });
    const resource = failing(warehouse, lost, () => warehouse.put({ ...bob, note: "new" }, {}));
    await expect(operations.update(offline().run, resource, changedBob("new"))).resolves.toMatchObject({
      outputs: { note: "new" },
    });
  });

  test("reads the object with its inputs of before and after, and drops the warnings of that read", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old" });
    const known: unknown[] = [];
    const clients: unknown[] = [];
    const resource: AnyResource = {
      ...failing(warehouse, lost, () => warehouse.put({ ...bob, note: "new" }, {})),
      read: ({ api, warn }, id, prior) => {
        known.push(prior);
        clients.push(api.name);
        warn(`Read ${known.length}.`);
        return Promise.resolve(warehouse.get(id));
      },
    };
    const { run, api, warnings } = offline();
    await operations.update(run, resource, changedBob("new"));
    expect(clients).toEqual([api.name, api.name]);
    expect(warnings).toEqual(["bob: Read 1."]);
    const { declared, priorInputs } = changedBob("new");
    expect(known).toEqual([
      { state: { ...outputs, note: "old" }, inputs: declared, priorInputs },
      { state: { ...bob, note: "old" }, inputs: declared, priorInputs },
    ]);
  });

  test("leaves the object as observed if it differs, and names only the failure", async () => {
    const resource = failing(new Warehouse({ ...bob, note: "old" }), lost, () => undefined);
    const updating = operations.update(offline().run, resource, changedBob("new"));
    await expect(updating).rejects.toThrow(/updated: The response was lost\. \(PATCH \/things\/bob\)$/);
    expect(await stateAfter(updating)).toMatchObject({ note: "old" });
  });

  test("leaves the object as it was if it is gone, and names only the failure", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old" });
    const resource = failing(warehouse, lost, () => {
      warehouse.remove(id);
    });
    const updating = operations.update(offline().run, resource, changedBob("new"));
    await expect(updating).rejects.toThrow(/updated: The response was lost\. \(PATCH \/things\/bob\)$/);
    expect(await stateAfter(updating)).toMatchObject({ note: "old" });
  });

  test("leaves no state if a reset remains beside another change", async () => {
    const resource = failing(new Warehouse({ ...bob, note: "old" }), lost, () => undefined);
    const change = changedBob();
    const both = { ...change, declared: { ...declaredBob, color: "red" } };
    expect(await stateAfter(operations.update(offline().run, resource, both))).toBeUndefined();
  });

  test("leaves the object as observed if the entry of a map remains, because the next run compares the map again", async () => {
    const parts = { ada: 1, eve: 2 };
    const resource = failing(new Warehouse({ ...bob, parts }), lost, () => undefined);
    const removal = {
      ...changedBob(),
      declared: { ...declaredBob, parts: { ada: 1 } },
      priorInputs: { ...declaredBob, parts },
    };
    expect(await stateAfter(operations.update(offline().run, resource, removal))).toMatchObject({ parts });
  });

  test("leaves no state if a reset remains, because the next run would not repeat it", async () => {
    const resource = failing(new Warehouse({ ...bob, note: "old" }), lost, () => undefined);
    expect(await stateAfter(operations.update(offline().run, resource, changedBob()))).toBeUndefined();
  });

  describe("if the object cannot be read", () => {
    const unreadable = (): AnyResource => {
      const warehouse = new Warehouse({ ...bob, note: "old" });
      let reads = 0;
      return {
        ...failing(warehouse, lost, () => undefined),
        read: (_, id) => {
          reads += 1;
          return reads === 1 ? Promise.resolve(warehouse.get(id)) : Promise.reject(new Error("no line"));
        },
      };
    };

    test("leaves the object as it was, and the error tells", async () => {
      const updating = operations.update(offline().run, unreadable(), changedBob("new"));
      await expect(updating).rejects.toThrow(
        /^Thing one\/bob could not be updated: The response was lost\. .*`pulumi up`/,
      );
      expect(await stateAfter(updating)).toMatchObject({ note: "old" });
    });

    test("leaves no state after a reset, because the next run would not repeat it", async () => {
      const updating = operations.update(offline().run, unreadable(), changedBob());
      await expect(updating).rejects.toThrow("could not check if the request took effect");
      expect(await stateAfter(updating)).toBeUndefined();
    });
  });

  test("does not read after a refusal", async () => {
    const warehouse = new Warehouse({ ...bob, note: "old" });
    const resource = failing(warehouse, refused, () => undefined);
    expect(await stateAfter(operations.update(offline().run, resource, changedBob("new")))).toBeUndefined();
    expect(warehouse.requests).toEqual(["get one/bob"]);
  });
});

describe("a deletion whose response is lost", () => {
  const gone = { urn, id, priorInputs: { ...declaredBob, note: "n" }, state: outputs };

  test("succeeds if the object is gone", async () => {
    const warehouse = new Warehouse(bob);
    const resource = failing(warehouse, lost, () => {
      warehouse.remove(id);
    });
    await expect(operations.delete(offline().run, resource, gone)).resolves.toBeUndefined();
  });

  test("fails if the object is still there, or cannot be read", async () => {
    const resource = failing(new Warehouse(bob), lost, () => undefined);
    await expect(operations.delete(offline().run, resource, gone)).rejects.toThrow("The response was lost.");
    let reads = 0;
    const blind: AnyResource = {
      ...resource,
      read: () => {
        reads += 1;
        return reads === 1 ? Promise.resolve(bob) : Promise.reject(new Error("no line"));
      },
    };
    await expect(operations.delete(offline().run, blind, gone)).rejects.toThrow("The response was lost.");
  });

  test("fails after a refusal, although the object is gone", async () => {
    const warehouse = new Warehouse(bob);
    const resource = failing(warehouse, refused, () => {
      warehouse.remove(id);
    });
    await expect(operations.delete(offline().run, resource, gone)).rejects.toThrow("Acme refused.");
  });

  describe("of an object that always exists", () => {
    const always = (warehouse: Warehouse, write: (warehouse: Warehouse) => void): AnyResource => {
      const resource = failing(warehouse, lost, write);
      delete resource.create;
      return resource;
    };

    test("succeeds if its declared properties are at their defaults", async () => {
      const warehouse = new Warehouse({ ...bob, note: "n", kind: "cup" });
      const resource = always(warehouse, () => warehouse.put({ ...bob, kind: "cup" }, {}));
      await expect(operations.delete(offline().run, resource, gone)).resolves.toBeUndefined();
    });

    test("fails if one of them is not", async () => {
      const resource = always(new Warehouse({ ...bob, note: "n" }), () => undefined);
      await expect(operations.delete(offline().run, resource, gone)).rejects.toThrow("The response was lost.");
    });
  });
});
