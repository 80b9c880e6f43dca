import * as operations from ".";
import type { AnyResource } from "../resource";
import { offline, service, silentClient } from "../../test/support/offline";
import { thingIn, urnOf, Warehouse } from "../../test/support/thing";

/** A shelf at `floor/name`, whose deletion the API would refuse, and a box on it. */
function shelfWithBox(allowsPartialDestroy = false) {
  const warehouse = new Warehouse(
    { id: "one/shelf", shelf: "one", name: "shelf", color: "grey" },
    { id: "one/shelf/box", shelf: "one/shelf", name: "box", color: "grey" },
  );
  const shelf: AnyResource = {
    ...thingIn(warehouse),
    token: "test:index:Shelf",
    parts: {
      deletionOptions: () => ({ retain: false, force: false }),
      guardDeletion: () => Promise.reject(new Error("The shelf is locked.")),
    },
  };
  const box: AnyResource = { ...thingIn(warehouse), parent: { resource: shelf, id: "shelf" } };
  const warnings: string[] = [];
  const host = {
    log: (_level: string, _urn: string, text: string) => warnings.push(text),
    toImport: () => "",
    allowsPartialDestroy,
  };
  const run = new operations.Run(service, silentClient(), host);
  const declaredShelf = { shelf: "one", name: "shelf" };
  const state = { ...declaredShelf, color: "grey" };
  const checkShelf = (declared: Record<string, unknown>, priorInputs?: Record<string, unknown>) =>
    operations.check(run, shelf, { urn: urnOf("shelf"), declared }, priorInputs);
  const diffShelf = (declared: Record<string, unknown>) =>
    operations.diff(run, shelf, {
      urn: urnOf("shelf"),
      id: "one/shelf",
      declared,
      priorInputs: declaredShelf,
      state,
      ignore: [],
    });
  const deleteBox = async () => {
    const declared = { shelf: "one/shelf", name: "box" };
    const priorInputs = { ...declared, __parent: { id: "one/shelf", deletion: { retain: false, force: false } } };
    await operations.delete(run, box, { urn: urnOf("box"), id: "one/shelf/box", priorInputs, state: { ...declared } });
    return warehouse.ids();
  };
  const checkBox = (priorInputs = {}) =>
    operations.check(run, box, { urn: urnOf("box"), declared: { shelf: "one/shelf", name: "box" } }, priorInputs);
  /** Compares the box, which moves to another shelf. */
  const moveBox = () => {
    const [id, deletion] = ["one/shelf", { retain: false, force: false }];
    const state = { shelf: id, name: "box", color: "grey" };
    const priorInputs = { ...state, __parent: { id, deletion, urn: urnOf("shelf") } };
    const declared = { ...state, shelf: "two" };
    return operations.diff(run, box, { urn: urnOf("box"), id: `${id}/box`, declared, priorInputs, state, ignore: [] });
  };
  const adoptShelf = () => operations.create(run, shelf, { urn: urnOf("shelf"), declared: declaredShelf });
  const previewShelf = () => operations.previewCreate(run, shelf, { urn: urnOf("shelf"), declared: declaredShelf });
  return { declaredShelf, warnings, checkShelf, diffShelf, deleteBox, checkBox, moveBox, adoptShelf, previewShelf };
}

describe("a part is deleted", () => {
  test("if the engine has checked its parent, and the parent stays", async () => {
    const { declaredShelf, checkShelf, diffShelf, deleteBox } = shelfWithBox();
    checkShelf(declaredShelf, declaredShelf);
    await diffShelf(declaredShelf);
    await expect(deleteBox()).resolves.toEqual(["one/shelf"]);
  });

  test("if an update of its parent replaces nothing", async () => {
    const { declaredShelf, checkShelf, diffShelf, deleteBox } = shelfWithBox();
    const declared = { ...declaredShelf, note: "new" };
    checkShelf(declared, declaredShelf);
    await diffShelf(declared);
    await expect(deleteBox()).resolves.toEqual(["one/shelf"]);
  });

  test("if the engine checks its kept parent once more, with its prior inputs", async () => {
    const { declaredShelf, checkShelf, diffShelf, deleteBox } = shelfWithBox();
    checkShelf(declaredShelf, declaredShelf);
    await diffShelf(declaredShelf);
    checkShelf(declaredShelf, declaredShelf);
    await expect(deleteBox()).resolves.toEqual(["one/shelf"]);
  });
});

test("a check keeps the marker of a part whose parent the engine has not checked", () => {
  const marker = { id: "one/shelf", deletion: { retain: false, force: false } };
  expect(shelfWithBox().checkBox({ __parent: marker }).values).toHaveProperty("__parent", marker);
});

