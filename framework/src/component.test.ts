import { type Child, ChildId, findReferences, insertIds } from "./component";

const child = (name: string): Child => ({ type: "acme:index:Thing", name, inputs: {}, from: [] });
const [box, lid] = [child("box"), child("lid")];
const inputs = { box: new ChildId(box), list: ["a", { lid: new ChildId(lid) }], count: 1, none: null };

test("the children that inputs name are found at any depth, in order", () => {
  expect(findReferences(inputs)).toEqual([box, lid]);
  expect(findReferences("box")).toEqual([]);
});

test("the id of each child replaces its reference, and other values stay", () => {
  expect(insertIds(inputs, ({ name }) => `id of ${name}`)).toStrictEqual({
    box: "id of box",
    list: ["a", { lid: "id of lid" }],
    count: 1,
    none: null,
  });
});
