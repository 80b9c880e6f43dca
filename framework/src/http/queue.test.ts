import { getEventListeners } from "node:events";
import { FakeClock } from "./testing/fakeClock";
import { answer, lost, request } from "./testing/outcomes";
import { Fifo, queueRequests } from "./queue";
import { RetryBudget, type Outcome, type Request } from "./request";
import { exponentialBackoff } from "./retry";

const settings = { service: "Acme", maxConcurrency: 10, stallTimeout: 300_000, backoff: exponentialBackoff(() => 1) };

/** A queue before a server that holds each request until the test answers it. */
function byHand(maxConcurrency = 10) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const arrived: { readonly path: string; readonly at: number; answer(outcome: Outcome): void }[] = [];
  const next = async ({ path }: Request): Promise<Outcome> =>
    new Promise((resolve) => {
      arrived.push({ path, at: clock.now(), answer: resolve });
    });
  const log = (_: string, message: string): void => void logged.push(message);
  const through = queueRequests({ ...settings, maxConcurrency, clock, log })(next);
  const send = async (path: string, details: Partial<Request> = {}): Promise<Outcome> =>
    through(request("GET", { path, ...details }));
  const sendAll = async (...paths: readonly string[]): Promise<Outcome[]> =>
    Promise.all(paths.map(async (path) => send(path)));
  const reply = async (index: number | readonly number[], outcome: Outcome): Promise<void> => {
    for (const one of [index].flat()) arrived[one]?.answer(outcome);
    await settled();
  };
  const paths = (): string[] => arrived.map(({ path }) => path);
  return { clock, logged, arrived, paths, send, sendAll, reply };
}

/** Runs everything that is due. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs everything that takes no time. */
async function soon(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** The response to a request at the given time. */
type Rule = (now: number) => Outcome;

/** A queue before a server that follows a rule and answers after 20 ms. */
function ruled(rule: Rule) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const answered: { readonly at: number; readonly outcome: Outcome }[] = [];
  const next = async (): Promise<Outcome> => {
    const outcome = rule(clock.now());
    answered.push({ at: clock.now(), outcome });
    await clock.sleep(20);
    return outcome;
  };
  const log = (_: string, message: string): void => void logged.push(message);
  const through = queueRequests({ ...settings, clock, log })(next);
  const send = async (count: number): Promise<Outcome[]> =>
    Promise.all(Array.from({ length: count }, async () => through(request("POST"))));
  return { clock, logged, answered, send };
}

/** Accepts so many requests in each window of time, and rejects the others until its end, in whole seconds. */
function windows(count: number, length = 1_000): Rule {
  let [window, passed] = [0, 0];
  return (now) => {
    const current = Math.floor(now / length);
    passed = current === window ? passed + 1 : 1;
    window = current;
    const left = Math.ceil(((current + 1) * length - now) / 1_000);
    return passed > count ? answer(429, { retryAt: now + left * 1_000 }) : answer(201);
  };
}

const isRejection = ({ outcome }: { readonly outcome: Outcome }): boolean =>
  outcome.kind === "answer" && outcome.status === 429;

describe("the order", () => {
  test("at most maxConcurrency requests are in flight, and the others follow in their order", async () => {
    const { paths, sendAll, reply } = byHand(2);
    const outcomes = sendAll("a", "b", "c");
    await settled();
    expect(paths()).toEqual(["a", "b"]);
    await reply(0, answer(200));
    expect(paths()).toEqual(["a", "b", "c"]);
    await reply([1, 2], answer(404));
    expect(await outcomes).toMatchObject([{ status: 200 }, { status: 404 }, { status: 404 }]);
  });

  test("a rejected or repeated request goes before those that have not started", async () => {
    const { paths, send, sendAll, reply } = byHand(2);
    void sendAll("a", "b", "c", "d");
    const budget = new RetryBudget(300_000);
    budget.spend(1);
    void send("retry", { budget });
    await settled();
    await reply(0, answer(429));
    for (const index of [1, 2, 3, 4, 5]) await reply(index, answer(200));
    expect(paths()).toEqual(["a", "b", "retry", "a", "c", "d"]);
  });

  test("a new request does not overtake those whose wait ends at the same time", async () => {
    const { clock, arrived, paths, send, reply } = byHand(1);
    void send("a");
    void send("b");
    await soon();
    void clock.sleep(5_000).then(async () => send("late"));
    arrived[0]?.answer(answer(429, { retryAt: clock.now() + 5_000 }));
    await settled();
    for (const index of [1, 2, 3]) await reply(index, answer(200));
    expect(paths()).toEqual(["a", "a", "b", "late"]);
  });

  test("all pending requests share one listener of a signal", async () => {
    const { send } = byHand(1);
    const { signal } = new AbortController();
    for (let count = 0; count < 20; count++) void send("a", { signal });
    await settled();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });

  test("without a rejection there is no wait and no notice", async () => {
    const { clock, logged, send } = ruled(() => answer(200));
    expect(await send(50)).toHaveLength(50);
    expect(clock.slept.every((wait) => wait === 20)).toBe(true);
    expect(logged).toEqual([]);
  });
});

