import { exponential } from "./backoff";

test("waits double up to half a minute", () => {
  const longest = exponential(() => 1);
  expect([1, 2, 3, 4, 5, 6, 60].map(longest)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("chance decides over the whole wait", () => {
  expect([0, 0.25, 0.5].map((chance) => exponential(() => chance)(3))).toEqual([0, 1_000, 2_000]);
});
