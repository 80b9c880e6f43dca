import { isGoAtLeast } from "./go";

test("a Go release is compared by number, not by text", () => {
  expect(isGoAtLeast("go1.26.8", "1.26")).toBe(true);
  expect(isGoAtLeast("go1.100.0", "1.26")).toBe(true);
  expect(isGoAtLeast("go1.9.7", "1.26")).toBe(false);
  expect(isGoAtLeast("go1.25.11", "1.26.0")).toBe(false);
});

test("release candidates and vendors' builds count as their release", () => {
  expect(isGoAtLeast("go1.26rc1", "1.26")).toBe(true);
  expect(isGoAtLeast("go1.26.1-vendor.2", "1.26.1")).toBe(true);
});

test("a Go that does not say its version will not do", () => {
  expect(isGoAtLeast("", "1.26")).toBe(false);
});
