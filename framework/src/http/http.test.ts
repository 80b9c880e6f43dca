import { getEventListeners } from "node:events";
import * as z from "zod";
import { ApiError, NotFoundError } from "../request";
import * as errors from "./errors";
import { FakeClock } from "./testing/fakeClock";
import { answer, lost } from "./testing/outcomes";
import { drop, json, StubServer } from "./testing/stubServer";
import { AbortedInFlightError, type Outcome, type Request } from "./request";
import type { ErrorReader } from "./errorAnswer";
import { createHttp, Http } from "./http";
import type { Transaction } from "./options";
import { createTransport } from "./transport";

const config = {
  service: "Acme",
  endpoint: "https://api.example.com",
  apiKey: "sesame",
  userAgent: "pulumi-acme/1.0.0",
};
const schema = z.object({ data: z.object({ role: z.enum(["admin", "viewer"]) }) });

/** A client whose transport always has the same outcome. */
function over(outcome: Outcome, redact: (text: string) => string = String) {
  const sent: Request[] = [];
  const clock = new FakeClock();
  const send = async (request: Request): Promise<Outcome> => {
    sent.push(request);
    return Promise.resolve(outcome);
  };
  const transport = { ...createTransport({ ...config, maxRetries: 2, redact }, { clock, random: () => 1 }), send };
  return { http: new Http(transport), sent, clock };
}

async function errorOf(outcome: Outcome, method: "get" | "patch" | "delete" = "get"): Promise<unknown> {
  const { http } = over(outcome);
  const response =
    method === "get"
      ? http.get("/v2/x", schema)
      : method === "patch"
        ? http.patch("/v2/x", {}, schema)
        : http.delete("/v2/x");
  return response.catch((error: unknown) => error);
}

const body = (value: unknown) => ({ body: JSON.stringify(value), requestId: "r-1" });

test("a request sends JSON and validates the response", async () => {
  const { http, sent } = over(answer(200, body({ data: { role: "admin", more: 1 } })));
  expect(await http.patch("/v2/x", { role: "admin", other: undefined }, schema)).toEqual({ data: { role: "admin" } });
  expect(sent[0]).toMatchObject({
    method: "PATCH",
    path: "/v2/x",
    body: '{"role":"admin"}',
    headers: { accept: "application/json", "content-type": "application/json" },
  });
});

test("a 404 of a deleted object or of its part proves that it is gone, and no other 404 does", async () => {
  const outcomes = [answer(204, { body: "" })];
  const send = async (): Promise<Outcome> => Promise.resolve(outcomes.pop() ?? answer(404, body({})));
  const http = new Http({ ...over(answer(200)).http.transport, send });
  await http.with({ signal: new AbortController().signal }).delete("/v2/x");
  const errorOf = async (path: string): Promise<unknown> => http.get(path, schema).catch((error: unknown) => error);
  expect(await errorOf("/v2/x")).toMatchObject({ name: "NotFoundError", deletedHere: true });
  expect(await errorOf("/v2/x/settings")).toMatchObject({ name: "NotFoundError", deletedHere: true });
  expect(await errorOf("/v2/xy")).toMatchObject({ name: "NotFoundError", deletedHere: false });
  // A failed deletion proves nothing.
  await http.delete("/v2/y").catch(() => undefined);
  expect(await errorOf("/v2/y")).toMatchObject({ name: "NotFoundError", deletedHere: false });
});

