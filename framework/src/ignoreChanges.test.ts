import * as z from "zod";
import { applyIgnoreChanges } from "./ignoreChanges";
import type { AnyResource } from "./resource";
import { thingIn, Warehouse } from "../test/support/thing";
import { isRecord, unknownValue } from "./values";

const thing: AnyResource = thingIn(new Warehouse());

describe("an ignored property", () => {
  const declared = { note: "mine", color: "red", sizes: [3, 1] };
  const observed = { note: "theirs", color: "blue", sizes: [1, 3, 2], serial: "7" };

  test("takes the observed value", () => {
    expect(applyIgnoreChanges(thing, declared, observed, ["note"])).toStrictEqual({ ...declared, note: "theirs" });
    expect(applyIgnoreChanges(thing, declared, observed, ["note", "color"])).toMatchObject({
      note: "theirs",
      color: "blue",
    });
  });

  test("keeps the program's order in an unordered list", () => {
    expect(applyIgnoreChanges(thing, { sizes: [3, 9, 1] }, observed, ["sizes[*]"])).toEqual({ sizes: [3, 9, 1] });
    expect(applyIgnoreChanges(thing, declared, observed, ["sizes[0]"])).toEqual(declared);
  });

  test("aligns items in their comparable form, and skips unknown ones", () => {
    const named = z.object({
      name: z.string().meta({ comparable: (name) => String(name).toUpperCase() }),
      note: z.string().optional(),
    });
    const list = z.array(named).meta({ itemKey: (item) => (isRecord(item) ? String(item.name) : "") });
    const labelled: AnyResource = { ...thing, inputs: z.object({ list }) };
    const observed = { list: [{ name: "A", note: "theirs" }, { name: "B" }] };
    expect(
      applyIgnoreChanges(labelled, { list: [unknownValue, { name: "a", note: "mine" }] }, observed, ["list[*].note"]),
    ).toEqual({ list: [unknownValue, { name: "a", note: "theirs" }] });
  });

  test("takes a list that is ignored as a whole as observed", () => {
    expect(applyIgnoreChanges(thing, declared, observed, ["sizes"])).toEqual({ ...declared, sizes: [1, 3, 2] });
  });

  test("is not reordered if one of the two values is not a list", () => {
    expect(applyIgnoreChanges(thing, { sizes: unknownValue }, observed, ["sizes"])).toEqual({ sizes: [1, 3, 2] });
    expect(applyIgnoreChanges(thing, { sizes: [1] }, { sizes: null }, ["sizes"])).toEqual({});
  });

  test("changes nothing without paths", () => {
    expect(applyIgnoreChanges(thing, declared, observed, [])).toBe(declared);
  });
});

describe("an ignored path takes the observed value:", () => {
  const desired = { role: "viewer", list: [{ cidr: "a", note: "mine" }, { cidr: "b" }], rotation: { days: 9 } };
  const observed = {
    role: "admin",
    list: [{ cidr: "x", note: "theirs" }],
    extra: true,
    rotation: { days: 1, grace: 2 },
  };

  test.each([
    ["a property", ["role"], { ...desired, role: "admin" }],
    ["one that was not declared", ["extra"], { ...desired, extra: true }],
    ["one that is not there", ["nothing"], desired],
    ["a whole list", ["list"], { ...desired, list: observed.list }],
    ["a part of one item", ["list[0].note"], { ...desired, list: [{ cidr: "a", note: "theirs" }, { cidr: "b" }] }],
    ["a part of every item", ["list[*].note"], { ...desired, list: [{ cidr: "a", note: "theirs" }, { cidr: "b" }] }],
    ["everything in an object", ["rotation.*"], { ...desired, rotation: { days: 1, grace: 2 } }],
    ["a whole item of a list", ["list[0]"], { ...desired, list: [observed.list[0], { cidr: "b" }] }],
    ["an item that is not there", ["list[1]"], desired],
    ["everything", [""], observed],
    ["a part of what was not declared", ["extra.part"], { ...desired, extra: true }],
    ["first one, then another", ["role", "list"], { ...desired, role: "admin", list: observed.list }],
    ["what is no path, which ignores nothing", ["a["], desired],
  ])("%s", (_, paths, expected) => {
    expect(applyIgnoreChanges(thing, desired, observed, paths)).toEqual(expected);
  });

  test("a part of a missing value stays as declared", () => {
    for (const rotation of [undefined, null, "none"]) {
      expect(applyIgnoreChanges(thing, desired, { rotation }, ["rotation.days"])).toEqual(desired);
    }
  });

  test("a part that is gone is gone", () => {
    expect(applyIgnoreChanges(thing, desired, { rotation: {} }, ["rotation.days"])).toStrictEqual({
      ...desired,
      rotation: {},
    });
  });

  test("only the item at the index is taken from a list", () => {
    const two = { list: [{ cidr: "a" }, { cidr: "b" }] };
    const theirs = { list: [{ cidr: "x" }, { cidr: "y" }] };
    expect(applyIgnoreChanges(thing, two, theirs, ["list[1].cidr"])).toEqual({ list: [{ cidr: "a" }, { cidr: "y" }] });
    expect(applyIgnoreChanges(thing, two, theirs, ["list[1]"])).toEqual({ list: [{ cidr: "a" }, { cidr: "y" }] });
    expect(applyIgnoreChanges(thing, two, theirs, ["list[*]"])).toEqual(theirs);
  });

  test("an observed value of another kind is taken unchanged", () => {
    expect(applyIgnoreChanges(thing, { rotation: "none" }, { rotation: { days: 1 } }, ["rotation.days"])).toEqual({
      rotation: { days: 1 },
    });
    expect(applyIgnoreChanges(thing, { list: ["a"] }, { list: { a: 1 } }, ["list[0]"])).toEqual({ list: ["a"] });
  });

  test("a declared property that is gone is ignored as well", () => {
    expect(applyIgnoreChanges(thing, desired, {}, ["role"])).not.toHaveProperty("role");
    expect(applyIgnoreChanges(thing, desired, { role: null }, ["role"])).not.toHaveProperty("role");
  });
});