test("a part is deleted if the user allows a partial destroy", async () => {
  await expect(shelfWithBox(true).deleteBox()).resolves.toEqual(["one/shelf"]);
});

describe("a part that ends with its parent", () => {
  /** Deletes a box on a shelf that the operation deletes later. */
  async function end(release?: NonNullable<AnyResource["parent"]>["release"]) {
    const warehouse = new Warehouse({ id: "one/box", shelf: "one", name: "box", color: "grey" });
    const { run, warnings } = offline();
    const shelf: AnyResource = {
      ...thingIn(new Warehouse()),
      token: "test:index:Shelf",
      parts: { deletionOptions: () => ({ retain: false, force: false }) },
    };
    const parent = { resource: shelf, id: "shelf", ...(release && { release }) };
    const state = { shelf: "one", name: "box", color: "grey" };
    const priorInputs = {
      shelf: "one",
      name: "box",
      __parent: { id: "one", deletion: { retain: false, force: false } },
    };
    const box = { ...thingIn(warehouse), parent };
    await operations.delete(run, box, { urn: urnOf("box"), id: "one/box", priorInputs, state });
    return { requests: warehouse.requests, warnings, priorInputs, state };
  }

  test("leaves the state with a warning, and stays until then", async () => {
    const { requests, warnings } = await end();
    expect(requests).toEqual(["get one/box"]);
    expect(warnings).toEqual([
      "box: Thing one/box stays in Acme until the Shelf is deleted. Pulumi only removes its entry from the state.",
    ]);
  });

  test("is released if the resource can do that, without a warning", async () => {
    const released: unknown[] = [];
    const { requests, warnings, priorInputs, state } = await end((_, observed, prior) => {
      released.push(observed, prior);
      return Promise.resolve();
    });
    expect(requests).toEqual(["get one/box"]);
    expect(released).toEqual([
      { id: "one/box", ...state },
      { state, inputs: priorInputs },
    ]);
    expect(warnings).toEqual([]);
  });
});

describe("a parent that stays according to the state, after one of its parts was deleted,", () => {
  /** Deletes a box whose marker says that the shelf `one` stays. Returns a function that deletes a shelf in the same run. */
  async function deleteBox() {
    const warehouse = new Warehouse(
      { id: "one", shelf: "one", name: "one", color: "grey" },
      { id: "two", shelf: "two", name: "two", color: "grey" },
      { id: "one/box", shelf: "one", name: "box", color: "grey" },
    );
    const shelf: AnyResource = {
      ...thingIn(warehouse),
      token: "test:index:Shelf",
      identity: "id",
      parts: { deletionOptions: ({ note }) => ({ retain: false, force: note === "force" }) },
    };
    const box: AnyResource = { ...thingIn(warehouse), parent: { resource: shelf, id: "shelf" } };
    const { run } = offline();
    const state = { shelf: "one", name: "box", color: "grey" };
    const priorInputs = { shelf: "one", name: "box", __parent: { id: "one", deletion: "undeclared" } };
    await operations.delete(run, box, { urn: urnOf("box"), id: "one/box", priorInputs, state });
    const deleteShelf = (id: string, more = {}) =>
      operations.delete(run, shelf, { urn: urnOf(id), id, priorInputs: { shelf: id, name: id, ...more }, state: {} });
    return { warehouse, deleteShelf };
  }

  test("is not deleted in the same run", async () => {
    const { warehouse, deleteShelf } = await deleteBox();
    await expect(deleteShelf("one")).rejects.toThrow(
      "Shelf one could not be deleted: this run deleted parts of it, because the state or ACME_ALLOW_PARTIAL_DESTROY says that it stays. " +
        "The provider therefore did not delete it. To delete it too, run the command again.",
    );
    expect(warehouse.ids()).toEqual(["one", "two"]);
  });

  test("is deleted if its deletion also deletes its parts", async () => {
    const { warehouse, deleteShelf } = await deleteBox();
    await deleteShelf("one", { note: "force" });
    expect(warehouse.ids()).toEqual(["two"]);
  });

  test("does not keep another parent", async () => {
    const { warehouse, deleteShelf } = await deleteBox();
    await deleteShelf("two");
    expect(warehouse.ids()).toEqual(["one"]);
  });
});

