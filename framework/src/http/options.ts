import type { ClientOptions } from "../client";
import { gracePeriod } from "./connection";
import type { RetryBudget } from "./request";

/** Options of the requests of a client. */
export interface RequestOptions extends ClientOptions {
  /** The change to which the writes belong. */
  readonly transaction?: Transaction;
}

/** Several writes that make one change. After the first write, the others precede all other requests, and an abort grants them a grace period. */
export interface Transaction {
  hasTakenEffect: boolean;
}

export interface HttpOptions extends RequestOptions {
  /** The shared deadline. By default, each request has its own. */
  readonly budget?: RetryBudget;
  /** True if a 429 ends the request. By default, the request is repeated. */
  readonly returnsRejection?: boolean;
}

/**
 * Builds a path: path`/users/${id}`. Encodes the values, so that none of them can reach another path.
 *
 * @throws RangeError for a value that would leave the path.
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeSegment));
}

function encodeSegment(value: string): string {
  if (/^\.{0,2}$/.test(value)) throw new RangeError(`"${value}" is not a valid id.`);
  // Colons are legal, and ids with colons stay readable.
  return encodeURIComponent(value).replaceAll("%3A", ":");
}

/** Builds the query of a path, such as `?limit=100&cursor=x`, without the parameters that are undefined. Empty without parameters. */
export function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given.toString()}`;
}

/** Creates a signal that aborts a grace period after the given one. `release` frees its listener and its timer. */
export function delayAbort(signal: AbortSignal): { readonly signal: AbortSignal; readonly release: () => void } {
  const delayed = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(() => {
      delayed.abort(signal.reason);
    }, gracePeriod);
  };
  if (signal.aborted) wait();
  else signal.addEventListener("abort", wait, { once: true });
  return {
    signal: delayed.signal,
    release: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wait);
    },
  };
}
