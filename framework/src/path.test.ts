import { formatPath, parsePath } from "./path";

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
