import { MockAgent } from "undici";
import { FakeClock } from "./testing/fakeClock";
import { request } from "./testing/outcomes";
import { parseRetryAfter, sendOverHttp } from "./connection";
import { createWords } from "./words";

const now = Date.UTC(2026, 0, 1);
const day = 24 * 3_600_000;
const at = (time: number): string => new Date(time).toUTCString();

test.each([
  ["seconds", "12", undefined, now + 12_000],
  ["a date", at(now + 60_000), undefined, now + 60_000],
  ["a date of a server whose clock is slow", at(now - 3_540_000), at(now - 3_600_000), now + 60_000],
  ["a date of a server whose clock is fast", at(now + 3_660_000), at(now + 3_600_000), now + 60_000],
  ["a date of a server without a clock", at(now + 60_000), "noon", now + 60_000],
  ["seconds of 310 digits", "9".repeat(310), undefined, now + day],
  ["a date in the far future", "Sat, 01 Jan 9999 00:00:00 GMT", undefined, now + day],
  ["nothing", undefined, undefined, null],
  ["nonsense", "soon", undefined, null],
])("Retry-After may be %s", (_, header, date, expected) => {
  expect(parseRetryAfter(header, date, now)).toBe(expected);
});

test("a Retry-After in the past asks for no wait", () => {
  expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:00 GMT", at(now), now)).toBeLessThanOrEqual(now);
});

const clock = "Check this computer's clock, or ask the server's operator to renew the certificate.";

test.each([
  ["CERT_HAS_EXPIRED", `the certificate has expired. ${clock}`],
  ["CERT_NOT_YET_VALID", `the certificate is not valid yet. ${clock}`],
  [
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "the server does not use TLS on this port. Correct the port or the scheme (http, https) in the endpoint.",
  ],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "the certificate is for another host. Correct the host in the endpoint, or ask the server's operator for a certificate for this host.",
  ],
])("%s is a permanent failure with its own remedy", async (code, meaning) => {
  const failing = new MockAgent();
  failing
    .get("https://api.acme.example")
    .intercept({ path: "/v2/things" })
    .replyWithError(Object.assign(new Error("TLS"), { code }));
  const endpoint = new URL("https://api.acme.example");
  const send = sendOverHttp({
    endpoint,
    apiKey: "sesame",
    authorize: () => ({}),
    headers: {},
    requestIdHeader: "x-request-id",
    requestTimeout: 1_000,
    words: createWords("Acme"),
    clock: new FakeClock(),
    openDispatcher: () => Promise.resolve(failing),
  });
  expect(await send(request("GET"))).toMatchObject({
    summary: `Acme cannot be reached at https://api.acme.example: ${meaning}`,
    isSent: false,
    isPermanent: true,
  });
});
