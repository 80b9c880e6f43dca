import { getEventListeners } from "node:events";
import { FakeClock } from "../testing/fakeClock";
import { answer, lost, request } from "../testing/outcomes";
import { exponential } from "./backoff";
import { Budget } from "./budget";
import type { Outcome, Request } from "./exchange";
import { limiter } from "./limiter";

const settings = { maxConcurrency: 10, deadline: 300_000, backoff: exponential(() => 1) };

/** A limiter before a server that holds each request until it is answered by hand. */
function byHand(maxConcurrency = 10) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const arrived: { readonly path: string; readonly at: number; answer(outcome: Outcome): void }[] = [];
  const next = async ({ path }: Request): Promise<Outcome> =>
    new Promise((resolve) => {
      arrived.push({ path, at: clock.now(), answer: resolve });
    });
  const log = (_: string, message: string): void => void logged.push(message);
  const through = limiter({ ...settings, maxConcurrency, clock, log })(next);
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

/** Lets everything happen that is due. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets everything happen that takes no time. */
async function soon(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** What a server says to a request that comes at the given moment. */
type Rule = (now: number) => Outcome;

/** A limiter before a server that keeps a rule and answers after 20 ms. */
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
  const through = limiter({ ...settings, clock, log })(next);
  const send = async (count: number): Promise<Outcome[]> =>
    Promise.all(Array.from({ length: count }, async () => through(request("POST"))));
  return { clock, logged, answered, send };
}

/** So many requests pass in each window of time; the others are told to come back when it is over, in whole seconds. */
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

const isRefusal = ({ outcome }: { readonly outcome: Outcome }): boolean =>
  outcome.kind === "answer" && outcome.status === 429;