describe("a 429", () => {
  test("pauses all requests until the time that the service names, and is then repeated", async () => {
    const { clock, arrived, send, reply } = byHand(1);
    const first = send("a");
    void send("b");
    await settled();
    const opens = clock.now() + 7_000;
    await reply(0, answer(429, { retryAt: opens }));
    expect(arrived[1]).toMatchObject({ path: "a", at: opens });
    await reply(1, answer(200));
    expect(await first).toMatchObject({ status: 200 });
    expect(arrived[2]).toMatchObject({ path: "b" });
  });

  test("sends one request as a probe, and the others after the probe succeeds", async () => {
    const { paths, sendAll, reply } = byHand(2);
    void sendAll("a", "b", "c");
    await settled();
    await reply([0, 1], answer(429));
    expect(paths()).toEqual(["a", "b", "a"]);
    await reply(2, answer(429));
    expect(paths()).toEqual(["a", "b", "a", "b"]);
    await reply(3, answer(200));
    expect(paths()).toEqual(["a", "b", "a", "b", "a", "c"]);
  });

  test("pauses longer each time if the service names no time", async () => {
    const { clock, arrived, send, reply } = byHand();
    const start = clock.now();
    void send("a");
    await settled();
    for (const round of [0, 1, 2]) await reply(round, answer(429));
    expect(arrived.map(({ at }) => at - start)).toEqual([0, 1_000, 3_000, 7_000]);
  });
});

describe("a limit", () => {
  test("of 10 a second rejects less than 2 % of 500 requests once it is known", async () => {
    const { clock, answered, send } = ruled(windows(10));
    const start = clock.now();
    const outcomes = await send(500);
    expect(outcomes.every((outcome) => outcome.kind === "answer" && outcome.status === 201)).toBe(true);
    const later = answered.filter(({ at }) => at > start + 3_000);
    expect(later.filter(isRejection).length / later.length).toBeLessThan(0.02);
    expect(clock.now() - start).toBeLessThan(60_000);
  });

  test("of 600 a minute rejects less than 1 % of 3,000 requests", async () => {
    const { answered, clock, send } = ruled(windows(600, 60_000));
    const start = clock.now();
    await send(3_000);
    expect(answered.filter(isRejection).length).toBeLessThan(30);
    expect(clock.now() - start).toBeLessThan(360_000);
  });

  test("that is lifted does not delay requests for long", async () => {
    const start = new FakeClock().now();
    const narrow = windows(10);
    const { clock, send } = ruled((now) => (now < start + 5_000 ? narrow(now) : answer(201)));
    await send(2_000);
    expect(clock.now() - start).toBeLessThan(70_000);
  });

  test("is still known after a time with few requests", async () => {
    const { clock, answered, send } = ruled(windows(10));
    await send(40);
    for (let count = 0; count < 1_000; count++) {
      await send(1);
      await clock.sleep(1_000);
    }
    const before = answered.length;
    await send(30);
    expect(answered.slice(before).filter(isRejection).length).toBeLessThan(3);
  });

  test("does not fail a request that waits for 1,000 s while others succeed", async () => {
    const { clock, send } = ruled(windows(10));
    const start = clock.now();
    const outcomes = await send(10_000);
    expect(clock.now() - start).toBeGreaterThan(1_000_000);
    expect(new Set(outcomes.map(({ kind, stopReason }) => `${kind} ${stopReason}`))).toEqual(
      new Set(["answer undefined"]),
    );
  });
});

