import * as operations from ".";
import type { AnyResource } from "../resource";
import { offline } from "../testing/offline";
import { thingIn, urnOf, Warehouse } from "../testing/thing";

/** A shelf at `floor/name`, whose deletion the API would refuse, and a box on it. */
function shelfWithBox() {
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
  const { run } = offline();
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
  return { declaredShelf, checkShelf, diffShelf, deleteBox };
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