describe("a 404 right after a creation", () => {
  /** Reads from a server whose first `behind` responses are 404. */
  async function reading(path: string, behind: number, note: (http: Http) => void = () => undefined) {
    const { http } = over(answer(200));
    const clock = new FakeClock();
    let attempts = 0;
    const send = async (): Promise<Outcome> => {
      attempts += 1;
      return Promise.resolve(
        attempts > behind ? answer(200, body({ data: { role: "admin" } })) : answer(404, body({})),
      );
    };
    const lagging = new Http({ ...http.transport, send, clock });
    lagging.noteCreated("/v2/x");
    note(lagging);
    const result = await lagging.get(path, schema).then(
      () => "found",
      (error: unknown) => (error instanceof NotFoundError ? "not found" : String(error)),
    );
    return { result, attempts, slept: clock.slept };
  }

  test.each(["/v2/x", "/v2/x/settings"])("of %s is repeated for some seconds", async (path) => {
    expect(await reading(path, 3)).toEqual({ result: "found", attempts: 4, slept: [500, 500, 500] });
    expect(await reading(path, Infinity)).toMatchObject({ result: "not found", attempts: 11 });
  });

  test("is final for another object, or for an object deleted since", async () => {
    expect(await reading("/v2/xy", 1)).toMatchObject({ result: "not found", attempts: 1 });
    const deletion = (http: Http): void => {
      http.noteDeleted("/v2/x");
    };
    expect(await reading("/v2/x", 1, deletion)).toMatchObject({ result: "not found", attempts: 1 });
  });

  test("ends the wait after an abort", async () => {
    const { http } = over(answer(404, body({})));
    const stop = new AbortController();
    const lagging = http.with({ signal: stop.signal });
    lagging.noteCreated("/v2/x");
    stop.abort();
    await expect(lagging.get("/v2/x", schema)).rejects.toThrow(NotFoundError);
  });
});

test("a request without a body has no content type", async () => {
  const { http, sent } = over(answer(204, { body: "" }));
  await http.delete("/v2/x");
  expect(sent[0]).not.toHaveProperty("body");
  expect(sent[0]?.headers).toEqual({ accept: "application/json" });
});

test.each([
  [401, errors.UnauthenticatedError, "Acme does not accept the API key."],
  [403, ApiError, "Acme does not allow this API key to do this."],
  [404, NotFoundError, "Acme returned 404: the object does not exist, or this API key cannot see it."],
  [409, ApiError, "Acme refuses the request."],
  [422, ApiError, "Acme refuses the request."],
  [429, errors.TooManyRequestsError, "Acme limits the rate of requests."],
  [500, errors.ServerError, "Acme or a proxy failed."],
  [503, errors.ServerError, "Acme or a proxy failed."],
  [302, errors.InvalidResponseError, "The response is a redirect."],
  [408, errors.ServerError, "Acme or a proxy timed out before the request was complete."],
  [418, ApiError, "Acme rejected the request."],
])("status %d determines the error, independent of the body", async (status, kind, reason) => {
  const error = await errorOf(answer(status, { body: "<html>", requestId: "r-1" }));
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ name: kind.name, status, requestId: "r-1", method: "GET", path: "/v2/x" });
  expect(String(error)).toContain(reason);
  expect(String(error)).toContain(`(GET /v2/x, HTTP ${status}, request r-1)`);
  expect(String(error)).not.toContain("<html>");
});

test.each([
  ["get", "Correct the id."],
  ["patch", "Correct the values, or the object that prevents it."],
  ["delete", "Remove the objects or the protection that prevent the deletion, and try again."],
] as const)("a refused %s has its own remedy", async (method, remedy) => {
  expect(String(await errorOf(answer(409), method))).toContain(`Acme refuses the request. ${remedy} (`);
});

