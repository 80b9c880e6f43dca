import { RateLimiter } from "./rateLimiter";

/** A limiter after some seconds of evenly accepted requests and one rejection. */
function rejected(
  perSecond: number,
  seconds: number,
  pause = 1_000,
): { readonly limiter: RateLimiter; readonly now: number } {
  const limiter = new RateLimiter();
  const count = perSecond * seconds;
  for (let sent = 1; sent <= count; sent++) limiter.accept((sent * 1_000) / perSecond, false);
  const now = seconds * 1_000;
  limiter.reject(now, pause);
  return { limiter, now };
}

/** Sends that many requests as fast as the limiter allows, and accepts all. Returns the time of the last one. */
function send(limiter: RateLimiter, count: number, start: number): number {
  let now = start;
  for (let sent = 0; sent < count; sent++) {
    now += limiter.getWait(now);
    limiter.take(now);
    limiter.accept(now, true);
  }
  return now;
}

test("no request waits before the first rejection", () => {
  const limiter = new RateLimiter();
  expect(send(limiter, 1_000, 0)).toBe(0);
  expect(limiter).toMatchObject({ rate: Infinity, limit: undefined });
});

test("a rejection sets the rate to nine tenths of the rate in the second before", () => {
  expect(rejected(10, 3).limiter).toMatchObject({ limit: 10, rate: 9 });
});

test("the rate is measured over the time that the service asks to wait", () => {
  const { limiter } = rejected(60, 2, 30_000);
  expect(limiter.limit).toBeCloseTo(4);
});

test("the rate is measured over the last requests of many", () => {
  expect(rejected(1_000, 9, 2_000).limiter.limit).toBeCloseTo(1_000);
});

test("requests leave evenly, and a late timer may catch up by 50 ms", () => {
  const { limiter, now } = rejected(10, 1);
  const interval = 1_000 / 9;
  const second = send(limiter, 2, now);
  expect(limiter.getWait(second)).toBeCloseTo(interval, 0);
  const late = second + interval + 30;
  limiter.take(late);
  expect(limiter.getWait(late)).toBeCloseTo(interval - 30, 0);
});

test("idle time does not allow a burst later", () => {
  const { limiter, now } = rejected(10, 1);
  expect(send(limiter, 10, now + 60_000) - now - 60_000).toBeGreaterThan(900);
});

test("near the limit the rate grows by 5 % in ten seconds", () => {
  const { limiter, now } = rejected(10, 1);
  const start = limiter.rate;
  expect(send(limiter, 92, now) - now).toBeCloseTo(10_000, -3);
  expect(limiter.rate / start).toBeCloseTo(1.05, 1);
});

test("far above a lifted limit the rate doubles within two seconds", () => {
  const { limiter, now } = rejected(10, 1);
  let then = now;
  while (limiter.rate < 11) then = send(limiter, 1, then);
  expect(send(limiter, 22, then) - then).toBeLessThan(2_000);
  expect(limiter.rate).toBeGreaterThan(20);
});

test("the rate does not grow while no request waits", () => {
  const { limiter } = rejected(10, 1);
  limiter.accept(2_000, false);
  expect(limiter.rate).toBe(9);
});

test("a rejection after fewer than five requests sets a rate but no limit", () => {
  const { limiter, now } = rejected(3, 1);
  expect(limiter).toMatchObject({ rate: 3, limit: undefined });
  send(limiter, 4, now + 5_000);
  expect(limiter.rate).toBeGreaterThan(4);
});

test("a rejection before the first accepted request sets no rate", () => {
  expect(rejected(0, 1).limiter).toMatchObject({ rate: Infinity, limit: undefined });
});

test("a low rate is measured over ten requests instead of one second", () => {
  const { limiter, now } = rejected(60, 1, 60_000);
  expect(limiter.rate).toBeCloseTo(0.9);
  const then = send(limiter, 12, now + 60_000);
  const before = limiter.rate;
  limiter.reject(then, 0);
  expect(limiter.rate / before).toBeCloseTo(0.9, 1);
});

test("a pause is not part of the measured time", () => {
  const { limiter, now } = rejected(10, 1, 2_000);
  const before = limiter.rate;
  limiter.reject(send(limiter, 6, now + 2_000), 1_000);
  expect(limiter.rate / before).toBeCloseTo(0.9, 1);
});

test("a rejection after fewer than five requests halves a known rate, which grows back to 85 % of the limit", () => {
  const { limiter, now } = rejected(3, 1);
  const then = send(limiter, 2, now + 5_000);
  const before = limiter.rate;
  limiter.reject(then, 0);
  expect(limiter.rate / before).toBe(0.5);
  send(limiter, 5, then);
  expect(limiter.rate / before).toBeCloseTo(0.85, 2);
});