describe("the stall timeout", () => {
  const none = "Acme has accepted no request";
  const asks = "Acme asks for a wait of 600 s, which exceeds the limit of 300 s";

  test("fails all requests immediately if the service asks for a longer wait", async () => {
    const { clock, arrived, sendAll, send, reply } = byHand(1);
    const outcomes = sendAll("a", "b");
    await settled();
    const rejection = answer(429, { requestId: "r-1", retryAt: clock.now() + 600_000 });
    await reply(0, rejection);
    expect(await outcomes).toEqual([
      { ...rejection, stopReason: `because ${asks}` },
      { kind: "failure", summary: `${asks}. Try again later.`, isSent: false, isPermanent: true },
    ]);
    expect(await send("c")).toMatchObject({ kind: "failure", isSent: false });
    expect(arrived).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test("fails all requests if the service rejects every request for that long", async () => {
    const { clock, answered, send } = ruled((now) => answer(429, { retryAt: now + 8_000 }));
    const start = clock.now();
    const outcomes = await send(12);
    const why = `${none} for 297 s`;
    expect(outcomes.slice(0, 10)).toEqual(Array(10).fill(expect.objectContaining({ stopReason: `because ${why}` })));
    const notSent = { kind: "failure", summary: `${why}. Try again later.`, isSent: false, isPermanent: true };
    expect(outcomes.slice(10)).toEqual([notSent, notSent]);
    expect(clock.now() - start).toBeLessThan(300_000);
    expect(answered.length).toBeLessThan(60);
  });

  test("starts again with each accepted request", async () => {
    let next = 0;
    const { clock, send } = ruled((now) => {
      if (now < next) return answer(429, { retryAt: now + 10_000 });
      next = now + 200_000;
      return answer(201);
    });
    const start = clock.now();
    expect((await send(4)).map(({ stopReason }) => stopReason)).toEqual([undefined, undefined, undefined, undefined]);
    expect(clock.now() - start).toBeGreaterThan(600_000);
  });

  test("starts again after a time without requests", async () => {
    const outcomes = [answer(200), answer(429), answer(200)];
    const { clock, send } = ruled(() => outcomes.shift() ?? lost);
    await send(1);
    await clock.sleep(600_000);
    expect(await send(1)).toMatchObject([{ status: 200 }]);
  });

  test("lets each new request try once after it has fired, until one succeeds", async () => {
    const start = new FakeClock().now();
    const rejects = (now: number): boolean => now < 400_000 || (now > 800_000 && now < 800_500);
    const { clock, answered, send } = ruled((now) => answer(rejects(now - start) ? 429 : 200));
    await send(1);
    await clock.sleep(30_000);
    const before = answered.length;
    expect(await send(1)).toMatchObject([{ status: 429, stopReason: `because ${none} for 302 s` }]);
    expect(answered.length - before).toBe(1);
    await clock.sleep(100_000);
    expect(await send(2)).toMatchObject([{ status: 200 }, { status: 200 }]);
    await clock.sleep(start + 800_100 - clock.now());
    expect(await send(1)).toMatchObject([{ status: 200 }]);
  });

  test.each([
    ["has the usual length", settings.backoff],
    ["has the shortest length", exponentialBackoff(() => 0)],
  ])("ends a request that is always rejected with `Retry-After: 0`, if each wait %s", async (_, backoff) => {
    const clock = new FakeClock();
    const start = clock.now();
    let attempts = 0;
    const next = async (): Promise<Outcome> => {
      attempts += 1;
      // An endless test would fail only after a long time.
      if (attempts > 5_000) throw new Error("there were more than 5000 attempts");
      return Promise.resolve(answer(429, { retryAt: clock.now() }));
    };
    const through = queueRequests({ ...settings, backoff, clock, log: () => undefined })(next);
    const outcome = await through(request("GET"));
    expect(outcome).toMatchObject({ kind: "answer", status: 429 });
    expect(outcome.stopReason).toMatch(/^because Acme has accepted no request for (2\d\d|300) s$/);
    expect(clock.now() - start).toBeLessThanOrEqual(300_000);
  });

  test("fails the requests behind one that gets no response", async () => {
    const { clock, send, reply } = byHand(1);
    void send("a");
    const waiting = send("b");
    await clock.sleep(301_000);
    await reply(0, lost);
    expect(await waiting).toMatchObject({
      kind: "failure",
      summary: "Acme has accepted no request for 301 s. Try again later.",
    });
  });
});

describe("the log", () => {
  test("reports the measured limit once, then how many requests wait", async () => {
    const { logged, send } = ruled(windows(10));
    await send(500);
    expect(logged).toEqual([
      "Acme allows about 10 requests a second, so the provider slows down",
      expect.stringMatching(/^Acme allows about 10 requests a second, so 4\d\d requests wait$/),
      expect.stringMatching(/^Acme allows about 10 requests a second, so 2\d\d requests wait$/),
    ]);
  });

  test("reports a long pause when it begins, once for requests that are rejected together, and then the rest of it", async () => {
    const { clock, logged, arrived, sendAll } = byHand();
    void sendAll("a", "b", "c");
    await settled();
    const start = clock.now();
    for (const index of [0, 1, 2]) {
      arrived[index]?.answer(answer(429, { retryAt: start + 45_000 + index }));
      await soon();
    }
    await settled();
    expect(logged).toEqual([
      "Acme accepts no request for 45 s, so 1 request waits",
      "Acme accepts no request for 36 s, so 3 requests wait",
      "Acme accepts no request for 16 s, so 3 requests wait",
    ]);
  });

  test("reports a long pause when it begins, even right after another line", async () => {
    const start = new FakeClock().now();
    const narrow = windows(10);
    const { logged, send } = ruled((now) => {
      const closed = now > start + 3_000 && now < start + 33_000;
      return closed ? answer(429, { retryAt: start + 33_000 }) : narrow(now);
    });
    await send(40);
    expect(logged).toEqual([
      "Acme allows about 10 requests a second, so the provider slows down",
      expect.stringMatching(/^Acme accepts no request for 30 s, so \d+ requests wait$/),
      expect.stringMatching(/^Acme accepts no request for 10 s, so \d+ requests wait$/),
    ]);
  });

  test("reports no short wait", async () => {
    const { logged, send, reply } = byHand();
    void send("a");
    await settled();
    await reply(0, answer(429));
    await reply(1, answer(200));
    expect(logged).toEqual([]);
  });

  test.each([
    [100, 60_000, "Acme allows about 2 requests a second, so the provider slows down"],
    [30, 60_000, "Acme allows about 30 requests a minute, so the provider slows down"],
  ])("reports a limit of %d in %d ms in a readable unit", async (count, length, line) => {
    const { logged, send } = ruled(windows(count, length));
    await send(2 * count);
    expect(logged).toContain(line);
  });
});

describe("an abort", () => {
  test("removes its request from the queue, and no other", async () => {
    const { paths, send, reply } = byHand(1);
    const stop = new AbortController();
    void send("a");
    const cancelled = send("b", { signal: stop.signal });
    void send("c");
    await settled();
    stop.abort();
    await expect(cancelled).rejects.toThrow();
    await reply(0, answer(200));
    expect(paths()).toEqual(["a", "c"]);
  });

  test("ends all waits immediately, and leaves no timer", async () => {
    const { clock, paths, send, reply } = byHand(1);
    const stop = new AbortController();
    const work = Promise.allSettled(["a", "b", "c"].map(async (path) => send(path, { signal: stop.signal })));
    await settled();
    const asleep = clock.now();
    stop.abort(new Error("The operation was cancelled."));
    await reply(0, answer(429, { retryAt: asleep + 5_000 }));
    const reasons = (await work).map((one) => (one.status === "rejected" ? String(one.reason) : one.status));
    expect(new Set(reasons)).toEqual(new Set(["Error: The operation was cancelled."]));
    expect(clock.now()).toBe(asleep);
    expect(paths()).toEqual(["a"]);
  });

  test("of the only pending request ends its timer early", async () => {
    const { clock, arrived, send, reply } = byHand();
    const stop = new AbortController();
    void send("a");
    await settled();
    await reply(0, answer(200));
    const asleep = clock.now();
    const cancelled = expect(send("b", { signal: stop.signal })).rejects.toThrow();
    await settled();
    arrived[1]?.answer(answer(429, { retryAt: asleep + 5_000 }));
    await soon();
    stop.abort();
    await cancelled;
    await settled();
    expect(clock.now()).toBe(asleep);
  });

  test("of the probe makes another request the probe", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const sent: string[] = [];
    const next = async ({ path, signal }: Request): Promise<Outcome> => {
      sent.push(path);
      if (sent.length === 1) return answer(429);
      if (sent.length > 2) return answer(200);
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          reject(new Error("cancelled"));
        });
      });
    };
    const through = queueRequests({ ...settings, clock, log: () => undefined })(next);
    const cancelled = through(request("GET", { path: "a", signal: stop.signal }));
    await settled();
    const other = through(request("GET", { path: "b" }));
    await settled();
    stop.abort();
    await expect(cancelled).rejects.toThrow("cancelled");
    expect(await other).toMatchObject({ status: 200 });
    expect(sent).toEqual(["a", "a", "b"]);
  });
});

describe("a first-in, first-out queue", () => {
  const [ada, bob, carl] = [{ name: "ada" }, { name: "bob" }, { name: "carl" }];

  function fifoOf(...items: readonly object[]): Fifo<object> {
    const fifo = new Fifo<object>();
    for (const item of items) fifo.add(item);
    return fifo;
  }

  test("returns the items in the order of adding", () => {
    const fifo = fifoOf(ada, bob, carl);
    expect([fifo.next(), fifo.next(), fifo.next(), fifo.next()]).toEqual([ada, bob, carl, undefined]);
  });

  test("skips removed items", () => {
    const fifo = fifoOf(ada, bob, carl);
    fifo.remove(bob);
    expect(fifo.size).toBe(2);
    expect([fifo.next(), fifo.next()]).toEqual([ada, carl]);
  });

  test("returns items that are added after it was empty", () => {
    const fifo = fifoOf(ada);
    expect([fifo.next(), fifo.next()]).toEqual([ada, undefined]);
    fifo.add(bob);
    expect(fifo.next()).toBe(bob);
  });
});
