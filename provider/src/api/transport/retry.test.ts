import { FakeClock } from "../testing/fakeClock";
import { answer, lost, request, unsent, untrusted } from "../testing/outcomes";
import { exponential } from "./backoff";
import { Budget } from "./budget";
import type { Method, Outcome, Request } from "./exchange";
import { retry } from "./retry";

const backoff = exponential(() => 1);

/** Sends a request to a server that gives the outcomes in turn, the last one for ever. */
async function send(method: Method, outcomes: readonly Outcome[], details: Partial<Request> = {}, maxRetries = 4) {
  const clock = new FakeClock();
  const logged: string[] = [];
  let attempts = 0;
  const next = async (): Promise<Outcome> => Promise.resolve(outcomes[attempts++] ?? outcomes.at(-1) ?? lost);
  const log = (_: string, message: string): void => void logged.push(message);
  const outcome = await retry({ maxRetries, backoff, clock, log })(next)(request(method, details));
  return { outcome, attempts, slept: clock.slept, logged };
}

const badGateway = answer(502);
const serverError = answer(500);

test.each<[Method, string, Outcome, number]>([
  ["GET", "a lost answer", lost, 5],
  ["GET", "no connection", unsent, 5],
  ["GET", "429", answer(429), 1],
  ["GET", "500", serverError, 5],
  ["GET", "502", badGateway, 5],
  ["GET", "503", answer(503), 5],
  ["GET", "504", answer(504), 5],
  ["GET", "408", answer(408), 5],
  ["GET", "an answer that is too large", answer(200, { body: null }), 1],
  ["GET", "a failure whose answer is too large", answer(503, { body: null }), 1],
  ["GET", "501", answer(501), 1],
  ["GET", "404", answer(404), 1],
  ["GET", "an untrusted certificate", untrusted, 1],
  ["PATCH", "a lost answer", lost, 5],
  ["PATCH", "502", badGateway, 5],
  ["PATCH", "500", serverError, 1],
  ["PATCH", "408", answer(408), 5],
  ["DELETE", "a lost answer", lost, 5],
  ["DELETE", "503", answer(503), 5],
  ["DELETE", "500", serverError, 1],
  ["POST", "no connection", unsent, 5],
  ["POST", "429", answer(429), 1],
  ["POST", "a lost answer", lost, 1],
  ["POST", "502", badGateway, 1],
  ["POST", "503", answer(503), 1],
  ["POST", "500", serverError, 1],
  ["POST", "408", answer(408), 1],
  ["POST", "a redirect", answer(307), 1],
])("%s after %s: the outcome decides about another attempt", async (method, _, outcome, expected) => {
  expect(await send(method, [outcome])).toMatchObject({ attempts: expected, outcome });
});

test("a success ends the attempts", async () => {
  const { outcome, attempts, slept } = await send("GET", [lost, serverError, answer(200)]);
  expect({ outcome, attempts }).toMatchObject({ outcome: { status: 200 }, attempts: 3 });
  expect(slept).toEqual([1_000, 2_000]);
});

test("Peridio decides how long to wait, if it says so", async () => {
  const asked = answer(503, { retryAt: new FakeClock().now() + 12_000 });
  expect((await send("GET", [asked, answer(200)])).slept).toEqual([12_000]);
});

test("a Retry-After that is over does not make the attempts a burst", async () => {
  const asked = answer(503, { retryAt: new FakeClock().now() });
  expect((await send("GET", [asked, answer(200)])).slept).toEqual([1_000]);
});

test("waits that people would notice are told", async () => {
  const { logged } = await send("GET", [lost, lost, answer(200)]);
  expect(logged).toEqual(["The connection was closed. Trying GET /v2/things again in 2 s"]);
});

test("no wait begins that would pass the deadline", async () => {
  const now = new FakeClock().now();
  const { outcome, slept } = await send("GET", [answer(503, { retryAt: now + 600_000 })]);
  expect(outcome).toMatchObject({
    status: 503,
    gaveUp: "after one attempt: waiting 600 s would pass the deadline",
  });
  expect(slept).toEqual([]);
});

test("the waits count together", async () => {
  const { outcome, slept } = await send("GET", [lost], { budget: new Budget(6_000) });
  expect(outcome.gaveUp).toBe("after 3 attempts: waiting 4 s would pass the deadline");
  expect(slept).toEqual([1_000, 2_000]);
});

test("used up attempts are counted", async () => {
  expect((await send("GET", [lost])).outcome.gaveUp).toBe("after 5 attempts");
  expect((await send("GET", [lost], {}, 0)).attempts).toBe(1);
});

test("a delete that is gone after a lost answer is done", async () => {
  expect((await send("DELETE", [lost, answer(404)])).outcome).toMatchObject({ status: 204 });
  expect((await send("DELETE", [badGateway, answer(404)])).outcome).toMatchObject({ status: 204 });
});

test("a delete that never left does not turn a 404 into a success", async () => {
  expect((await send("DELETE", [unsent, answer(404)])).outcome).toMatchObject({ status: 404 });
  expect((await send("DELETE", [answer(404)])).outcome).toMatchObject({ status: 404 });
});

test("a write is unsure as soon as one attempt may have taken effect", async () => {
  expect((await send("PATCH", [lost, answer(403)])).outcome.unsure).toBe(true);
  expect((await send("PATCH", [unsent, answer(403)])).outcome.unsure).toBe(false);
  expect((await send("POST", [serverError])).outcome.unsure).toBe(true);
  for (const status of [301, 307, 408]) {
    expect((await send("POST", [answer(status)])).outcome.unsure).toBe(true);
    expect((await send("GET", [answer(status)])).outcome.unsure).toBe(false);
  }
  expect((await send("GET", [lost])).outcome.unsure).toBe(false);
});

test.each<[Method, Outcome, string]>([
  ["PATCH", lost, "Abandoned"],
  ["PATCH", unsent, "AbortError"],
  ["GET", lost, "AbortError"],
])("an abort ends the wait of a %s, and leaves open what an earlier attempt did (%#)", async (method, outcome, end) => {
  const stop = new AbortController();
  const sent = send(method, [outcome], { signal: stop.signal }).catch((error: unknown) => error);
  stop.abort();
  expect(await sent).toHaveProperty("name", end);
});
