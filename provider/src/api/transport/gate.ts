import type { Backoff } from "./backoff";

/**
 * Closed by a 429 for all requests, until the time that Peridio asks for. Then one request goes ahead to see; once it
 * has passed, the gate is open. Otherwise all that wait would be refused together.
 */
export class Gate {
  #opensAt = 0;
  /** Open only for the request that goes ahead. */
  #ajar = false;
  #ahead = false;
  #refusals = 0;
  /** Changes with each closing, to know the requests that left before. */
  #era = 0;

  constructor(private readonly backoff: Backoff) {}

  /** Milliseconds until a request may go through; infinite while it has to wait for the one that went ahead. */
  wait(now: number): number {
    if (now < this.#opensAt) return this.#opensAt - now;
    return this.#ahead ? Infinity : 0;
  }

  /** A request goes through; returns what `refuse` and the others want to know of it. */
  enter(): number {
    this.#ahead = this.#ajar;
    return this.#era;
  }

  /** A request was not refused. */
  pass(era: number): void {
    this.#refusals = 0;
    if (era === this.#era) this.#ajar = this.#ahead = false;
  }

  /** There was no answer. */
  lose(era: number): void {
    if (era === this.#era) this.#ahead = false;
  }

  /**
   * A request was refused. Returns whether that closed an open gate: requests that left together are refused together,
   * and one that went ahead only shows that it was too early.
   */
  refuse(era: number, now: number, askedFor: number | null): boolean {
    const asked = askedFor !== null && askedFor > now ? askedFor : null;
    if (era !== this.#era) {
      this.#opensAt = Math.max(this.#opensAt, asked ?? 0);
      return false;
    }
    const closed = !this.#ajar;
    this.#era += 1;
    this.#refusals += 1;
    this.#ajar = true;
    this.#ahead = false;
    this.#opensAt = asked ?? now + this.backoff(this.#refusals);
    return closed;
  }
}
