import { FakeClock } from "./testing/fakeClock";
import { answer, lost, notSent, request, untrusted } from "./testing/outcomes";
import { RetryBudget, type Method, type Outcome, type Request } from "./request";
import { exponentialBackoff, retryRequests } from "./retry";

const backoff = exponentialBackoff(() => 1);

/** Sends a request to a server that returns the outcomes in turn, and then always the last one. */
async function send(method: Method, outcomes: readonly Outcome[], details: Partial<Request> = {}, maxRetries = 4) {
  const clock = new FakeClock();
  const logged: string[] = [];
  let attempts = 0;
  const next = async (): Promise<Outcome> => Promise.resolve(outcomes[attempts++] ?? outcomes.at(-1) ?? lost);
  const log = (_: string, message: string): void => void logged.push(message);
  const outcome = await retryRequests({ service: "Acme", maxRetries, backoff, clock, log })(next)(
    request(method, details),
  );
  return { outcome, attempts, slept: clock.slept, logged };
}

const badGateway = answer(502);
const serverError = answer(500);

test.each<[Method, string, Outcome, number]>([
  ["GET", "a lost answer", lost, 5],
  ["GET", "no connection", notSent, 5],
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
  ["POST", "no connection", notSent, 5],
  ["POST", "429", answer(429), 1],
  ["POST", "a lost answer", lost, 1],
  ["POST", "502", badGateway, 1],
  ["POST", "503", answer(503), 1],
  ["POST", "500", serverError, 1],
  ["POST", "408", answer(408), 1],
  ["POST", "a redirect", answer(307), 1],
])("a %s with %s is attempted as often as that is safe (%#)", async (method, _, outcome, attempts) => {
  expect(await send(method, [outcome])).toMatchObject({ attempts, outcome });
});

test("the attempts end with a success", async () => {
  const { outcome, attempts, slept } = await send("GET", [lost, serverError, answer(200)]);
  expect({ outcome, attempts }).toMatchObject({ outcome: { status: 200 }, attempts: 3 });
  expect(slept).toEqual([1_000, 2_000]);
});

test("the wait is as long as Retry-After asks", async () => {
  const unavailable = answer(503, { retryAt: new FakeClock().now() + 12_000 });
  expect((await send("GET", [unavailable, answer(200)])).slept).toEqual([12_000]);
});

test("a Retry-After in the past does not skip the backoff", async () => {
  const unavailable = answer(503, { retryAt: new FakeClock().now() });
  expect((await send("GET", [unavailable, answer(200)])).slept).toEqual([1_000]);
});

test("noticeable waits are logged", async () => {
  const { logged } = await send("GET", [lost, lost, answer(200)]);
  expect(logged).toEqual(["The connection was closed. Trying GET /v2/things again in 2 s"]);
});

test("a wait beyond the deadline is not started", async () => {
  const now = new FakeClock().now();
  const { outcome, slept } = await send("GET", [answer(503, { retryAt: now + 600_000 })]);
  expect(outcome).toMatchObject({
    status: 503,
    stopReason: "after one attempt: waiting 600 s would exceed the deadline",
  });
  expect(slept).toEqual([]);
});

test("all waits count against the deadline", async () => {
  const { outcome, slept } = await send("GET", [lost], { budget: new RetryBudget(6_000) });
  expect(outcome.stopReason).toBe("after 3 attempts: waiting 4 s would exceed the deadline");
  expect(slept).toEqual([1_000, 2_000]);
});

test("the stop reason counts the attempts", async () => {
  expect((await send("GET", [lost])).outcome.stopReason).toBe("after 5 attempts");
  expect((await send("GET", [lost], {}, 0)).attempts).toBe(1);
});

test("a 404 after a lost response to a DELETE is a success", async () => {
  expect((await send("DELETE", [lost, answer(404)])).outcome).toMatchObject({ status: 204 });
  expect((await send("DELETE", [badGateway, answer(404)])).outcome).toMatchObject({ status: 204 });
});

test("a 404 is a failure if no earlier DELETE was sent", async () => {
  expect((await send("DELETE", [notSent, answer(404)])).outcome).toMatchObject({ status: 404 });
  expect((await send("DELETE", [answer(404)])).outcome).toMatchObject({ status: 404 });
});

test("a write is ambiguous if one attempt may have taken effect", async () => {
  expect((await send("PATCH", [lost, answer(403)])).outcome.isAmbiguous).toBe(true);
  expect((await send("PATCH", [notSent, answer(403)])).outcome.isAmbiguous).toBe(false);
  expect((await send("POST", [serverError])).outcome.isAmbiguous).toBe(true);
  for (const status of [301, 307, 408]) {
    expect((await send("POST", [answer(status)])).outcome.isAmbiguous).toBe(true);
    expect((await send("GET", [answer(status)])).outcome.isAmbiguous).toBe(false);
  }
  expect((await send("GET", [lost])).outcome.isAmbiguous).toBe(false);
});

test.each<[Method, Outcome, string]>([
  ["PATCH", lost, "AbortedInFlightError"],
  ["PATCH", notSent, "AbortError"],
  ["GET", lost, "AbortError"],
])(
  "an abort ends the wait of a %s, and the error marks an ambiguous earlier attempt (%#)",
  async (method, outcome, end) => {
    const stop = new AbortController();
    const sent = send(method, [outcome], { signal: stop.signal }).catch((error: unknown) => error);
    stop.abort();
    expect(await sent).toHaveProperty("name", end);
  },
);

describe("the backoff", () => {
  test("doubles up to half a minute", () => {
    const longest = exponentialBackoff(() => 1);
    expect([1, 2, 3, 4, 5, 6, 60].map(longest)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test("has full jitter", () => {
    expect([0, 0.25, 0.5].map((chance) => exponentialBackoff(() => chance)(3))).toEqual([0, 1_000, 2_000]);
  });
});
