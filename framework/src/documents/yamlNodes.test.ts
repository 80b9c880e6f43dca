import { parseDocument, YAMLMap } from "yaml";
import { Tree } from "./yamlNodes";

test("a map is read once, however many of its entries are looked up", () => {
  const { contents } = parseDocument(Array.from({ length: 100 }, (_, index) => `k${index}: ${index}`).join("\n"));
  if (!(contents instanceof YAMLMap)) throw new Error("There is no map.");
  const { items } = contents;
  let reads = 0;
  Object.defineProperty(contents, "items", {
    get: () => {
      reads += 1;
      return items;
    },
  });
  const tree = new Tree(new Map());
  for (const [index, item] of items.entries()) expect(tree.child(contents, `k${index}`)).toBe(item);
  expect(reads).toBe(1);
});

test("if a key is repeated, the last entry counts", () => {
  const { contents } = parseDocument("a: 1\na: 2", { uniqueKeys: false });
  expect(new Tree(new Map()).child(contents, "a")).toMatchObject({ value: { value: 2 } });
});
