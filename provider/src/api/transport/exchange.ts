import type { Budget } from "./budget";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Request {
  readonly method: Method;
  /** Below the endpoint, encoded, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string | undefined;
  /** Ends the request and its waits. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take, attempts and the waits between them together. */
  readonly budget: Budget;
}

/** What is known of the attempts before the last one. */
interface Course {
  /** Why there was no further attempt, as an adverbial: "after 5 attempts". */
  readonly gaveUp?: string;
  /** Whether an attempt may have taken effect without our knowing. */
  readonly unsure?: boolean;
}

export interface Answer extends Course {
  readonly kind: "answer";
  readonly status: number;
  readonly requestId: string | null;
  /** When Peridio asked to be asked again, in milliseconds of the clock. */
  readonly retryAt: number | null;
  /** Null if the body is too large. */
  readonly body: string | null;
}

/** There was no whole answer. */
export interface Failure extends Course {
  readonly kind: "failure";
  /** Reason and remedy, in whole sentences. */
  readonly summary: string;
  /** Whether Peridio may have got the request. */
  readonly sent: boolean;
  /** Whether another attempt must fail as well. */
  readonly lasting: boolean;
  readonly cause?: unknown;
}

export type Outcome = Answer | Failure;

/** An aborted request had left, so that it may have taken effect. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}

/** Rejects only when the request's signal aborts: with `Abandoned`, or with anything else if nothing came of it. */
export type Send = (request: Request) => Promise<Outcome>;

export type Interceptor = (next: Send) => Send;

/** Wraps `send` into interceptors, the first of them outermost. */
export function compose(send: Send, interceptors: readonly Interceptor[]): Send {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), send);
}
