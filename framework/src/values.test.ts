import { hasUnknowns, isRecord, omitAbsent, isSameValue, unknownValue } from "./values";

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
  expect(isSameValue(undefined, null)).toBe(true);
  expect(isSameValue(null, undefined)).toBe(true);
  expect(isSameValue({ a: null }, {})).toBe(true);
  expect(isSameValue({}, { a: null })).toBe(true);
  expect(isSameValue([], undefined)).toBe(false);
  expect(isSameValue(undefined, [])).toBe(false);
  expect(isSameValue("", undefined)).toBe(false);
  expect(isSameValue(null, false)).toBe(false);
});

test("objects are compared in any order of their properties, and arrays in order", () => {
  expect(isSameValue({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(isSameValue([1, 2], [2, 1])).toBe(false);
  expect(isSameValue([1, 2], [1, 3])).toBe(false);
  expect(isSameValue([1], [1, 2])).toBe(false);
  expect(isSameValue([1, 2], [1])).toBe(false);
  expect(isSameValue({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(isSameValue({ a: 1, b: 2 }, { a: 1 })).toBe(false);
});

test("values of different kinds differ, even if they look alike", () => {
  expect(isSameValue({ 0: "x" }, ["x"])).toBe(false);
  expect(isSameValue(["x"], { 0: "x" })).toBe(false);
  expect(isSameValue([], {})).toBe(false);
  expect(isSameValue({}, [])).toBe(false);
  expect(isSameValue({}, "")).toBe(false);
  expect(isSameValue("", {})).toBe(false);
  expect(isSameValue({}, null)).toBe(false);
  expect(isSameValue(1, "1")).toBe(false);
});

test("an unknown equals nothing, not even itself", () => {
  expect(isSameValue(unknownValue, unknownValue)).toBe(false);
  expect(isSameValue(unknownValue, undefined)).toBe(false);
  expect(isSameValue(undefined, unknownValue)).toBe(false);
  expect(isSameValue({ a: [unknownValue] }, { a: [unknownValue] })).toBe(false);
});

test("an unknown is found at any depth, and next to known values", () => {
  expect(hasUnknowns(unknownValue)).toBe(true);
  expect(hasUnknowns({ a: [{ b: unknownValue }] })).toBe(true);
  expect(hasUnknowns({ a: "known", b: ["known", unknownValue] })).toBe(true);
  expect(hasUnknowns({ a: [{ b: "known" }], c: null })).toBe(false);
  expect(hasUnknowns([])).toBe(false);
});

test("omitAbsent drops null and undefined, and keeps false, 0 and empty text", () => {
  expect(omitAbsent({ a: null, b: undefined, c: false, d: 0, e: "" })).toStrictEqual({ c: false, d: 0, e: "" });
});
