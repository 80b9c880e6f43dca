import { hasUnknowns, present, same, unknownValue } from "./values";

test("absent and null are the same, empty and absent are not", () => {
  expect(same(undefined, null)).toBe(true);
  expect(same({ a: null }, {})).toBe(true);
  expect(same([], undefined)).toBe(false);
  expect(same("", undefined)).toBe(false);
});

test("objects are compared whatever the order of their properties, arrays in order", () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same([1], [1, 2])).toBe(false);
  expect(same({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(same({ 0: "x" }, ["x"])).toBe(false);
});

test("an unknown equals nothing, and is found however deep", () => {
  expect(same(unknownValue, unknownValue)).toBe(false);
  expect(same({ a: [unknownValue] }, { a: [unknownValue] })).toBe(false);
  expect(hasUnknowns({ a: [{ b: unknownValue }] })).toBe(true);
  expect(hasUnknowns({ a: [{ b: "known" }] })).toBe(false);
});

test("present drops what is null or undefined, and keeps false, 0 and empty text", () => {
  expect(present({ a: null, b: undefined, c: false, d: 0, e: "" })).toEqual({ c: false, d: 0, e: "" });
});
