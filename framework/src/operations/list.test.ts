import * as operations from ".";
import { offline } from "../../test/support/offline";
import { bob, thingIn, Warehouse } from "../../test/support/thing";

const warehouse = new Warehouse(bob, { ...bob, id: "two/eve", shelf: "two", name: "eve" });

async function ids(query: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of operations.list(offline().run, thingIn(warehouse), query)) ids.push(id);
  return ids;
}

test("a list contains the objects of the query", async () => {
  expect(await ids({})).toEqual(["one/bob", "two/eve"]);
  expect(await ids({ shelf: "two" })).toEqual(["two/eve"]);
});

test("an invalid query is refused", async () => {
  await expect(ids({ shelf: 1 })).rejects.toThrow("shelf: must be a string");
  await expect(ids({ rack: "two" })).rejects.toThrow(
    "rack: is not a property of a list of Thing. The properties are shelf",
  );
});
