import { CircuitBreaker, StallTimeout } from "./circuitBreaker";
import { WaitNotices, type Log } from "./log";
import { RateLimiter } from "./rateLimiter";
import type { Answer, Clock, Interceptor, Outcome, Request, Send } from "./request";
import type { Backoff } from "./retry";

interface Options {
  /** The name of the service in messages. */
  readonly service: string;
  /** The most requests that may be in flight. */
  readonly maxConcurrency: number;
  /** The longest time without an accepted request before all pending requests fail, in milliseconds. */
  readonly stallTimeout: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Queues all requests of the process: those that have started go first, the others in their order. A request that the service
 * rejects with 429 had no effect and returns to the queue.
 */
export function queueRequests(options: Options): Interceptor {
  const queue = new RequestQueue(options);
  return (next) => async (request) => queue.send(next, request);
}

interface Permit {
  /** Increases each time the circuit breaker opens, so that the result of a request that left before does not count. */
  readonly generation: number;
  /** True if the request was pending. Only the success of such a request shows that a higher rate is possible. */
  readonly hasWaited: boolean;
}

/** The reason, as a clause, why a request is not sent. */
interface Denial {
  readonly denial: string;
}

/** Settles a pending request. */
type Pending = (result: Permit | Denial) => void;

class RequestQueue {
  /** The pending requests of which an attempt was sent before. */
  readonly #started = new Fifo<Pending>();
  /** The pending requests that were never sent. */
  readonly #fresh = new Fifo<Pending>();
  readonly #cancellations = new Cancellations();
  readonly #breaker: CircuitBreaker;
  readonly #rateLimiter = new RateLimiter();
  readonly #stallTimeout: StallTimeout;
  readonly #notices: WaitNotices;
  readonly #timer: Timer;
  #inFlight = 0;

  constructor(private readonly options: Options) {
    this.#breaker = new CircuitBreaker(options.backoff);
    this.#stallTimeout = new StallTimeout(options.stallTimeout, options.service);
    this.#notices = new WaitNotices(options.log, options.service);
    this.#timer = new Timer(options.clock, () => {
      this.#admitPending();
    });
  }

  async send(next: Send, request: Request): Promise<Outcome> {
    if (this.#inFlight === 0 && this.#pending === 0) this.#stallTimeout.start(this.#now);
    let rejection: Answer | undefined;
    for (;;) {
      const permit = await this.#acquire(request, request.budget.isStarted || rejection !== undefined);
      if ("denial" in permit) {
        request.signal?.throwIfAborted();
        return giveUp(permit.denial, rejection);
      }
      const outcome = await this.#attempt(next, request, permit);
      if (outcome.kind === "failure" || outcome.status !== 429 || request.returnsRejection === true) return outcome;
      rejection = outcome;
    }
  }

  async #attempt(next: Send, request: Request, permit: Permit): Promise<Outcome> {
    let outcome: Outcome | undefined;
    try {
      outcome = await next(request);
      return outcome;
    } finally {
      this.#inFlight -= 1;
      this.#record(permit, outcome);
      this.#admitPending();
    }
  }

  #record({ generation, hasWaited }: Permit, outcome: Outcome | undefined): void {
    const now = this.#now;
    if (outcome?.kind === "answer" && outcome.status !== 429) {
      this.#breaker.succeed(generation);
      this.#rateLimiter.accept(now, hasWaited);
      this.#stallTimeout.restart(now);
      return;
    }
    if (outcome?.kind !== "answer") this.#breaker.fail(generation);
    // Only the first rejection measures a rate. Later ones left with it, or tried if the service has recovered.
    else if (this.#breaker.reject(generation, now, outcome.retryAt)) {
      this.#rateLimiter.reject(now, this.#breaker.getWait(now));
    }
    const denial = this.#stallTimeout.check(now, this.#getPause(now));
    if (denial !== undefined) this.#denyPending(denial);
  }

  async #acquire({ signal }: Request, isStarted: boolean): Promise<Permit | Denial> {
    signal?.throwIfAborted();
    const now = this.#now;
    const pausedFor = this.#getPause(now);
    const denial = pausedFor > 0 ? this.#stallTimeout.check(now, pausedFor) : undefined;
    if (denial !== undefined) return { denial };
    if (this.#pending === 0 && this.#getWait(now) === 0) return this.#admit(now, false);
    return this.#enqueue(isStarted ? this.#started : this.#fresh, signal);
  }

  async #enqueue(queue: Fifo<Pending>, signal: AbortSignal | undefined): Promise<Permit | Denial> {
    return new Promise((resolve) => {
      const pending: Pending = (result) => {
        if (signal) this.#cancellations.remove(signal, cancel);
        resolve(result);
      };
      const cancel = (): void => {
        queue.remove(pending);
        // A finished program can end only if nothing sleeps.
        if (this.#pending === 0) this.#timer.stop();
        resolve({ denial: "cancelled" });
      };
      if (signal) this.#cancellations.add(signal, cancel);
      queue.add(pending);
      this.#admitPending();
    });
  }

  /** Admits the pending requests that may leave, and sets the timer for the others. */
  #admitPending(): void {
    const now = this.#now;
    while (this.#pending > 0) {
      const wait = this.#getWait(now);
      if (wait > 0) {
        if (!Number.isFinite(wait)) return;
        this.#report(now);
        this.#timer.set(Math.min(wait, this.#notices.getWait(now) || wait));
        return;
      }
      this.#next()?.(this.#admit(now, true));
    }
  }

  #denyPending(denial: string): void {
    for (let pending = this.#next(); pending; pending = this.#next()) pending({ denial });
    this.#timer.stop();
  }

  #admit(now: number, hasWaited: boolean): Permit {
    this.#inFlight += 1;
    this.#rateLimiter.take(now);
    return { generation: this.#breaker.enter(), hasWaited };
  }

  #next(): Pending | undefined {
    return this.#started.next() ?? this.#fresh.next();
  }

  #report(now: number): void {
    const { limit } = this.#rateLimiter;
    this.#notices.report(now, { pausedFor: this.#getPause(now), limit, pending: this.#pending });
  }

  get #now(): number {
    return this.options.clock.now();
  }

  get #pending(): number {
    return this.#started.size + this.#fresh.size;
  }

  /** Returns the milliseconds until the next request may leave; infinite while that depends on those in flight. */
  #getWait(now: number): number {
    if (this.#inFlight >= this.options.maxConcurrency) return Infinity;
    return Math.max(this.#breaker.getWait(now), this.#rateLimiter.getWait(now));
  }

  /** Returns for how many milliseconds the service asks to send nothing. */
  #getPause(now: number): number {
    const wait = this.#breaker.getWait(now);
    return Number.isFinite(wait) ? wait : 0;
  }
}

