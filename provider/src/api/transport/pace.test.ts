import { Pace } from "./pace";

/** A pace after so many passed requests a second, evenly for some seconds, and then a refusal. */
function refused(perSecond: number, lasting: number, span = 1_000): { readonly pace: Pace; readonly now: number } {
  const pace = new Pace();
  const count = perSecond * lasting;
  for (let sent = 1; sent <= count; sent++) pace.pass((sent * 1_000) / perSecond, false);
  const now = lasting * 1_000;
  pace.refuse(now, span);
  return { pace, now };
}

/** Sends as fast as the pace allows, so many requests, and lets all pass. Returns when it is through. */
function send(pace: Pace, count: number, start: number): number {
  let now = start;
  for (let sent = 0; sent < count; sent++) {
    now += pace.wait(now);
    pace.take(now);
    pace.pass(now, true);
  }
  return now;
}

test("nothing is held back before the first refusal", () => {
  const pace = new Pace();
  expect(send(pace, 1_000, 0)).toBe(0);
  expect(pace).toMatchObject({ rate: Infinity, limit: undefined });
});

test("the rate becomes a little less than what passed in the second before", () => {
  expect(refused(10, 3).pace).toMatchObject({ limit: 10, rate: 9 });
});

test("what passed is measured over the time that Peridio asks for", () => {
  const { pace } = refused(60, 2, 30_000);
  expect(pace.limit).toBeCloseTo(4);
});

test("requests leave evenly, and a late timer may catch up a little", () => {
  const { pace, now } = refused(10, 1);
  const interval = 1_000 / 9;
  const second = send(pace, 2, now);
  expect(pace.wait(second)).toBeCloseTo(interval, 0);
  const late = second + interval + 30;
  pace.take(late);
  expect(pace.wait(late)).toBeCloseTo(interval - 30, 0);
});

test("no time without requests lets more of them leave together later", () => {
  const { pace, now } = refused(10, 1);
  expect(send(pace, 10, now + 60_000) - now - 60_000).toBeGreaterThan(900);
});

test("near the limit the rate grows by a twentieth in ten seconds", () => {
  const { pace, now } = refused(10, 1);
  const start = pace.rate;
  expect(send(pace, 92, now) - now).toBeCloseTo(10_000, -3);
  expect(pace.rate / start).toBeCloseTo(1.05, 1);
});

test("far above a limit that has gone the rate doubles within two seconds", () => {
  const { pace, now } = refused(10, 1);
  let then = now;
  while (pace.rate < 11) then = send(pace, 1, then);
  expect(send(pace, 22, then) - then).toBeLessThan(2_000);
  expect(pace.rate).toBeGreaterThan(20);
});

test("requests that did not have to wait let nothing grow", () => {
  const { pace } = refused(10, 1);
  pace.pass(2_000, false);
  expect(pace.rate).toBe(9);
});

test("a refusal with hardly anything before it sets a rate, but is no measure of the limit", () => {
  const { pace, now } = refused(3, 1);
  expect(pace).toMatchObject({ rate: 3, limit: undefined });
  send(pace, 4, now + 5_000);
  expect(pace.rate).toBeGreaterThan(4);
});

test("a refusal before anything passed says nothing", () => {
  expect(refused(0, 1).pace).toMatchObject({ rate: Infinity, limit: undefined });
});

test("a low rate is measured over ten requests, not over one second", () => {
  const { pace, now } = refused(60, 1, 60_000);
  expect(pace.rate).toBeCloseTo(0.9);
  const then = send(pace, 12, now + 60_000);
  const before = pace.rate;
  pace.refuse(then, 0);
  expect(pace.rate / before).toBeCloseTo(0.9, 1);
});

test("the time in which nothing was let pass is no part of the measure", () => {
  const { pace, now } = refused(10, 1, 2_000);
  const before = pace.rate;
  pace.refuse(send(pace, 6, now + 2_000), 1_000);
  expect(pace.rate / before).toBeCloseTo(0.9, 1);
});

test("after a refusal with hardly anything before it a known rate is halved, and grows back near to what it was", () => {
  const { pace, now } = refused(3, 1);
  const then = send(pace, 2, now + 5_000);
  const before = pace.rate;
  pace.refuse(then, 0);
  expect(pace.rate / before).toBe(0.5);
  send(pace, 5, then);
  expect(pace.rate / before).toBeCloseTo(0.85, 2);
});
