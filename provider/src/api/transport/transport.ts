import type { Dispatcher } from "undici";
import { exponential, type Backoff } from "./backoff";
import { systemClock, type Clock } from "./clock";
import { dispatcher, trust } from "./dispatcher";
import { compose, type Send } from "./exchange";
import { authorization, userAgent } from "./identity";
import { limiter } from "./limiter";
import type { Log } from "./log";
import { logging } from "./logging";
import { retry } from "./retry";
import { wire } from "./wire";

export interface TransportConfig {
  readonly apiKey: string;
  /** The base URL, such as `https://api.peridio.com`. */
  readonly endpoint: string;
  /** A PEM file of authorities to trust besides the usual ones. */
  readonly caPath?: string | undefined;
  /** How often a request is repeated where that is safe; 4 by default. A 429 is waited for, and does not count. */
  readonly maxRetries?: number | undefined;
  /** How many requests may be in flight; 10 by default. */
  readonly maxConcurrency?: number | undefined;
  /** For one attempt, in seconds; 30 by default. */
  readonly requestTimeout?: number | undefined;
  /**
   * For all attempts of a request and the waits between them, and for a time in which no request of the process
   * passes; in seconds, 300 by default. Long attempts have more by default: time for three.
   */
  readonly deadline?: number | undefined;
  /** Follows the provider's own name in the User-Agent header. */
  readonly userAgentSuffix?: string | undefined;
  /** The provider's version. */
  readonly version: string;
  readonly log?: Log | undefined;
  /** Redacts a text of Peridio's; by default not at all. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** What tests replace. */
export interface Surroundings {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly dispatcher?: Dispatcher;
}

export interface Transport {
  readonly send: Send;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly maxRetries: number;
  /** In milliseconds. */
  readonly deadline: number;
  /** Redacts a text of Peridio's. */
  readonly redact: (text: string) => string;
}

/**
 * The way to Peridio for the whole process.
 *
 * @throws Error if the API key, the endpoint or the CA path cannot be right.
 */
export function transport(config: TransportConfig, surroundings: Surroundings = {}): Transport {
  const { apiKey, maxRetries = 4, maxConcurrency = 10, requestTimeout = 30 } = config;
  const { deadline: patience = 300, deadline = Math.max(patience, 3 * requestTimeout) } = config;
  const { log = () => undefined, redact = (text: string) => text, userAgentSuffix, version } = config;
  const { clock = systemClock, random = Math.random } = surroundings;
  const backoff = exponential(random);
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Error("The API key is empty or holds characters that no API key has, such as a line break.");
  }
  const endpoint = parseEndpoint(config.endpoint);
  const trusted = config.caPath === undefined ? undefined : trust(config.caPath);
  const open = async (): Promise<Dispatcher> => surroundings.dispatcher ?? dispatcher(trusted);
  const name = `pulumi-peridio/${version}`;
  const send = compose(wire({ endpoint, requestTimeout: requestTimeout * 1_000, clock, dispatcher: open }), [
    retry({ maxRetries, backoff, clock, log }),
    limiter({ maxConcurrency, deadline: patience * 1_000, backoff, clock, log }),
    logging(log, clock),
    userAgent(userAgentSuffix ? `${name} ${userAgentSuffix}` : name),
    authorization(apiKey),
  ]);
  return { send, clock, backoff, maxRetries, deadline: deadline * 1_000, redact };
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url && ["http:", "https:"].includes(url.protocol)) return url;
  throw new Error(`The endpoint ${endpoint} must be a URL such as https://api.peridio.com.`);
}