function giveUp(denial: string, rejection: Answer | undefined): Outcome {
  if (rejection) return { ...rejection, stopReason: `because ${denial}` };
  return { kind: "failure", summary: `${denial}. Try again later.`, isSent: false, isPermanent: true };
}

/** A first-in, first-out queue. Every operation takes constant time. */
export class Fifo<T extends object> {
  readonly #items = new Set<T>();
  /** Continues after the last item: a new iterator would skip all deleted items again. */
  #iterator = this.#items.values();

  get size(): number {
    return this.#items.size;
  }

  add(item: T): void {
    this.#items.add(item);
  }

  remove(item: T): void {
    this.#items.delete(item);
  }

  /** Removes and returns the first item; undefined if the queue is empty. */
  next(): T | undefined {
    let first = this.#iterator.next();
    if (first.done) {
      // An iterator that has ended ignores items added later.
      this.#iterator = this.#items.values();
      first = this.#iterator.next();
    }
    if (first.done) return undefined;
    this.#items.delete(first.value);
    return first.value;
  }
}

/** Calls functions when a signal aborts, with one listener for each signal: Node.js scans all listeners to add one. */
class Cancellations {
  readonly #cancels = new WeakMap<AbortSignal, Set<() => void>>();

  add(signal: AbortSignal, cancel: () => void): void {
    const cancels = this.#cancels.get(signal) ?? this.#listen(signal);
    cancels.add(cancel);
  }

  remove(signal: AbortSignal, cancel: () => void): void {
    this.#cancels.get(signal)?.delete(cancel);
  }

  #listen(signal: AbortSignal): Set<() => void> {
    const cancels = new Set<() => void>();
    this.#cancels.set(signal, cancels);
    const cancelAll = (): void => {
      for (const cancel of cancels) cancel();
    };
    signal.addEventListener("abort", cancelAll, { once: true });
    return cancels;
  }
}

/** Fires once, after the first wait that it is set for. The process does not end before. */
class Timer {
  #sleep: AbortController | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly fire: () => void,
  ) {}

  /** Has no effect if the timer is already set. */
  set(milliseconds: number): void {
    if (this.#sleep) return;
    this.#sleep = new AbortController();
    const end = (): void => {
      this.#sleep = undefined;
      this.fire();
    };
    this.clock.sleep(milliseconds, this.#sleep.signal).then(end, end);
  }

  /** Fires immediately. */
  stop(): void {
    this.#sleep?.abort();
  }
}
