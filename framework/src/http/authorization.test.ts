import * as z from "zod";
import { UserError } from "../errors";
import { renewToken } from "./authorization";
import { AbortedError } from "./errors";
import { createHttp } from "./http";
import { FakeClock } from "./testing/fakeClock";
import { json, StubServer } from "./testing/stubServer";

test("a token is requested once, and again before it expires", async () => {
  const clock = new FakeClock();
  let count = 0;
  const token = renewToken(() => Promise.resolve({ token: `t${++count}`, lifetime: 300 }), clock);
  expect(await Promise.all([token(), token()])).toEqual(["t1", "t1"]);
  await clock.sleep(269_000);
  expect(await token()).toBe("t1");
  await clock.sleep(1_000);
  expect(await token()).toBe("t2");
});

test("the next call after a failure requests a token again", async () => {
  let fails = true;
  const token = renewToken(() =>
    fails ? Promise.reject(new Error("down")) : Promise.resolve({ token: "t", lifetime: 1 }),
  );
  await expect(token()).rejects.toThrow("down");
  fails = false;
  expect(await token()).toBe("t");
});

test.each([0, -1, Number.NaN, Infinity])("a token with the lifetime %d is refused", async (lifetime) => {
  await expect(renewToken(() => Promise.resolve({ token: "t", lifetime }))()).rejects.toThrow("must be more than 0");
});

describe("the HTTP client", () => {
  let server: StubServer;
  beforeEach(async () => {
    server = await StubServer.start();
  });
  afterEach(() => server.stop());

  const connect = (authorize: (key: string) => Promise<Readonly<Record<string, string>>>) =>
    createHttp(
      { service: "Acme", endpoint: server.endpoint, apiKey: "client", userAgent: "tests/1", maxRetries: 1, authorize },
      { clock: new FakeClock() },
    );

  test("sends the token of the moment with each attempt, and hides it", async () => {
    const tokens = ["first", "second"];
    const http = connect((key) => Promise.resolve({ authorization: `Bearer ${key}-${tokens.shift() ?? ""}` }));
    server.script(json(503, {}), json(400, { message: "I do not know client-second" }));
    await expect(http.get("/things", z.unknown())).rejects.toThrow(/I do not know \[API key\]/);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer client-first",
      "Bearer client-second",
    ]);
  });

  test("does not wait for a token for ever, and sends nothing after a cancellation", async () => {
    const never = () => new Promise<never>(() => undefined);
    const http = createHttp({
      ...{ service: "Acme", endpoint: server.endpoint, apiKey: "client", userAgent: "tests/1", maxRetries: 0 },
      ...{ authorize: never, requestTimeout: 0.05 },
    });
    await expect(http.post("/things", {}, z.unknown())).rejects.toThrow(
      "The provider got no token for Acme: no token arrived within",
    );
    const ending = new AbortController();
    const read = connect(never).with({ signal: ending.signal }).get("/things", z.unknown());
    ending.abort(new UserError("The operation was cancelled."));
    const error = await read.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ isAmbiguous: false });
    expect(server.received).toEqual([]);
  });

  test("sends nothing without a token, and repeats nothing that its settings rule out", async () => {
    let attempts = 0;
    const reject = (error: Error) => () => {
      attempts += 1;
      return Promise.reject(error);
    };
    const write = connect(reject(new UserError("The client id is missing.")));
    await expect(write.post("/things", {}, z.unknown())).rejects.toMatchObject({
      message: "The provider got no token for Acme: The client id is missing. (POST /things)",
      isAmbiguous: false,
    });
    expect(attempts).toBe(1);
    await expect(connect(reject(new Error("down"))).post("/things", {}, z.unknown())).rejects.toThrow(
      "no token for Acme: down",
    );
    expect(attempts).toBe(3);
    expect(server.received).toEqual([]);
  });
});
