import { formatSeconds } from "./log";
import type { Backoff } from "./retry";

/** The shortest pause, in milliseconds. Without it, a backoff near zero would repeat requests without end. */
const shortestPause = 100;

/**
 * Stops all requests after a 429, until the time that the service asks for. Then it is half-open: one request leaves as a
 * probe, and the breaker closes when the probe succeeds. Otherwise the service would reject all waiting requests together.
 */
export class CircuitBreaker {
  #openUntil = 0;
  #isHalfOpen = false;
  #isProbing = false;
  #rejections = 0;
  /** Increases each time the breaker opens, to recognize requests that left earlier. */
  #generation = 0;

  constructor(private readonly backoff: Backoff) {}

  /** Returns the milliseconds until a request may leave; infinite while a probe is in flight. */
  getWait(now: number): number {
    if (now < this.#openUntil) return this.#openUntil - now;
    return this.#isProbing ? Infinity : 0;
  }

  /** Lets a request leave. Returns the generation, which the result of the request must name. */
  enter(): number {
    this.#isProbing = this.#isHalfOpen;
    return this.#generation;
  }

  /** Records a response other than 429. */
  succeed(generation: number): void {
    this.#rejections = 0;
    if (generation === this.#generation) this.#isHalfOpen = this.#isProbing = false;
  }

  /** Records that there was no response. */
  fail(generation: number): void {
    if (generation === this.#generation) this.#isProbing = false;
  }

  /**
   * Records a 429. Returns true if that opened a closed breaker. Requests that left together are rejected together, and a
   * rejected probe only shows that it left too early.
   */
  reject(generation: number, now: number, retryAt: number | null): boolean {
    const requested = retryAt !== null && retryAt > now ? retryAt : null;
    if (generation !== this.#generation) {
      this.#openUntil = Math.max(this.#openUntil, requested ?? 0);
      return false;
    }
    const wasClosed = !this.#isHalfOpen;
    this.#generation += 1;
    this.#rejections += 1;
    this.#isHalfOpen = true;
    this.#isProbing = false;
    this.#openUntil = requested ?? now + Math.max(shortestPause, this.backoff(this.#rejections));
    return wasClosed;
  }
}

/** Ends all waits when no request of the process succeeds for longer than the limit. */
export class StallTimeout {
  #since = 0;
  #hasFired = false;

  /** `limit` is in milliseconds. `service` is the name in messages. */
  constructor(
    private readonly limit: number,
    private readonly service: string,
  ) {}

  /** Starts after a time without requests. */
  start(now: number): void {
    if (!this.#hasFired) this.#since = now;
  }

  /** Starts again after a request that succeeded. */
  restart(now: number): void {
    this.#since = now;
    this.#hasFired = false;
  }

  /** Returns the reason, as a clause, why a further wait of so many milliseconds is too long; undefined if it is not. */
  check(now: number, wait: number): string | undefined {
    if (now + wait - this.#since <= this.limit) return undefined;
    this.#hasFired = true;
    return wait > this.limit
      ? `${this.service} asks for a wait of ${formatSeconds(wait)}, which exceeds the limit of ${formatSeconds(this.limit)}`
      : `${this.service} has accepted no request for ${formatSeconds(now - this.#since)}`;
  }
}
