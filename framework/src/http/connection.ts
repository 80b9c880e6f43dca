import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import { getErrorMessage, UserError } from "../errors";
import { ApiError } from "../request";
import type { Authorization } from "./authorization";
import { formatSeconds, type Log } from "./log";
import {
  AbortedInFlightError,
  type Answer,
  type Clock,
  type Failure,
  type Interceptor,
  type Request,
  type Send,
} from "./request";
import type { Words } from "./words";

interface Options {
  readonly endpoint: URL;
  /** Removed from errors. */
  readonly apiKey: string;
  /** Returns the headers of an attempt that contain a credential. Their values are removed from errors. */
  readonly authorize: () => Authorization | Promise<Authorization>;
  /** The other headers of each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The header of a response that holds its id, in lower case. */
  readonly requestIdHeader: string;
  /** The time limit of one attempt, in milliseconds. */
  readonly requestTimeout: number;
  readonly clock: Clock;
  /** Called before the first request. */
  readonly openDispatcher: () => Promise<Dispatcher>;
  readonly words: Words;
}

/** The largest body of a response, in bytes. A list of 1,000 objects takes about a hundredth of this. */
const maxBody = 32 * 1_024 * 1_024;

/** The largest body of an error, in bytes. Messages quote errors, and the search for secrets in them takes time. */
const maxErrorBody = 1_024 * 1_024;

/** The time that a write in flight may continue after an abort, in milliseconds. A write that is cut is ambiguous. */
export const gracePeriod = 5_000;

/** Sends each request once over HTTP, with the API key. */
export function sendOverHttp(options: Options): Send {
  const { endpoint, apiKey, authorize, requestIdHeader, requestTimeout, clock, openDispatcher, words } = options;
  const base = endpoint.pathname.replace(/\/+$/, "");
  let shared: Promise<Dispatcher> | undefined;

  async function exchange(
    dispatcher: Dispatcher,
    { method, path, headers: given, body }: Request,
    credentials: Authorization,
    signal: AbortSignal,
  ): Promise<Answer> {
    const headers = { ...given, ...options.headers, ...credentials };
    const sent = { origin: endpoint.origin, method, path: base + path, headers, body: body ?? null, signal };
    const { statusCode, headers: responseHeaders, body: stream } = await dispatcher.request(sent);
    return {
      kind: "answer",
      status: statusCode,
      link: getFirst(responseHeaders.link) ?? null,
      requestId: getFirst(responseHeaders[requestIdHeader])?.slice(0, 100) ?? null,
      retryAt: parseRetryAfter(getFirst(responseHeaders["retry-after"]), getFirst(responseHeaders.date), clock.now()),
      body: await (statusCode < 400
        ? readText(stream, maxBody)
        : readError(stream, [apiKey, ...listCredentials(credentials)])),
    };
  }

  return async (request) => {
    let dispatcher: Dispatcher;
    try {
      dispatcher = await (shared ??= openDispatcher());
    } catch {
      return describeUnusableProxy(endpoint.origin, words);
    }
    request.signal?.throwIfAborted();
    // The budget is the time for all attempts of a request.
    const limit = Math.min(requestTimeout, request.budget.remaining);
    const start = clock.now();
    const cut = new AbortController();
    const abort = (): void => {
      cut.abort();
    };
    const timers = [setTimeout(abort, limit)];
    const onAbort = (): void => {
      timers.push(setTimeout(abort, request.method === "GET" ? 0 : gracePeriod));
    };
    request.signal?.addEventListener("abort", onAbort, { once: true });
    let isAuthorized = false;
    try {
      const credentials = await Promise.race([authorize(), rejectAfter(cut.signal)]);
      request.signal?.throwIfAborted();
      isAuthorized = true;
      // While undici waits for a connection, it does not reject after an abort. It never sends the request then.
      return await Promise.race([exchange(dispatcher, request, credentials, cut.signal), rejectAfter(cut.signal)]);
    } catch (error) {
      if (!isAuthorized) {
        request.signal?.throwIfAborted();
        const late = new Error(`no token arrived within ${formatSeconds(limit)}`);
        return describeUnauthorized(cut.signal.aborted ? late : error, words);
      }
      if (request.signal?.aborted) throw new AbortedInFlightError();
      return cut.signal.aborted
        ? describeTimeout(endpoint.origin, limit, words)
        : describeFailure(error, endpoint.origin, words);
    } finally {
      request.budget.spend(clock.now() - start);
      timers.forEach(clearTimeout);
      request.signal?.removeEventListener("abort", onAbort);
    }
  };
}

