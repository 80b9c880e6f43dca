import { Gate } from "./gate";

/** A gate that is closed for 1, 2, 3 … seconds where Peridio does not say how long. */
const gate = (): Gate => new Gate((attempt) => attempt * 1_000);

test("one request goes ahead, and the others follow when it has passed", () => {
  const closed = gate();
  closed.refuse(closed.enter(), 0, 5_000);
  expect([0, 4_999, 5_000].map((now) => closed.wait(now))).toEqual([5_000, 1, 0]);
  const ahead = closed.enter();
  expect(closed.wait(5_000)).toBe(Infinity);
  closed.pass(ahead);
  expect(closed.wait(5_000)).toBe(0);
  closed.enter();
  expect(closed.wait(5_000)).toBe(0);
});

test("another goes ahead when there was no answer to the first", () => {
  const closed = gate();
  closed.refuse(closed.enter(), 0, null);
  closed.lose(closed.enter());
  expect(closed.wait(1_000)).toBe(0);
  closed.enter();
  expect(closed.wait(1_000)).toBe(Infinity);
});

test("requests that left together are refused together", () => {
  const open = gate();
  const [first, second, third] = [open.enter(), open.enter(), open.enter()];
  expect(open.refuse(first, 0, null)).toBe(true);
  expect(open.refuse(second, 10, null)).toBe(false);
  expect(open.wait(0)).toBe(1_000);
  expect(open.refuse(third, 20, 4_000)).toBe(false);
  expect(open.wait(0)).toBe(4_000);
});

test("an answer to a request that left before does not open the gate", () => {
  const open = gate();
  const [first, second] = [open.enter(), open.enter()];
  open.refuse(first, 0, null);
  open.pass(second);
  open.enter();
  expect(open.wait(1_000)).toBe(Infinity);
});

test("each refusal without a time closes it for longer, until something passes", () => {
  const closed = gate();
  const waits = [0, 10_000, 20_000].map((now) => {
    closed.refuse(closed.enter(), now, null);
    return closed.wait(now);
  });
  expect(waits).toEqual([1_000, 2_000, 3_000]);
  closed.pass(closed.enter());
  closed.refuse(closed.enter(), 30_000, null);
  expect(closed.wait(30_000)).toBe(1_000);
});

test("a time that is over is no time", () => {
  const closed = gate();
  closed.refuse(closed.enter(), 10_000, 10_000);
  expect(closed.wait(10_000)).toBe(1_000);
});

test("the one that went ahead too early closes no open gate", () => {
  const closed = gate();
  expect(closed.refuse(closed.enter(), 0, null)).toBe(true);
  expect(closed.refuse(closed.enter(), 1_000, null)).toBe(false);
});
