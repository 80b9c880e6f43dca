import { Recent } from "./recent";

function recent(capacity: number, ...moments: readonly number[]): Recent {
  const noted = new Recent(capacity);
  for (const moment of moments) noted.note(moment);
  return noted;
}

test("only what came after a moment counts", () => {
  expect(recent(4, 10, 20, 30).since(20)).toBe(1);
  expect(recent(4, 10, 20, 30).since(0)).toBe(3);
  expect(recent(4).since(0)).toBe(0);
});

test("the oldest are forgotten", () => {
  expect(recent(3, 10, 20, 30, 40, 50).since(0)).toBe(3);
  expect(recent(3, 10, 20, 30, 40, 50).since(40)).toBe(1);
});
