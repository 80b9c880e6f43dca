import { formatPath, parsePath, applyIgnored } from "./path";

test.each([
  ["name", ["name"]],
  ["ipAllowlist[0].cidr", ["ipAllowlist", 0, "cidr"]],
  ['members["bob.b@x.co.uk"]', ["members", "bob.b@x.co.uk"]],
  ['a["with \\"quotes\\""].b', ["a", 'with "quotes"', "b"]],
  ['a["back\\\\slash"]', ["a", "back\\slash"]],
  ["a[120][3]", ["a", 120, 3]],
  ['["1a"]', ["1a"]],
  ['a["b-c"]["1"]', ["a", "b-c", "1"]],
  ['a[""].b', ["a", "", "b"]],
  ["_a.$b1.c_2$", ["_a", "$b1", "c_2$"]],
  ["", []],
])("%s is read and written alike", (text, path) => {
  expect(parsePath(text)).toEqual(path);
  expect(formatPath(path)).toBe(text);
});

test.each([
  ["list[*].cidr", ["list", "*", "cidr"]],
  ["rotation.*", ["rotation", "*"]],
  ["bob-1.x y", ["bob-1", "x y"]],
])("%s is read", (text, path) => {
  expect(parsePath(text)).toEqual(path);
});

test.each(["a[", "a]", 'a["b', "a..b", "a.", "a[x]", "a[]", 'a["b"c"]', "a[1", 'a"b'])("%s is no path", (text) => {
  expect(parsePath(text)).toBeUndefined();
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
    expect(applyIgnored(desired, observed, paths)).toEqual(expected);
  });

  test("a part of a missing value stays as declared", () => {
    for (const rotation of [undefined, null, "none"]) {
      expect(applyIgnored(desired, { rotation }, ["rotation.days"])).toEqual(desired);
    }
  });

  test("a part that is gone is gone", () => {
    expect(applyIgnored(desired, { rotation: {} }, ["rotation.days"])).toStrictEqual({ ...desired, rotation: {} });
  });

  test("only the item at the index is taken from a list", () => {
    const two = { list: [{ cidr: "a" }, { cidr: "b" }] };
    const theirs = { list: [{ cidr: "x" }, { cidr: "y" }] };
    expect(applyIgnored(two, theirs, ["list[1].cidr"])).toEqual({ list: [{ cidr: "a" }, { cidr: "y" }] });
    expect(applyIgnored(two, theirs, ["list[1]"])).toEqual({ list: [{ cidr: "a" }, { cidr: "y" }] });
    expect(applyIgnored(two, theirs, ["list[*]"])).toEqual(theirs);
  });

  test("an observed value of another kind is taken unchanged", () => {
    expect(applyIgnored({ rotation: "none" }, { rotation: { days: 1 } }, ["rotation.days"])).toEqual({
      rotation: { days: 1 },
    });
    expect(applyIgnored({ list: ["a"] }, { list: { a: 1 } }, ["list[0]"])).toEqual({ list: ["a"] });
  });

  test("a declared property that is gone is ignored as well", () => {
    expect(applyIgnored(desired, {}, ["role"])).not.toHaveProperty("role");
    expect(applyIgnored(desired, { role: null }, ["role"])).not.toHaveProperty("role");
  });
});