/** Returns the parts of headers that a response must not repeat. An echo may lack the scheme, such as `Bearer`. */
function listCredentials(authorization: Authorization): readonly string[] {
  const credentials = Object.values(authorization).map((value) => value.slice(value.lastIndexOf(" ") + 1));
  return credentials.filter((credential) => credential !== "");
}

/** Describes a credential that the provider could not get. Another attempt cannot help if the provider refused its settings. */
function describeUnauthorized(cause: unknown, { service }: Words): Failure {
  const reason = getErrorMessage(cause).replace(/\.$/, "");
  const isPermanent =
    cause instanceof UserError || (cause instanceof ApiError && !cause.isAmbiguous && cause.status !== null);
  return {
    kind: "failure",
    summary: `The provider got no token for ${service}: ${reason}.`,
    isSent: false,
    isPermanent,
    cause,
  };
}

async function rejectAfter(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("The attempt has ended."));
    });
  });
}

/** Logs every attempt: method, path, status, duration and request id. */
export function logRequests(log: Log, clock: Clock): Interceptor {
  return (next) => async (request) => {
    const start = clock.now();
    const outcome = await next(request);
    const duration = `${Math.round(clock.now() - start)} ms`;
    const result =
      outcome.kind === "answer"
        ? `${outcome.status} in ${duration}, request ${outcome.requestId ?? "without id"}`
        : `no response in ${duration}: ${outcome.summary}`;
    log("debug", `${request.method} ${request.path}: ${result}`);
    return outcome;
  };
}

/**
 * Reads the body of an error, without the API key, because some servers echo an API key that they refuse. Other bodies
 * pass unchanged, because a short API key, such as an emulator's, can be a part of any word.
 */
async function readError(body: AsyncIterable<Uint8Array>, secrets: readonly string[]): Promise<string | null> {
  const text = await readText(body, maxErrorBody);
  return text && secrets.reduce((redacted, secret) => redacted.replaceAll(secret, "[API key]"), text);
}

/** Reads a body; null if it is too large. Leaving the loop ends the connection. */
async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function getFirst(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The longest wait, in milliseconds. The numbers in a header have no bound. */
const longestWait = 24 * 3_600_000;

/**
 * Returns the time that a `Retry-After` header names, in milliseconds since 1970; null if it is missing or invalid.
 * `date` is the response's `Date`, because the server's clock may differ from ours.
 */
export function parseRetryAfter(header: string | undefined, date: string | undefined, now: number): number | null {
  const wait = header === undefined ? NaN : parseWait(header.trim(), date, now);
  return Number.isNaN(wait) ? null : now + Math.min(wait, longestWait);
}

function parseWait(header: string, date: string | undefined, now: number): number {
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const serverNow = Date.parse(date ?? "");
  return Date.parse(header) - (Number.isNaN(serverNow) ? now : serverNow);
}

/** The time that undici waits longer than an attempt, in milliseconds, so that the attempt reports its own end. */
const closingTime = 500;

/** The longest time for a connection, in milliseconds. */
const longestConnect = 10_000;

/**
 * Opens kept-alive connections through HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Loads undici on first use, because that takes a
 * third of the plugin's start-up time. Closes a connection that is not ready soon after `requestTimeout`, in milliseconds, also if a
 * proxy never answers.
 */
export async function createDispatcher(
  secureContext: SecureContext | undefined,
  requestTimeout: number,
): Promise<Dispatcher> {
  const { EnvHttpProxyAgent, Pool } = await import("undici");
  const end = requestTimeout + closingTime;
  const connect = { timeout: Math.min(end, longestConnect), ...(secureContext && { secureContext }) };
  return new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    proxyTls: connect,
    // The time for the answer to CONNECT.
    clientFactory: (proxy, options) => new Pool(proxy, { ...options, headersTimeout: end }),
  });
}

/** The largest PEM file, in bytes. All usual authorities together take a tenth of this. */
const maxAuthorities = 4 * 1_024 * 1_024;

/**
 * Trusts the certificates in the PEM file in addition to the usual authorities.
 *
 * @throws Error if the file cannot be read, is larger than `maxAuthorities`, is no regular file, or holds no certificate.
 */
export function trustAuthorities(caPath: string, words: Words): SecureContext {
  try {
    const file = statSync(caPath);
    if (!file.isFile()) throw new Error("it is not a regular file");
    if (file.size > maxAuthorities) throw new Error("it is larger than 4 MiB");
    const pem = readFileSync(caPath, "utf8");
    // createSecureContext accepts any text.
    new X509Certificate(pem);
    return createSecureContext({ ca: [...rootCertificates, pem] });
  } catch (cause) {
    const reason = getErrorMessage(cause);
    throw new Error(
      `The certificates in ${caPath} cannot be used: ${reason}. Set ${words.caPath} to a readable PEM file.`,
      { cause },
    );
  }
}

