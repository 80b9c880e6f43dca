import { CircuitBreaker } from "./circuitBreaker";

/** A breaker that stays open for 1, 2, 3 … seconds if the service names no time. */
const create = (): CircuitBreaker => new CircuitBreaker((attempt) => attempt * 1_000);

test("one request leaves as a probe, and the others follow when the probe succeeds", () => {
  const breaker = create();
  breaker.reject(breaker.enter(), 0, 5_000);
  expect([0, 4_999, 5_000].map((now) => breaker.getWait(now))).toEqual([5_000, 1, 0]);
  const probe = breaker.enter();
  expect(breaker.getWait(5_000)).toBe(Infinity);
  breaker.succeed(probe);
  expect(breaker.getWait(5_000)).toBe(0);
  breaker.enter();
  expect(breaker.getWait(5_000)).toBe(0);
});

test("another probe leaves if the first gets no response", () => {
  const breaker = create();
  breaker.reject(breaker.enter(), 0, null);
  breaker.fail(breaker.enter());
  expect(breaker.getWait(1_000)).toBe(0);
  breaker.enter();
  expect(breaker.getWait(1_000)).toBe(Infinity);
});

test("requests that left together open the breaker once", () => {
  const breaker = create();
  const [first, second, third] = [breaker.enter(), breaker.enter(), breaker.enter()];
  expect(breaker.reject(first, 0, null)).toBe(true);
  expect(breaker.reject(second, 10, null)).toBe(false);
  expect(breaker.getWait(0)).toBe(1_000);
  expect(breaker.reject(third, 20, 4_000)).toBe(false);
  expect(breaker.getWait(0)).toBe(4_000);
});

test("a response to an earlier request does not close the breaker", () => {
  const breaker = create();
  const [first, second] = [breaker.enter(), breaker.enter()];
  breaker.reject(first, 0, null);
  breaker.succeed(second);
  breaker.enter();
  expect(breaker.getWait(1_000)).toBe(Infinity);
});

test("each rejection without a time keeps it open longer, until a request succeeds", () => {
  const breaker = create();
  const waits = [0, 10_000, 20_000].map((now) => {
    breaker.reject(breaker.enter(), now, null);
    return breaker.getWait(now);
  });
  expect(waits).toEqual([1_000, 2_000, 3_000]);
  breaker.succeed(breaker.enter());
  breaker.reject(breaker.enter(), 30_000, null);
  expect(breaker.getWait(30_000)).toBe(1_000);
});

test("a time in the past is ignored", () => {
  const breaker = create();
  breaker.reject(breaker.enter(), 10_000, 10_000);
  expect(breaker.getWait(10_000)).toBe(1_000);
});

test("a rejected probe does not count as opening a closed breaker", () => {
  const breaker = create();
  expect(breaker.reject(breaker.enter(), 0, null)).toBe(true);
  expect(breaker.reject(breaker.enter(), 1_000, null)).toBe(false);
});
