import type { Dispatcher } from "undici";
import { providerSettings, type SettingNames } from "../settingNames";
import { createDispatcher, logRequests, sendOverHttp, trustAuthorities } from "./connection";
import type { Log } from "./log";
import { queueRequests } from "./queue";
import { compose, RetryBudget, systemClock, type Clock, type Send } from "./request";
import { exponentialBackoff, retryRequests, type Backoff } from "./retry";

export interface TransportConfig {
  readonly apiKey: string;
  /** The base URL, such as `https://api.peridio.com`. */
  readonly endpoint: string;
  /** A PEM file of authorities to trust in addition to the usual ones. */
  readonly caPath?: string | undefined;
  /** The most repetitions of a request, where repeating is safe; 4 by default. Rejections with 429 do not count. */
  readonly maxRetries?: number | undefined;
  /** The most requests that may be in flight; 10 by default. */
  readonly maxConcurrency?: number | undefined;
  /** The time limit of one attempt, in seconds; 30 by default. */
  readonly requestTimeout?: number | undefined;
  /**
   * The time limit for all attempts of a request and the waits between them, in seconds. By default 300, or the time for
   * three attempts if that is longer. It also limits a time in which Peridio accepts no request of the process.
   */
  readonly deadline?: number | undefined;
  /** Follows the provider's own name in the User-Agent header. */
  readonly userAgentSuffix?: string | undefined;
  /** The provider's version. */
  readonly version: string;
  readonly log?: Log | undefined;
  /** Redacts a text of Peridio's; by default not at all. */
  readonly redact?: ((text: string) => string) | undefined;
  /** The settings in messages; by default those of the provider. */
  readonly settings?: SettingNames | undefined;
}

/** The parts that tests replace. */
export interface TransportOverrides {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly dispatcher?: Dispatcher;
}

export interface Transport {
  /** The base URL, without credentials. */
  readonly endpoint: string;
  readonly send: Send;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly maxRetries: number;
  /** In milliseconds. */
  readonly deadline: number;
  /** Redacts a text of Peridio's. */
  readonly redact: (text: string) => string;
  /** The settings in messages. */
  readonly settings: SettingNames;
}

/**
 * Creates the process's connection to Peridio.
 *
 * @throws Error if the API key, the endpoint or the CA path is invalid.
 */
export function createTransport(config: TransportConfig, overrides: TransportOverrides = {}): Transport {
  const { maxRetries = 4, maxConcurrency = 10, requestTimeout = 30 } = config;
  const { deadline: stallTimeout = 300, deadline = Math.max(stallTimeout, 3 * requestTimeout) } = config;
  const { log = () => undefined, redact = (text: string) => text } = config;
  const { settings = providerSettings } = config;
  const { clock = systemClock, random = Math.random } = overrides;
  const backoff = exponentialBackoff(random);
  const once = connectOnce(config, requestTimeout, overrides.dispatcher, clock);
  const endpoint = parseEndpoint(config.endpoint, settings);
  const send = compose(once, [
    retryRequests({ maxRetries, backoff, clock, log }),
    queueRequests({ maxConcurrency, stallTimeout: stallTimeout * 1_000, backoff, clock, log }),
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
    settings,
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
  const send = connectOnce(config, requestTimeout, dispatcher);
  return async (path) => {
    const budget = new RetryBudget(requestTimeout * 1_000);
    const outcome = await send({ method: "GET", path, headers: { accept: "application/json" }, budget });
    return outcome.kind === "failure" ? "unreachable" : { status: outcome.status, body: outcome.body };
  };
}

/** Returns the part that sends each request once. */
function connectOnce(
  config: TransportConfig,
  requestTimeout: number,
  dispatcher?: Dispatcher,
  clock = systemClock,
): Send {
  const { apiKey, settings = providerSettings } = config;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Error(
      `The API key is empty or contains an invalid character, such as a line break. Correct ${settings.apiKey}.`,
    );
  }
  const endpoint = parseEndpoint(config.endpoint, settings);
  const authorities = config.caPath === undefined ? undefined : trustAuthorities(config.caPath, settings);
  const openDispatcher = async (): Promise<Dispatcher> =>
    dispatcher ?? createDispatcher(authorities, requestTimeout * 1_000);
  return sendOverHttp({
    endpoint,
    apiKey,
    userAgent: formatUserAgent(config),
    requestTimeout: requestTimeout * 1_000,
    clock,
    openDispatcher,
    settings,
  });
}

function formatUserAgent({ version, userAgentSuffix }: TransportConfig): string {
  const name = `pulumi-peridio/${version}`;
  return userAgentSuffix ? `${name} ${userAgentSuffix}` : name;
}

function parseEndpoint(endpoint: string, settings: SettingNames): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url && ["http:", "https:"].includes(url.protocol)) return url;
  throw new Error(
    `The endpoint ${endpoint} must be an HTTP or HTTPS URL, such as https://api.peridio.com. Correct ${settings.endpoint}.`,
  );
}