describe("turns", () => {
  test("no more requests are in flight than allowed, and the others follow in their order", async () => {
    const { paths, sendAll, reply } = byHand(2);
    const outcomes = sendAll("a", "b", "c");
    await settled();
    expect(paths()).toEqual(["a", "b"]);
    await reply(0, answer(200));
    expect(paths()).toEqual(["a", "b", "c"]);
    await reply([1, 2], answer(404));
    expect(await outcomes).toMatchObject([{ status: 200 }, { status: 404 }, { status: 404 }]);
  });

  test("who was turned away, or is tried again, goes before those who have not begun", async () => {
    const { paths, send, sendAll, reply } = byHand(2);
    void sendAll("a", "b", "c", "d");
    const budget = new Budget(300_000);
    budget.spend(1);
    void send("retry", { budget });
    await settled();
    await reply(0, answer(429));
    for (const index of [1, 2, 3, 4, 5]) await reply(index, answer(200));
    expect(paths()).toEqual(["a", "b", "retry", "a", "c", "d"]);
  });

  test("a newcomer does not overtake those whose wait is over at the same moment", async () => {
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

  test("many that wait put one listener on the signal", async () => {
    const { send } = byHand(1);
    const { signal } = new AbortController();
    for (let count = 0; count < 20; count++) void send("a", { signal });
    await settled();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });

  test("without a limit in sight nothing sleeps and nothing is told", async () => {
    const { clock, logged, send } = ruled(() => answer(200));
    expect(await send(50)).toHaveLength(50);
    expect(clock.slept.every((wait) => wait === 20)).toBe(true);
    expect(logged).toEqual([]);
  });
});

describe("a 429", () => {
  test("holds everybody back until the time that Peridio asks for, and is then tried again", async () => {
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

  test("lets one request go ahead afterwards, and the others only once it has passed", async () => {
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

  test("closes the gate for longer each time where Peridio does not say how long", async () => {
    const { clock, arrived, send, reply } = byHand();
    const start = clock.now();
    void send("a");
    await settled();
    for (const round of [0, 1, 2]) await reply(round, answer(429));
    expect(arrived.map(({ at }) => at - start)).toEqual([0, 1_000, 3_000, 7_000]);
  });
});

describe("a limit", () => {
  test("of ten a second lets 500 requests pass, with hardly any refused once it is known", async () => {
    const { clock, answered, send } = ruled(windows(10));
    const start = clock.now();
    const outcomes = await send(500);
    expect(outcomes.every((outcome) => outcome.kind === "answer" && outcome.status === 201)).toBe(true);
    const later = answered.filter(({ at }) => at > start + 3_000);
    expect(later.filter(isRefusal).length / later.length).toBeLessThan(0.02);
    expect(clock.now() - start).toBeLessThan(60_000);
  });

  test("of 600 a minute is kept as well", async () => {
    const { answered, clock, send } = ruled(windows(600, 60_000));
    const start = clock.now();
    await send(3_000);
    expect(answered.filter(isRefusal).length).toBeLessThan(30);
    expect(clock.now() - start).toBeLessThan(360_000);
  });

  test("that has been lifted slows nobody for long", async () => {
    const start = new FakeClock().now();
    const narrow = windows(10);
    const { clock, send } = ruled((now) => (now < start + 5_000 ? narrow(now) : answer(201)));
    await send(2_000);
    expect(clock.now() - start).toBeLessThan(70_000);
  });

  test("is not forgotten in a time when few requests leave", async () => {
    const { clock, answered, send } = ruled(windows(10));
    await send(40);
    for (let count = 0; count < 1_000; count++) {
      await send(1);
      await clock.sleep(1_000);
    }
    const before = answered.length;
    await send(30);
    expect(answered.slice(before).filter(isRefusal).length).toBeLessThan(3);
  });

  test("does not make a request fail that waits for a thousand seconds, since the others pass", async () => {
    const { clock, send } = ruled(windows(10));
    const start = clock.now();
    const outcomes = await send(10_000);
    expect(clock.now() - start).toBeGreaterThan(1_000_000);
    expect(new Set(outcomes.map(({ kind, gaveUp }) => `${kind} ${gaveUp}`))).toEqual(new Set(["answer undefined"]));
  });
});

describe("the deadline", () => {
  const none = "Peridio has accepted no request";
  const asks = "Peridio asks to send nothing for 600 s, and 300 s is the longest wait";

  test("ends all at once when Peridio asks for a longer wait", async () => {
    const { clock, arrived, sendAll, send, reply } = byHand(1);
    const outcomes = sendAll("a", "b");
    await settled();
    const refusal = answer(429, { requestId: "r-1", retryAt: clock.now() + 600_000 });
    await reply(0, refusal);
    expect(await outcomes).toEqual([
      { ...refusal, gaveUp: `because ${asks}` },
      { kind: "failure", summary: `${asks}. Try again later.`, sent: false, lasting: true },
    ]);
    expect(await send("c")).toMatchObject({ kind: "failure", sent: false });
    expect(arrived).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test("ends all when every request is refused for so long", async () => {
    const { clock, answered, send } = ruled((now) => answer(429, { retryAt: now + 8_000 }));
    const start = clock.now();
    const outcomes = await send(12);
    const why = `${none} for 297 s`;
    expect(outcomes.slice(0, 10)).toEqual(Array(10).fill(expect.objectContaining({ gaveUp: `because ${why}` })));
    const unsent = { kind: "failure", summary: `${why}. Try again later.`, sent: false, lasting: true };
    expect(outcomes.slice(10)).toEqual([unsent, unsent]);
    expect(clock.now() - start).toBeLessThan(300_000);
    expect(answered.length).toBeLessThan(60);
  });

  test("starts again with each request that passes", async () => {
    let next = 0;
    const { clock, send } = ruled((now) => {
      if (now < next) return answer(429, { retryAt: now + 10_000 });
      next = now + 200_000;
      return answer(201);
    });
    const start = clock.now();
    expect((await send(4)).map(({ gaveUp }) => gaveUp)).toEqual([undefined, undefined, undefined, undefined]);
    expect(clock.now() - start).toBeGreaterThan(600_000);
  });

  test("starts again after a time without requests", async () => {
    const outcomes = [answer(200), answer(429), answer(200)];
    const { clock, send } = ruled(() => outcomes.shift() ?? lost);
    await send(1);
    await clock.sleep(600_000);
    expect(await send(1)).toMatchObject([{ status: 200 }]);
  });

  test("once it is over each newcomer is tried once, until one passes", async () => {
    const start = new FakeClock().now();
    const refuses = (now: number): boolean => now < 400_000 || (now > 800_000 && now < 800_500);
    const { clock, answered, send } = ruled((now) => answer(refuses(now - start) ? 429 : 200));
    await send(1);
    await clock.sleep(30_000);
    const before = answered.length;
    expect(await send(1)).toMatchObject([{ status: 429, gaveUp: `because ${none} for 302 s` }]);
    expect(answered.length - before).toBe(1);
    await clock.sleep(100_000);
    expect(await send(2)).toMatchObject([{ status: 200 }, { status: 200 }]);
    await clock.sleep(start + 800_100 - clock.now());
    expect(await send(1)).toMatchObject([{ status: 200 }]);
  });

  test("ends those who wait behind requests that are never answered", async () => {
    const { clock, send, reply } = byHand(1);
    void send("a");
    const waiting = send("b");
    await clock.sleep(301_000);
    await reply(0, lost);
    expect(await waiting).toMatchObject({
      kind: "failure",
      summary: "Peridio has accepted no request for 301 s. Try again later.",
    });
  });
});

describe("the user is told", () => {
  test("when pacing begins, and then now and then how many wait", async () => {
    const { logged, send } = ruled(windows(10));
    await send(500);
    expect(logged).toEqual([
      "Peridio allows about 10 requests a second; pacing accordingly",
      expect.stringMatching(/^Peridio allows about 10 requests a second; 4\d\d requests wait$/),
      expect.stringMatching(/^Peridio allows about 10 requests a second; 2\d\d requests wait$/),
    ]);
  });

  test("of long waits at once and how they go on, with one line for requests that are refused together", async () => {
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
      "Peridio accepts no request for 45 s; 1 request waits",
      "Peridio accepts no request for 36 s; 3 requests wait",
      "Peridio accepts no request for 16 s; 3 requests wait",
    ]);
  });

  test("of a long wait at once, also soon after another line", async () => {
    const start = new FakeClock().now();
    const narrow = windows(10);
    const { logged, send } = ruled((now) => {
      const closed = now > start + 3_000 && now < start + 33_000;
      return closed ? answer(429, { retryAt: start + 33_000 }) : narrow(now);
    });
    await send(40);
    expect(logged).toEqual([
      "Peridio allows about 10 requests a second; pacing accordingly",
      expect.stringMatching(/^Peridio accepts no request for 30 s; \d+ requests wait$/),
      expect.stringMatching(/^Peridio accepts no request for 10 s; \d+ requests wait$/),
    ]);
  });

  test("nothing of a short wait", async () => {
    const { logged, send, reply } = byHand();
    void send("a");
    await settled();
    await reply(0, answer(429));
    await reply(1, answer(200));
    expect(logged).toEqual([]);
  });

  test.each([
    [100, 60_000, "Peridio allows about 2 requests a second; pacing accordingly"],
    [30, 60_000, "Peridio allows about 30 requests a minute; pacing accordingly"],
  ])("of a limit of %d in %d ms in fitting words", async (count, length, line) => {
    const { logged, send } = ruled(windows(count, length));
    await send(2 * count);
    expect(logged).toContain(line);
  });
});

describe("an abort", () => {
  test("takes a request out of the line, and no other", async () => {
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

  test("ends all waits at once, and nothing sleeps once nobody waits", async () => {
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

  test("of the only one that waits ends the sleep before its time", async () => {
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

  test("of the request that goes ahead lets another go", async () => {
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
    const through = limiter({ ...settings, clock, log: () => undefined })(next);
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