type Meaning = Omit<Failure, "kind" | "cause">;

type Explain = (words: Words) => Meaning;

const checkNetwork = ({ endpoint }: Words): string =>
  `Check ${endpoint}, the proxy settings and the network, and try again.`;
const checkCertificate = ({ caPath, endpoint }: Words): string =>
  `If a private authority signed the server's certificate, set ${caPath} to a PEM file with the authority's certificate. Otherwise, correct ${endpoint}.`;
const checkClock = (): string => "Check this computer's clock, or ask the server's operator to renew the certificate.";

// A request that the service may have received (`isSent`) is ambiguous, so a write is not simply repeated. A permanent failure is not retried.
const explainNotSent =
  (reason: string): Explain =>
  (words) => ({ summary: `${reason}. ${checkNetwork(words)}`, isSent: false, isPermanent: false });
const explainNotTrusted =
  (reason: string, remedy = checkCertificate): Explain =>
  (words) => ({ summary: `${reason}. ${remedy(words)}`, isSent: false, isPermanent: true });
const explainLost =
  (reason: string): Explain =>
  (words) => ({ summary: `${reason}. ${checkNetwork(words)}`, isSent: true, isPermanent: false });

const meanings: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: explainNotSent("the connection was refused"),
  ENOTFOUND: explainNotSent("the host name cannot be resolved"),
  EAI_AGAIN: explainNotSent("the host name cannot be resolved at the moment"),
  UND_ERR_CONNECT_TIMEOUT: explainNotSent("the connection took too long"),
  // Only a proxy's refusal to tunnel has this code: our own aborts have their own reasons.
  UND_ERR_ABORTED: explainNotSent("the proxy refused the connection"),
  ERR_SSL_WRONG_VERSION_NUMBER: explainNotTrusted(
    "the server does not use TLS on this port",
    ({ endpoint }) => `Correct the port or the scheme (http, https) in ${endpoint}.`,
  ),
  CERT_HAS_EXPIRED: explainNotTrusted("the certificate has expired", checkClock),
  CERT_NOT_YET_VALID: explainNotTrusted("the certificate is not valid yet", checkClock),
  ERR_TLS_CERT_ALTNAME_INVALID: explainNotTrusted(
    "the certificate is for another host",
    ({ endpoint }) => `Correct the host in ${endpoint}, or ask the server's operator for a certificate for this host.`,
  ),
  UND_ERR_SOCKET: explainLost("the connection closed before the response was complete"),
  ECONNRESET: explainLost("the connection closed before the response was complete"),
};

const certificateCode = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

function describeFailure(error: unknown, origin: string, words: Words): Failure {
  const { code = "", syscall } = getDetails(error);
  const explain =
    meanings[code] ??
    (certificateCode.test(code)
      ? explainNotTrusted(`the certificate is not trusted (${code})`)
      : syscall === "connect"
        ? explainNotSent(`no connection could be made (${code})`)
        : explainLost(`the connection failed${code && ` (${code})`}`));
  return toFailure(origin, words, explain(words), error);
}

function describeTimeout(origin: string, limit: number, words: Words): Failure {
  const { requestTimeout } = words;
  const raise = requestTimeout === undefined ? "" : `, or raise ${requestTimeout}`;
  const summary = `no complete response arrived within ${formatSeconds(limit)}. Try again later${raise}.`;
  return toFailure(origin, words, { summary, isSent: true, isPermanent: false });
}

/** Omits the cause, because a proxy's URL may hold a password. */
function describeUnusableProxy(origin: string, words: Words): Failure {
  const summary = "the proxy settings cannot be used. Correct HTTPS_PROXY or HTTP_PROXY.";
  return toFailure(origin, words, { summary, isSent: false, isPermanent: true });
}

function toFailure(origin: string, { service }: Words, meaning: Meaning, cause?: unknown): Failure {
  return {
    kind: "failure",
    ...meaning,
    summary: `${service} cannot be reached at ${origin}: ${meaning.summary}`,
    cause,
  };
}

function getDetails(error: unknown): { readonly code?: string; readonly syscall?: string } {
  if (typeof error !== "object" || error === null) return {};
  return {
    ...("code" in error && typeof error.code === "string" && { code: error.code }),
    ...("syscall" in error && typeof error.syscall === "string" && { syscall: error.syscall }),
  };
}