test("a long text is not cut inside a character", async () => {
  for (const start of ["", "x"]) {
    const error = await errorOf(answer(422, body({ message: start + "😀".repeat(200) })));
    expect(String(error)).toMatch(/^ApiError: Acme refuses the request\. .* Acme says: x?(😀){120,150}… \(GET/u);
  }
});

test("a secret is redacted before the text is cut", async () => {
  const secret = "hush".repeat(100);
  const { http } = over(answer(422, body({ detail: `name is ${secret}; notes is odd` })), (text) =>
    text.replaceAll(secret, "[secret]"),
  );
  await expect(http.get("/v2/x", schema)).rejects.toThrow("name is [secret]; notes is odd.");
});

test("a quoted text is one line", async () => {
  const text = "no\r\n::add-mask::yes";
  expect(String(await errorOf(answer(500, body({ message: text }))))).toContain("Acme says: no ::add-mask::yes.");
});

test.each([
  { message: "Too big", error: "too_big" },
  { error: { message: "Too big", code: 7 } },
  { error: "invalid_request", error_description: "Too big" },
  { title: "Unprocessable", detail: "Too big" },
  { errors: [{ message: "Too big" }, { message: "Too old" }] },
  { errors: ["Too big"] },
  { error: "Too big" },
])("the message of %j is quoted", async (value) => {
  expect(String(await errorOf(answer(409, body(value))))).toContain("Acme says: Too big. (GET");
});

test.each(["{}", "[]", '"text"', '{"errors":{"name":["is odd"]},"message":7}', "<html>"])(
  "%s has no message",
  async (text) => {
    expect(String(await errorOf(answer(409, { body: text })))).not.toContain("says");
  },
);

test("a provider can read messages and errors in its own way, except those of a 401", async () => {
  const { http } = over(answer(422, body({ fault: { size: "too big" } })));
  const reading = { readMessage: (text: unknown) => `read ${JSON.stringify(text)}` };
  await expect(new Http(http.transport, reading).get("/v2/x", schema)).rejects.toThrow('Acme says: read {"fault"');
  const mapping: ErrorReader = {
    toError: ({ status, body }, where, quote) => new ApiError(`${status} ${quote(JSON.stringify(body))}`, where),
  };
  await expect(new Http(http.transport, mapping).get("/v2/x", schema)).rejects.toThrow('422 {"fault"');
  const rejecting = over(answer(401)).http.transport;
  await expect(new Http(rejecting, mapping).get("/v2/x", schema)).rejects.toThrow(errors.UnauthenticatedError);
});

test("an empty response is undefined where the schema accepts that", async () => {
  const { http } = over(answer(204, { body: "" }));
  await expect(http.put("/v2/x", {}, z.undefined())).resolves.toBeUndefined();
  const { http: other } = over(answer(200, { body: "{}" }));
  await expect(other.put("/v2/x", {}, z.undefined())).rejects.toThrow("The response is invalid");
});

test("only a 404 means that an object is not found", async () => {
  expect(await over(answer(404)).http.find("/v2/x", schema)).toBeUndefined();
  await expect(over(answer(403)).http.find("/v2/x", schema)).rejects.toThrow(ApiError);
});

describe("after a lost response", () => {
  let server: StubServer;
  beforeEach(async () => {
    server = await StubServer.start();
    server.script(drop, json(200, {}));
  });
  afterEach(() => server.stop());

  const connect = (idempotencyKeyHeader?: string) =>
    createHttp({ ...config, endpoint: server.endpoint, idempotencyKeyHeader }, { clock: new FakeClock() });
  const getKeys = () => server.received.map(({ headers }) => headers["idempotency-key"]);

  test("a PATCH is repeated, but a POST is not", async () => {
    await connect().patch("/v2/x", {}, z.unknown());
    expect(getKeys()).toEqual([undefined, undefined]);
    server.script(drop, json(200, {}));
    await expect(connect().post("/v2/x", {}, z.unknown())).rejects.toMatchObject({ isAmbiguous: true });
    expect(getKeys()).toEqual([undefined]);
  });

  test("a POST is repeated with its key, if the service knows such keys", async () => {
    const http = connect("idempotency-key");
    await http.post("/v2/x", {}, z.unknown());
    await http.post("/v2/x", {}, z.unknown());
    await http.put("/v2/x", {}, z.unknown());
    const [first, again, second, other] = getKeys();
    expect([first, second]).toEqual([expect.any(String), expect.any(String)]);
    expect([again, other]).toEqual([first, undefined]);
    expect(second).not.toBe(first);
  });
});

test("further signals end requests too, and onlySignal replaces them", async () => {
  const { http, sent } = over(answer(200));
  const [first, second, only] = [new AbortController(), new AbortController(), new AbortController()];
  const both = http.with({ signal: first.signal }).with({ signal: second.signal });
  await both.get("/v2/x", z.unknown());
  await both.with({ onlySignal: only.signal }).get("/v2/x", z.unknown());
  first.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  only.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
});

describe("a Link header", () => {
  const read = async (link: string | undefined) =>
    over(answer(200, { body: "[1]", link })).http.getLinkedPage("/v2/x?page=1", z.array(z.number()));

  test.each([
    [undefined, null],
    ['<https://api.example.com/v2/x?page=1>; rel="prev"', null],
    [
      '<https://api.example.com/v2/x?page=1>; rel="prev", <https://api.example.com/v2/x?page=3>; rel="next"',
      "/v2/x?page=3",
    ],
    ["</v2/x?page=3>; title=more; rel=next", "/v2/x?page=3"],
    ['<?page=3>; rel="last next"', "/v2/x?page=3"],
    ["</v2/x?page=3>; rel=nextish", null],
  ])("%s leads to %s", async (link, next) => {
    expect(await read(link)).toEqual({ items: [1], next });
  });

  test.each(["https://api.example.com.evil.example/v2/x", "//evil.example/", "http://api.example.com/v2/x"])(
    "to %s is an error",
    async (url) => {
      await expect(read(`<${url}>; rel="next"`)).rejects.toThrow(errors.InvalidResponseError);
    },
  );
});

test.each(["\\ud83d", "\\uDE00", "a\\uD83D\\u0041"])(
  "a lone surrogate (%s) in a response is replaced",
  async (half) => {
    const { http } = over(answer(200, { body: `{"name":"${half}","other":"\\ud83d\\ude00"}` }));
    const { name, other } = await http.get("/v2/x", z.object({ name: z.string(), other: z.string() }));
    expect(name).toContain("\u{FFFD}");
    expect(other).toBe("😀");
  },
);

test("a 401 is never quoted", async () => {
  const error = await errorOf(answer(401, body({ error: "unauthorized", message: "bad key sesame" })));
  expect(String(error)).not.toContain("sesame");
});

test("an invalid response names the field", async () => {
  const error = await errorOf(answer(200, body({ data: { role: "king" } })));
  expect(error).toBeInstanceOf(errors.InvalidResponseError);
  expect(error).toMatchObject({ field: "data.role", isAmbiguous: false });
  expect(String(error)).toContain("The response is invalid at data.role:");
});

test.each([
  ["HTML instead of JSON", "<!doctype html>Sign in"],
  ["empty", ""],
  ["not JSON", "Sign in"],
])("a response that is %s is not quoted", async (what, text) => {
  const error = await errorOf(answer(200, { body: text }));
  expect(error).toMatchObject({ name: "InvalidResponseError", field: null });
  expect(String(error)).toContain(`The response is ${what}.`);
  expect(String(error)).not.toContain("Sign in");
  expect(error).toMatchObject({ cause: undefined });
});

test.each([
  ["get", false],
  ["patch", true],
  ["delete", true],
] as const)(
  "an answer to a %s that is too large is an error, and ambiguous after a write",
  async (method, ambiguous) => {
    const error = await errorOf(answer(200, { body: null }), method);
    expect(error).toMatchObject({ name: "InvalidResponseError", isAmbiguous: ambiguous });
    expect(String(error)).toContain("The response is larger than 32 MiB.");
  },
);

test("an error that is too large keeps the meaning of its status", async () => {
  expect(await errorOf(answer(403, { body: null }))).toMatchObject({ name: "ApiError", status: 403 });
});

test("a DELETE whose response is HTML is an error", async () => {
  expect(await errorOf(answer(200, { body: "<html>Sign in" }), "delete")).toBeInstanceOf(errors.InvalidResponseError);
  expect(await errorOf(answer(200, { body: '{"ok":true}' }), "delete")).toBeUndefined();
  expect(await errorOf(answer(204, { body: "" }), "delete")).toBeUndefined();
});

test("a write with an invalid response is ambiguous", async () => {
  expect(await errorOf(answer(200, body({})), "patch")).toMatchObject({
    name: "InvalidResponseError",
    isAmbiguous: true,
  });
});

test("a missing response names the reason, the attempts and the ambiguity", async () => {
  const error = await errorOf({ ...lost, isAmbiguous: true, stopReason: "after 5 attempts" }, "patch");
  expect(error).toBeInstanceOf(errors.UnreachableError);
  expect(error).toMatchObject({ status: null, requestId: null, isAmbiguous: true });
  expect(String(error)).toBe(
    "UnreachableError: The connection was closed. The provider gave up after 5 attempts. The request may have taken effect. (PATCH /v2/x)",
  );
});

test("requests with a shared deadline and the pauses between them share one retry budget", async () => {
  const { http, sent } = over(answer(200, body({ data: { role: "admin" } })));
  const shared = http.withSharedDeadline();
  await shared.get("/v2/x", schema);
  await shared.pause(1);
  await shared.get("/v2/x", schema);
  await http.get("/v2/x", schema);
  expect(sent.map(({ budget }) => budget.remaining)).toEqual([299_000, 299_000, 300_000]);
});

test.each([
  ["was sent", new AbortedInFlightError(), true],
  ["was in the queue", new Error("any"), false],
])("an aborted write that %s names the reason and the ambiguity", async (_, end, ambiguous) => {
  const stop = new AbortController();
  stop.abort(new Error("The operation was cancelled."));
  const transport = { ...over(answer(200)).http.transport, send: async () => Promise.reject(end) };
  const http = new Http(transport, {}, { signal: stop.signal });
  const error = await http.post("/v2/x", {}, schema).catch((error: unknown) => error);
  expect(error).toMatchObject({ isAmbiguous: ambiguous });
  expect(String(error)).toMatch(/The operation was cancelled\./);
  expect(String(error).includes("The request may have taken effect.")).toBe(ambiguous);
});

test("a pause ends with the attempts", async () => {
  const { http } = over(answer(200));
  expect(await http.pause(2)).toBe(true);
  expect(await http.pause(3)).toBe(false);
});

describe("after a write of a transaction has taken effect, the next one", () => {
  const reason = new Error("The 5 seconds have passed.");

  /** A client whose first request has the given outcome. Later requests last until their signal aborts. */
  function changing(first: Outcome = answer(204, { body: "" })) {
    const stop = new AbortController();
    const sent: Request[] = [];
    const send = async (request: Request): Promise<Outcome> => {
      sent.push(request);
      if (sent.length === 1) return Promise.resolve(first);
      return new Promise((_, reject) => {
        const end = (): void => {
          reject(new AbortedInFlightError());
        };
        if (request.signal?.aborted) end();
        else request.signal?.addEventListener("abort", end);
      });
    };
    const transaction: Transaction = { hasTakenEffect: false };
    const http = new Http({ ...over(answer(200)).http.transport, send }, {}, { signal: stop.signal, transaction });
    return { http, stop, sent };
  }

  /** Holds the error of a request after it failed. */
  function failureOf(work: Promise<unknown>): { error?: unknown } {
    const failure: { error?: unknown } = {};
    work.catch((error: unknown) => (failure.error = error));
    return failure;
  }

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test.each(["before it", "during it"])(
    "ends a grace period after an abort %s, and names the reason",
    async (moment) => {
      const { http, stop } = changing();
      await http.delete("/v2/x");
      if (moment === "before it") stop.abort(reason);
      const failure = failureOf(http.post("/v2/y", {}, schema));
      if (moment === "during it") stop.abort(reason);
      await jest.advanceTimersByTimeAsync(4_999);
      expect(failure).toEqual({});
      await jest.advanceTimersByTimeAsync(1);
      expect(failure.error).toBeInstanceOf(errors.AbortedError);
      expect(String(failure.error)).toContain(`${reason.message} The request may have taken effect.`);
    },
  );

  test.each([
    ["a read", async (http: Http) => http.get("/v2/x", schema), answer(200, body({ data: { role: "admin" } }))],
    ["a rejection", async (http: Http) => http.delete("/v2/x").catch(() => undefined), answer(409, body({}))],
  ])("has no priority and no grace period if the first was %s", async (_, first, outcome) => {
    const { http, stop, sent } = changing(outcome);
    await first(http);
    const failure = failureOf(http.post("/v2/y", {}, schema));
    stop.abort(reason);
    await jest.advanceTimersByTimeAsync(0);
    expect(failure.error).toBeInstanceOf(errors.AbortedError);
    expect(sent.map(({ budget }) => budget.isStarted)).toEqual([false, false]);
  });

  test("leaves no listener and no timer", async () => {
    const stop = new AbortController();
    const send = async (): Promise<Outcome> => Promise.resolve(answer(204, { body: "" }));
    const transaction: Transaction = { hasTakenEffect: false };
    const http = new Http({ ...over(answer(200)).http.transport, send }, {}, { signal: stop.signal, transaction });
    await http.delete("/v2/x");
    await http.delete("/v2/y");
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
    stop.abort(reason);
    await http.delete("/v2/z");
    expect(jest.getTimerCount()).toBe(0);
  });
});
