import { refusal } from "../answers";
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

  /** The 429 for this request, or undefined if it may pass. */
  refuse(now: Date): Response | undefined {
    if (this.#limit === null) return undefined;
    const second = Math.floor(now.getTime() / 1000);
    this.#count = second === this.#second ? this.#count + 1 : 1;
    this.#second = second;
    return this.#count > this.#limit.perSecond ? refusal(tooManyRequests(this.#limit.retryAfter)) : undefined;
  }
}
