import { tooManyRequests } from "../errors";

export interface RateLimit {
  readonly perSecond: number;
  /** What `Retry-After` says, in seconds; without it a 429 has no such header. */
  readonly retryAfter?: number | undefined;
}

/** Lets so many requests through in each second of the clock. */
export class Throttle {
  #limit: RateLimit | null = null;
  #second = 0;
  #count = 0;

  /** `null` for no limit. */
  set(limit: RateLimit | null): void {
    this.#limit = limit;
    this.#count = 0;
  }

  /** Counts a request. @throws Refusal if it may not pass */
  admit(now: Date): void {
    if (this.#limit === null) return;
    const second = Math.floor(now.getTime() / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    if (this.#count > this.#limit.perSecond) throw tooManyRequests(this.#limit.retryAfter);
  }
}