describe("a parent that its part names by a literal id causes a warning", () => {
  const warning =
    "Shelf one/shelf is declared in this program, but another resource names it by a literal id. " +
    "Pass the `id` of the Shelf to that resource, and run `pulumi up` again. " +
    "Otherwise, a destroy deletes that resource without checking the Shelf.";

  test("when it is kept", async () => {
    const { declaredShelf, warnings, checkShelf, diffShelf, checkBox } = shelfWithBox();
    checkBox();
    checkShelf(declaredShelf, declaredShelf);
    await diffShelf(declaredShelf);
    expect(warnings).toEqual([warning]);
  });

  test.each(["adoptShelf", "previewShelf"] as const)("when it is adopted (%s)", async (adopt) => {
    const shelf = shelfWithBox();
    shelf.checkBox();
    await shelf[adopt]();
    expect(shelf.warnings).toEqual([warning]);
  });

  test("but not if the engine checks the parent first", async () => {
    const { declaredShelf, warnings, checkShelf, diffShelf, checkBox } = shelfWithBox();
    checkShelf(declaredShelf, declaredShelf);
    await diffShelf(declaredShelf);
    checkBox();
    expect(warnings).toEqual([]);
  });
});

describe("a part of a parent that cannot be deleted stays", () => {
  test("if the program does not declare the parent", async () => {
    await expect(shelfWithBox().deleteBox()).rejects.toThrow("The shelf is locked.");
  });

  test("if only a refresh compared the parent", async () => {
    const { declaredShelf, diffShelf, deleteBox } = shelfWithBox();
    await diffShelf(declaredShelf);
    await expect(deleteBox()).rejects.toThrow("The shelf is locked.");
  });

  test("if the program replaces the parent, even with other changes", async () => {
    const { declaredShelf, checkShelf, diffShelf, deleteBox } = shelfWithBox();
    const declared = { ...declaredShelf, name: "rack", note: "new" };
    checkShelf(declared, declaredShelf);
    await diffShelf(declared);
    await expect(deleteBox()).rejects.toThrow("The shelf is locked.");
  });

  test("if the declaration of the parent is invalid", async () => {
    const { declaredShelf, checkShelf, diffShelf, deleteBox } = shelfWithBox();
    expect(checkShelf({ ...declaredShelf, note: 7 }, declaredShelf).failures).toHaveLength(1);
    await diffShelf(declaredShelf);
    await expect(deleteBox()).rejects.toThrow("The shelf is locked.");
  });

  test("if the engine checks the parent once more without its prior inputs, as for replaceOnChanges", async () => {
    const { declaredShelf, checkShelf, diffShelf, deleteBox } = shelfWithBox();
    checkShelf(declaredShelf, declaredShelf);
    await diffShelf(declaredShelf);
    checkShelf(declaredShelf);
    await expect(deleteBox()).rejects.toThrow("The shelf is locked.");
  });
});

describe("a part that moves to another parent", () => {
  test("is refused if the run replaces its parent, and the API would refuse to delete that", async () => {
    const { declaredShelf, checkShelf, moveBox } = shelfWithBox();
    checkShelf(declaredShelf);
    await expect(moveBox()).rejects.toThrow("Thing one/shelf/box could not be deleted: ");
    await expect(moveBox()).rejects.toThrow("The shelf is locked.");
  });

  test("is replaced if its parent stays", async () => {
    const { declaredShelf, checkShelf, moveBox } = shelfWithBox();
    checkShelf(declaredShelf, declaredShelf);
    await expect(moveBox()).resolves.toMatchObject([{ property: "shelf", replace: true }]);
  });
});

describe("a part whose marker does not show if the program declares its parent", () => {
  /** Deletes a box that has no marker. */
  function deleteUnmarked(warehouse: Warehouse) {
    const parts = { deletionOptions: () => ({ retain: false, force: false }) };
    const shelf: AnyResource = { ...thingIn(new Warehouse()), token: "test:index:Shelf", parts };
    const box: AnyResource = { ...thingIn(warehouse), parent: { resource: shelf, id: "shelf" } };
    const priorInputs = { shelf: "one", name: "box" };
    const entry = { urn: urnOf("box"), id: "one/box", priorInputs, state: { ...priorInputs } };
    return operations.delete(offline().run, box, entry);
  }

  test("is not deleted", async () => {
    const warehouse = new Warehouse({ id: "one/box", shelf: "one", name: "box", color: "grey" });
    await expect(deleteUnmarked(warehouse)).rejects.toThrow(
      "Thing one/box could not be deleted: the state does not show if this program declares the Shelf, so the provider did not delete this resource.",
    );
    expect(warehouse.requests).toEqual(["get one/box"]);
  });

  test("leaves the state if it is gone", async () => {
    await expect(deleteUnmarked(new Warehouse())).resolves.toBeUndefined();
  });
});
