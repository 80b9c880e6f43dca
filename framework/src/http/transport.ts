import type { Dispatcher } from "undici";
import { createDispatcher, logRequests, sendOverHttp, trustAuthorities } from "./connection";
import type { Authorization } from "./authorization";
import type { Log } from "./log";
import { queueRequests } from "./queue";
import { compose, RetryBudget, systemClock, type Clock, type Send } from "./request";
import { exponentialBackoff, retryRequests, type Backoff } from "./retry";
import { createWords, type Words } from "./words";

/** The service, and how to reach it. Names and functions describe the service. The other options are usually settings of the provider. */
export interface TransportConfig {
  /** The name of the service in messages, such as `Acme`. */
  readonly service: string;
  /** The base URL (HTTP or HTTPS), such as `https://api.example.com`. It may have a path, which precedes the path of each request. */
  readonly endpoint: string;
  /** The API key: printable ASCII without spaces. Logs and messages never contain it. Responses are redacted only if they are errors. */
  readonly apiKey: string;
  /**
   * Returns the headers that contain the API key, or another credential. By default, `Authorization: Bearer KEY`. Runs before each attempt. If
   * a credential expires, return a promise (see `renewToken`). If the promise rejects, the client sends nothing.
   */
  readonly authorize?: ((apiKey: string) => Authorization | Promise<Authorization>) | undefined;
  /** The User-Agent, such as `pulumi-acme/1.0.0`. */
  readonly userAgent: string;
  /** More headers of each request, in lower case, such as the version of the API. They contain no secret. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The header of a response that holds the id of the request, in any case; `x-request-id` by default. Messages name the id. */
  readonly requestIdHeader?: string | undefined;
  /**
   * The header that lets the service recognize a repeated POST, in lower case, such as `idempotency-key`. With it, each call of
   * `post` has a random UUID, and its attempts repeat the UUID. By default, the service has no such header.
   */
  readonly idempotencyKeyHeader?: string | undefined;
  /** A PEM file of authorities to trust in addition to the usual ones, of at most 4 MiB. */
  readonly caPath?: string | undefined;
  /** The most repetitions of a request, where repeating is safe: a whole number from 0; 4 by default. Rejections with 429 do not count. */
  readonly maxRetries?: number | undefined;
  /** The most requests that may be in flight: a whole number from 1; 10 by default. */
  readonly maxConcurrency?: number | undefined;
  /** The time limit of one attempt, in seconds: more than 0; 30 by default. */
  readonly requestTimeout?: number | undefined;
  /**
   * The time limit for all attempts of a request and the waits between them, in seconds: more than 0. By default 300, or the time
   * for three attempts if that is longer. It also limits a time in which the service accepts no request of the process.
   */
  readonly deadline?: number | undefined;
  /** Receives each attempt (debug), and waits of more than a second (info); by default, nothing does. */
  readonly log?: Log | undefined;
  /** Redacts a text of the service's before a message quotes it; by default not at all. */
  readonly redact?: ((text: string) => string) | undefined;
  /** The names of settings in messages, such as `` `acme:apiKey` or ACME_API_KEY ``. By default, general words. */
  readonly settings?: Partial<Omit<Words, "service">> | undefined;
}

/** The parts that tests replace. */
export interface TransportOverrides {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly dispatcher?: Dispatcher;
}

/** The connection to one service: its address, its limits, and the words of its messages. */
export interface Transport {
  /** The base URL, without credentials. */
  readonly endpoint: string;
  readonly send: Send;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly maxRetries: number;
  /** In milliseconds. */
  readonly deadline: number;
  /** Redacts a text of the service's. */
  readonly redact: (text: string) => string;
  readonly words: Words;
  readonly idempotencyKeyHeader: string | undefined;
}

/**
 * Creates the process's connection to the service. Sends nothing.
 *
 * @throws Error if the API key, the endpoint, the CA path or a number is invalid.
 */
