import { setTimeout } from "node:timers/promises";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request to the API. The connection adds the API key and the endpoint. */
export interface Request {
  readonly method: Method;
  /** Path and query below the endpoint, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** True if a header lets the service recognize a repeated POST. */
  readonly hasIdempotencyKey?: boolean | undefined;
  /** JSON. */
  readonly body?: string | undefined;
  /** Ends the request and its waits. */
  readonly signal?: AbortSignal | undefined;
  readonly budget: RetryBudget;
  /** True if a 429 ends the request. By default, the request returns to the queue. */
  readonly returnsRejection?: boolean | undefined;
}

/**
 * The time that a request, or several requests with one deadline, may take: for attempts, and for the waits between them.
 * Time in the queue is free, because a rate limit is not a failure.
 */
export class RetryBudget {
  #remaining: number;
  #isStarted: boolean;

  /** `isStarted` is true if an earlier request of the same transaction has taken effect. */
  constructor(milliseconds: number, isStarted = false) {
    this.#remaining = milliseconds;
    this.#isStarted = isStarted;
  }

  /** Milliseconds; never negative. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Requests that have started go before the others. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  spend(milliseconds: number): void {
    this.#isStarted = true;
    this.#remaining = Math.max(0, this.#remaining - milliseconds);
  }
}

/** The result of the attempts before the last one. */
interface Attempts {
  /** The reason for not making another attempt, as an adverbial: "after 5 attempts". */
  readonly stopReason?: string;
  /** True if an attempt may have taken effect. */
  readonly isAmbiguous?: boolean;
}

/** A complete response, with any status. */
export interface Answer extends Attempts {
  readonly kind: "answer";
  readonly status: number;
  readonly requestId: string | null;
  /** The `Link` header. */
  readonly link?: string | null | undefined;
  /** The time that `Retry-After` names, in milliseconds of the clock. */
  readonly retryAt: number | null;
  /** Null if the body is too large. */
  readonly body: string | null;
}

/** The lack of a complete response. */
export interface Failure extends Attempts {
  readonly kind: "failure";
  /** Reason and remedy, in whole sentences. */
  readonly summary: string;
  /** True if the service may have received the request. */
  readonly isSent: boolean;
  /** True if another attempt must fail too. */
  readonly isPermanent: boolean;
  readonly cause?: unknown;
}

export type Outcome = Answer | Failure;

/** An abort of a request that was already sent and may have taken effect. */
export class AbortedInFlightError extends Error {
  override readonly name = "AbortedInFlightError";
}

/** Sends a request. Rejects only when the signal aborts: with `AbortedInFlightError`, or with any other error if nothing was sent. */
export type Send = (request: Request) => Promise<Outcome>;

/** Adds a behaviour to the sending of requests, such as retries. */
export type Interceptor = (next: Send) => Send;

/** Wraps `send` into interceptors, the first of them outermost. */
export function compose(send: Send, interceptors: readonly Interceptor[]): Send {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), send);
}

/** The time, which tests replace. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => setTimeout(milliseconds, undefined, signal && { signal }),
};
