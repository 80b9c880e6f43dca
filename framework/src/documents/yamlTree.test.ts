import { isMap, parseDocument } from "yaml";
import { YamlTree } from "./yamlTree";

/** Returns the map in a text. */
function parseMap(text: string) {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  if (!isMap(contents)) throw new Error("The text is no map.");
  return contents;
}

test("reads a map once for any number of entries", () => {
  const map = parseMap(Array.from({ length: 100 }, (_, index) => `k${index}: ${index}`).join("\n"));
  const { items } = map;
  let reads = 0;
  Object.defineProperty(map, "items", {
    get: () => {
      reads += 1;
      return items;
    },
  });
  const tree = new YamlTree(map, new Map());
  for (const [index, item] of items.entries()) expect(tree.findEntry(map, `k${index}`)).toBe(item);
  expect(reads).toBe(1);
});

test("uses the last entry of a repeated key", () => {
  const map = parseMap("a: 1\na: 2");
  expect(new YamlTree(map, new Map()).findEntry(map, "a")).toMatchObject({ value: { value: 2 } });
});
