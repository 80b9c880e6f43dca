import * as operations from ".";
import type { AnyResource } from "../resource";
import { offline, silentClient } from "../testing/offline";
import { bob, thingIn, Warehouse } from "../testing/thing";

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

test("a list uses the given API", async () => {
  const used: string[] = [];
  const watched: AnyResource = {
    ...thingIn(warehouse),
    list: async function* ({ api }) {
      used.push(api.name);
      yield await Promise.resolve({ id: "one/bob", name: "bob" });
    },
  };
  for (const api of [undefined, silentClient("another API")])
    for await (const { id } of operations.list(offline().run, watched, {}, api)) expect(id).toBe("one/bob");
  expect(used).toEqual(["the API of Acme", "another API"]);
});
