import { FakeClock } from "../testing/fakeClock";
import { answer, request } from "../testing/outcomes";
import { exponential } from "./backoff";
import type { Outcome, Request } from "./exchange";
import { limiter } from "./limiter";

/** A limiter before a server that holds each request until it is answered by hand. */
function gate(maxConcurrency = 10) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const arrived: { readonly at: number; answer(outcome: Outcome): void }[] = [];
  const next = async (): Promise<Outcome> =>
    new Promise((resolve) => {
      arrived.push({ at: clock.now(), answer: resolve });
    });
  const log = (_: string, message: string): void => void logged.push(message);
  const through = limiter({ maxConcurrency, backoff: exponential(() => 1), clock, log })(next);
  const send = async (details: Partial<Request> = {}): Promise<Outcome> =>
    through(request("GET", clock.now(), details));
  const reply = async (index: number | readonly number[], outcome: Outcome): Promise<void> => {
    for (const one of [index].flat()) arrived[one]?.answer(outcome);
    await settled();
  };
  return { clock, logged, arrived, send, reply };
}

/** Lets everything happen that is due. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("no more requests are in flight than allowed, and the others follow in their order", async () => {
  const { arrived, send, reply } = gate(2);
  const outcomes = Promise.all([1, 2, 3].map(async () => send()));
  await settled();
  expect(arrived).toHaveLength(2);
  await reply(0, answer(200));
  expect(arrived).toHaveLength(3);
  await reply(1, answer(200));
  await reply(2, answer(404));
  expect(await outcomes).toMatchObject([{ status: 200 }, { status: 200 }, { status: 404 }]);
});

test("after a 429 nobody sends before the time that Peridio asks for", async () => {
  const { clock, arrived, send, reply } = gate();
  const first = send();
  await settled();
  const opens = clock.now() + 7_000;
  await reply(0, answer(429, { retryAt: opens }));
  expect(await first).toMatchObject({ status: 429 });
  void send();
  void send({ method: "PATCH" });
  await settled();
  expect(arrived.slice(1).map(({ at }) => at)).toEqual([opens, opens]);
});

test("a request that waits for its turn is held back as well", async () => {
  const { clock, arrived, send, reply } = gate(1);
  void send();
  void send();
  await settled();
  const opens = clock.now() + 7_000;
  await reply(0, answer(429, { retryAt: opens }));
  expect(arrived[1]?.at).toBe(opens);
});

test("without Retry-After the gate stays closed longer each time", async () => {
  const { clock, arrived, send, reply } = gate();
  const start = clock.now();
  for (let round = 0; round < 4; round++) {
    void send();
    await settled();
    await reply(round, answer(429));
  }
  expect(arrived.map(({ at }) => at - start)).toEqual([0, 1_000, 3_000, 7_000]);
});

test("a 429 halves the requests in flight, and successes let them grow again", async () => {
  const { arrived, send, reply } = gate(4);
  for (let count = 0; count < 12; count++) void send();
  await settled();
  expect(arrived).toHaveLength(4);
  await reply([0, 1, 2, 3], answer(429));
  expect(arrived).toHaveLength(6);
  await reply(4, answer(200));
  expect(arrived).toHaveLength(7);
  await reply([5, 6], answer(200));
  expect(arrived).toHaveLength(10);
});

test("whoever would have to wait past the deadline fails at once", async () => {
  const { clock, arrived, send, reply } = gate();
  void send();
  await settled();
  await reply(0, answer(429, { retryAt: clock.now() + 600_000 }));
  expect(await send()).toMatchObject({
    kind: "failure",
    sent: false,
    lasting: true,
    summary: "Peridio asks to send nothing for 600 s, which is past the deadline. Try again later.",
  });
  expect(arrived).toHaveLength(1);
  expect(clock.slept).toEqual([]);
});

test("long waits are told once", async () => {
  const { clock, logged, send, reply } = gate();
  void send();
  void send();
  await settled();
  const retryAt = clock.now() + 12_000;
  await reply(0, answer(429, { retryAt }));
  await reply(1, answer(429, { retryAt }));
  expect(logged).toEqual(["Peridio asks to slow down; no request leaves for 12 s"]);
});

test("an abort takes a request out of the queue, and no other", async () => {
  const { arrived, send, reply } = gate(1);
  const stop = new AbortController();
  void send();
  const cancelled = send({ signal: stop.signal });
  void send();
  await settled();
  stop.abort();
  await expect(cancelled).rejects.toThrow();
  await reply(0, answer(200));
  expect(arrived).toHaveLength(2);
});

test("nothing sleeps once nobody waits", async () => {
  const { clock, send, reply } = gate();
  void send();
  await settled();
  await reply(0, answer(429, { retryAt: clock.now() + 5_000 }));
  const stop = new AbortController();
  const asleep = clock.now();
  const cancelled = send({ signal: stop.signal });
  stop.abort();
  await expect(cancelled).rejects.toThrow();
  await settled();
  expect(clock.now()).toBe(asleep);
});
