import { Line } from "./line";

/** Objects to wait in a line, by their names. */
const [ada, bob, carl] = ["ada", "bob", "carl"].map((name) => ({ name }));

function lineOf(...waiting: readonly (object | undefined)[]): Line<object> {
  const line = new Line<object>();
  for (const one of waiting) if (one) line.join(one);
  return line;
}

test("who comes first is called first", () => {
  const line = lineOf(ada, bob, carl);
  expect([line.next(), line.next(), line.next(), line.next()]).toEqual([ada, bob, carl, undefined]);
});

test("who leaves is not called", () => {
  const line = lineOf(ada, bob, carl);
  if (bob) line.leave(bob);
  expect(line.size).toBe(2);
  expect([line.next(), line.next(), line.next()]).toEqual([ada, carl, undefined]);
});

test("newcomers are seen after the line was empty", () => {
  const line = lineOf(ada);
  expect([line.next(), line.next()]).toEqual([ada, undefined]);
  if (bob) line.join(bob);
  expect(line.next()).toBe(bob);
});
