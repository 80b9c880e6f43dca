import { hasUnknowns, isRecord, present, same, unknownValue } from "./values";

test.each([
  ["an object", true, {}],
  ["a list", false, []],
  ["null", false, null],
  ["nothing", false, undefined],
  ["a text", false, "x"],
])("%s is a record: %s", (_, expected, value) => {
  expect(isRecord(value)).toBe(expected);
});

test("absent and null are the same, empty and absent are not", () => {
  expect(same(undefined, null)).toBe(true);
  expect(same(null, undefined)).toBe(true);
  expect(same({ a: null }, {})).toBe(true);
  expect(same({}, { a: null })).toBe(true);
  expect(same([], undefined)).toBe(false);
  expect(same(undefined, [])).toBe(false);
  expect(same("", undefined)).toBe(false);
  expect(same(null, false)).toBe(false);
});

test("objects are compared in any order of their properties, and arrays in order", () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same([1, 2], [1, 3])).toBe(false);
  expect(same([1], [1, 2])).toBe(false);
  expect(same([1, 2], [1])).toBe(false);
  expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(same({ a: 1, b: 2 }, { a: 1 })).toBe(false);
});

test("values of different kinds differ, even if they look alike", () => {
  expect(same({ 0: "x" }, ["x"])).toBe(false);
  expect(same(["x"], { 0: "x" })).toBe(false);
  expect(same([], {})).toBe(false);
  expect(same({}, [])).toBe(false);
  expect(same({}, "")).toBe(false);
  expect(same("", {})).toBe(false);
  expect(same({}, null)).toBe(false);
  expect(same(1, "1")).toBe(false);
});

test("an unknown equals nothing, not even itself", () => {
  expect(same(unknownValue, unknownValue)).toBe(false);
  expect(same(unknownValue, undefined)).toBe(false);
  expect(same(undefined, unknownValue)).toBe(false);
  expect(same({ a: [unknownValue] }, { a: [unknownValue] })).toBe(false);
});

test("an unknown is found at any depth, and next to known values", () => {
  expect(hasUnknowns(unknownValue)).toBe(true);
  expect(hasUnknowns({ a: [{ b: unknownValue }] })).toBe(true);
  expect(hasUnknowns({ a: "known", b: ["known", unknownValue] })).toBe(true);
  expect(hasUnknowns({ a: [{ b: "known" }], c: null })).toBe(false);
  expect(hasUnknowns([])).toBe(false);
});

test("present drops null and undefined, and keeps false, 0 and empty text", () => {
  expect(present({ a: null, b: undefined, c: false, d: 0, e: "" })).toStrictEqual({ c: false, d: 0, e: "" });
});
