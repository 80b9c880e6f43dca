import { formatPath, parsePath, takeOver } from "./path";

test.each([
  ["name", ["name"]],
  ["ipAllowlist[0].cidr", ["ipAllowlist", 0, "cidr"]],
  ['members["bob.b@x.co.uk"]', ["members", "bob.b@x.co.uk"]],
  ['a["with \\"quotes\\""].b', ["a", 'with "quotes"', "b"]],
])("%s is read and written alike", (text, path) => {
  expect(parsePath(text)).toEqual(path);
  expect(formatPath(path)).toBe(text);
});

test.each(["a[", "a]", 'a["b', "a..b"])("%s is no path", (text) => {
  expect(parsePath(text)).toBeUndefined();
});

describe("an ignored path takes the observed value:", () => {
  const wanted = { role: "viewer", list: [{ cidr: "a", note: "mine" }, { cidr: "b" }], rotation: { days: 9 } };
  const observed = {
    role: "admin",
    list: [{ cidr: "x", note: "theirs" }],
    extra: true,
    rotation: { days: 1, grace: 2 },
  };

  test.each([
    ["a property", ["role"], { ...wanted, role: "admin" }],
    ["one that was not declared", ["extra"], { ...wanted, extra: true }],
    ["one that is not there", ["nothing"], wanted],
    ["a whole list", ["list"], { ...wanted, list: observed.list }],
    ["a part of one item", ["list[0].note"], { ...wanted, list: [{ cidr: "a", note: "theirs" }, { cidr: "b" }] }],
    ["a part of every item", ["list[*].note"], { ...wanted, list: [{ cidr: "a", note: "theirs" }, { cidr: "b" }] }],
    ["everything in an object", ["rotation.*"], { ...wanted, rotation: { days: 1, grace: 2 } }],
    ["what is no path, which ignores nothing", ["a["], wanted],
  ])("%s", (_, paths, expected) => {
    expect(takeOver(wanted, observed, paths)).toEqual(expected);
  });

  test("a part of something that is gone stays as declared", () => {
    expect(takeOver(wanted, { rotation: undefined }, ["rotation.days"])).toEqual(wanted);
  });

  test("a declared property that is gone is ignored as well", () => {
    const result = takeOver(wanted, {}, ["role"]);
    expect(result).not.toHaveProperty("role");
  });
});
