import type { AnyResource } from "#framework";
import { offline } from "../support/offline";
import { bob, declaredBob, thingIn, urnOf, Warehouse } from "#framework/testing";

const urn = urnOf("bob");
const { id, ...outputs } = bob;
const way = `To remove it from the state only, run \`pulumi state delete --force '${urn}'\`. This changes nothing in Peridio. Avocado`;

/** The lifecycle of an API that has no billing settings, and neither renames nor deletes. */
const lifecycle = offline("connect");

describe("a resource that the API does not have", () => {
  const warehouse = new Warehouse(bob);
  const lacking: AnyResource = { ...thingIn(warehouse), requires: "billingSettings" };
  const update = { urn, id, declared: declaredBob, priorInputs: declaredBob, state: outputs, ignore: [] };
  afterEach(() => {
    expect(warehouse.asked).toEqual([]);
  });

  test("is refused by a check, and the way out of the state is named if it is in it", () => {
    const reasons = [undefined, declaredBob].map((before) =>
      lifecycle.check(lacking, { urn, declared: declaredBob }, before).failures.map(({ reason }) => reason),
    );
    expect(reasons).toEqual([
      [expect.stringMatching(/^Avocado Connect has no billing settings: .* from the program\. Avocado/)],
      [expect.stringContaining(way)],
    ]);
  });

  test("is neither read nor deleted, and stays in the state", async () => {
    await expect(lifecycle.read(lacking, update)).rejects.toThrow(way);
    await expect(lifecycle.delete(lacking, update)).rejects.toThrow(way);
  });

  test("is not imported, and no state is spoken of", async () => {
    const imported = lifecycle.read(lacking, { ...update, declared: {}, state: {} });
    await expect(imported).rejects.toThrow("Thing one/bob could not be read: Avocado Connect has no billing settings");
    await expect(imported).rejects.not.toThrow("pulumi state delete");
  });

  test("is not listed", () => {
    expect(() => lifecycle.list(lacking, {})).toThrow("Thing cannot be listed: Avocado Connect has no billing");
  });
});

describe("a resource that the API does not delete", () => {
  const lasting = (warehouse: Warehouse): AnyResource => ({
    ...thingIn(warehouse),
    deleteRequires: "deleteOrganization",
  });

  test("is not even looked at, and stays in the state", async () => {
    const warehouse = new Warehouse(bob);
    const deleted = lifecycle.delete(lasting(warehouse), { urn, id, priorInputs: declaredBob, state: outputs });
    await expect(deleted).rejects.toThrow(/^Thing one\/bob could not be deleted: Avocado Connect cannot delete /);
    expect(warehouse.asked).toEqual([]);
  });

  test("is deleted by an API that does", async () => {
    const warehouse = new Warehouse(bob);
    await offline().delete(lasting(warehouse), { urn, id, priorInputs: declaredBob, state: outputs });
    expect(warehouse.asked).toEqual(["get one/bob", "remove one/bob"]);
  });
});

describe("a property that the API does not change", () => {
  const thing = thingIn(new Warehouse());
  const color = thing.inputs.shape.color.meta({ changeRequires: "renameOrganization", resetsTo: () => "grey" });
  const labelled: AnyResource = { ...thing, inputs: thing.inputs.extend({ color }) };
  const red = { ...outputs, color: "red" };
  const update = { urn, id, declared: declaredBob, priorInputs: { ...declaredBob, color: "red" }, state: red };

  test("stays as it is when it is declared no more", () => {
    expect(lifecycle.diff(labelled, { ...update, ignore: [] })).toEqual([]);
  });

  test("returns to its default if the API changes it", () => {
    expect(offline().diff(labelled, { ...update, ignore: [] })).toMatchObject([{ property: "color" }]);
  });

  test("is a difference as ever while it is declared, and was so before", () => {
    const declared = { ...declaredBob, color: "blue" };
    expect(lifecycle.diff(labelled, { ...update, declared, ignore: [] })).toMatchObject([
      { kind: "update", input: true },
    ]);
    const same = { ...update, declared: update.priorInputs, state: { ...red, color: "blue" } };
    expect(lifecycle.diff(labelled, { ...same, ignore: [] })).toMatchObject([{ kind: "update", input: false }]);
  });
});
