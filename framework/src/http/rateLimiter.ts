/** The fewest responses to remember: a second of the fastest possible client, or minutes of a limited one. */
const capacity = 4_096;

/** The rate to keep, as a share of the rate that the service accepted before a 429. */
const margin = 0.9;

/** The fewest responses from which a rate can be measured without too much chance. */
const evidence = 5;

/** The rates that count as near the measured limit, as shares of it. */
const near = { from: 0.85, to: 1.1 };

/** By how much the rate grows with each response, in requests a second: 0.5 % or 50 % each second. */
const growth = { near: 0.005, far: 0.5 };

/** The delay of a timer that later requests may make up for, in milliseconds. */
const slack = 50;

/**
 * A token bucket for all requests of the process. Services rarely announce their limit, so the rate is learned from rejections.
 * The first rejection sets the rate slightly below the rate that the service accepted before. While requests wait, the rate
 * grows, slowly near the measured limit and quickly far from it.
 */
export class RateLimiter {
  #rate = Infinity;
  #limit = Infinity;
  #dueAt = 0;
  #resumedAt = 0;
  #accepted: number[] = [];

  /** Requests a second; infinite until the first rejection. */
  get rate(): number {
    return this.#rate;
  }

  /** The measured limit in requests a second; undefined if it is unknown. */
  get limit(): number | undefined {
    return Number.isFinite(this.#limit) ? Math.max(this.#limit, this.#rate) : undefined;
  }

  /** Returns the milliseconds until the next request may leave. */
  getWait(now: number): number {
    return Math.max(0, this.#dueAt - now);
  }

  /** Records that a request leaves. */
  take(now: number): void {
    this.#dueAt = Math.max(this.#dueAt, now - slack) + 1_000 / this.#rate;
  }

  /** Records that a request was accepted. The rate grows only if the request had to wait. */
  accept(now: number, hasWaited: boolean): void {
    this.#accepted.push(now);
    if (this.#accepted.length > 2 * capacity) this.#accepted = this.#accepted.slice(-capacity);
    if (!hasWaited) return;
    const [from, to] = [near.from * this.#limit, near.to * this.#limit];
    if (this.#rate < from) this.#rate = Math.min(from, this.#rate + growth.far);
    else this.#rate += this.#rate < to ? growth.near : growth.far;
  }

  /** Records a rejection that pauses all requests for `pause` milliseconds. */
  reject(now: number, pause: number): void {
    const window = Math.max(pause, 1_000, Math.min(10_000 / this.#rate, now - this.#resumedAt));
    this.#resumedAt = now + pause;
    const accepted = this.#accepted.filter((time) => time > now - window).length;
    // Other clients may have used up the limit. That tells nothing about a rate.
    if (accepted === 0) return;
    const measured = (1_000 * accepted) / window;
    if (accepted >= evidence) {
      this.#limit = Math.min(this.#rate, measured);
      this.#rate = margin * this.#limit;
    } else if (Number.isFinite(this.#rate)) {
      this.#limit = this.#rate;
      this.#rate /= 2;
    } else {
      this.#rate = measured;
    }
  }
}