export function createTransport(config: TransportConfig, overrides: TransportOverrides = {}): Transport {
  const { maxRetries = 4, maxConcurrency = 10, requestTimeout = 30 } = config;
  const { deadline: stallTimeout = 300, deadline = Math.max(stallTimeout, 3 * requestTimeout) } = config;
  const { log = () => undefined, redact = (text: string) => text } = config;
  const { clock = systemClock, random = Math.random } = overrides;
  const backoff = exponentialBackoff(random);
  const { send: once, endpoint, words } = connectOnce(config, requestTimeout, overrides.dispatcher, clock);
  const { service } = words;
  requireNumber("maxRetries", maxRetries, Number.isInteger(maxRetries) && maxRetries >= 0);
  requireNumber("maxConcurrency", maxConcurrency, Number.isInteger(maxConcurrency) && maxConcurrency >= 1);
  requireNumber("requestTimeout", requestTimeout, requestTimeout > 0 && requestTimeout <= longestTimeout);
  requireNumber("deadline", deadline, deadline > 0 && deadline <= longestTimeout);
  const send = compose(once, [
    retryRequests({ service, maxRetries, backoff, clock, log }),
    queueRequests({ service, maxConcurrency, stallTimeout: stallTimeout * 1_000, backoff, clock, log }),
    logRequests(log, clock),
  ]);
  return {
    endpoint: endpoint.origin + endpoint.pathname.replace(/\/+$/, ""),
    send,
    clock,
    backoff,
    maxRetries,
    deadline: deadline * 1_000,
    redact,
    words,
    idempotencyKeyHeader: config.idempotencyKeyHeader,
  };
}

/** A response as it is, or the lack of one. The body is null if it is too large. */
export type RawAnswer = { readonly status: number; readonly body: string | null } | "unreachable";

/** Reads a path with GET. */
export type RawReader = (path: string) => Promise<RawAnswer>;

/**
 * Creates a connection that can only read. It repeats nothing, follows no redirect, and returns each response as it is. The API key in
 * errors is removed.
 *
 * @throws Error if the API key, the endpoint or the CA path is invalid.
 */
export function createRawReader(config: TransportConfig, { dispatcher }: TransportOverrides = {}): RawReader {
  const { requestTimeout = 30 } = config;
  const { send } = connectOnce(config, requestTimeout, dispatcher);
  return async (path) => {
    const budget = new RetryBudget(requestTimeout * 1_000);
    const outcome = await send({ method: "GET", path, headers: { accept: "application/json" }, budget });
    return outcome.kind === "failure" ? "unreachable" : { status: outcome.status, body: outcome.body };
  };
}

function connectOnce(
  config: TransportConfig,
  requestTimeout: number,
  dispatcher?: Dispatcher,
  clock = systemClock,
): Pick<Transport, "send" | "words"> & { readonly endpoint: URL } {
  const { apiKey, authorize = (key: string) => ({ authorization: `Bearer ${key}` }) } = config;
  const words = createWords(config.service, config.settings);
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Error(
      `The API key is empty or contains an invalid character, such as a line break. Correct ${words.apiKey}.`,
    );
  }
  const endpoint = URL.canParse(config.endpoint) ? new URL(config.endpoint) : undefined;
  if (endpoint === undefined || !["http:", "https:"].includes(endpoint.protocol))
    throw new Error(
      `The endpoint ${config.endpoint.replace(/\/\/.*@/, "//[secret]@")} must be an HTTP or HTTPS URL, such as https://api.example.com. Correct ${words.endpoint}.`,
    );
  const authorities = config.caPath === undefined ? undefined : trustAuthorities(config.caPath, words);
  const openDispatcher = async (): Promise<Dispatcher> =>
    dispatcher ?? createDispatcher(authorities, requestTimeout * 1_000);
  const send = sendOverHttp({
    endpoint,
    apiKey,
    authorize: () => authorize(apiKey),
    headers: { ...config.headers, "user-agent": config.userAgent },
    requestIdHeader: (config.requestIdHeader ?? "x-request-id").toLowerCase(),
    requestTimeout: requestTimeout * 1_000,
    clock,
    openDispatcher,
    words,
  });
  return { send, endpoint, words };
}

/** The longest time that a timer can wait, in seconds: 24 days. */
const longestTimeout = 2_147_483;

function requireNumber(option: string, value: number, isValid: boolean): void {
  if (!isValid) throw new RangeError(`The option ${option} of the HTTP client is ${value}, which is out of its range.`);
}
