import { seconds } from "./log";

/** Ends waits that lead nowhere: those in which, for longer than the limit, no request of the process passes. */
export class Patience {
  #since = 0;
  #over = false;

  /** In milliseconds. */
  constructor(private readonly limit: number) {}

  /** The process begins to work, having waited for nothing before. */
  begin(now: number): void {
    if (!this.#over) this.#since = now;
  }

  /** A request passed. */
  renew(now: number): void {
    this.#since = now;
    this.#over = false;
  }

  /** Why it would be too long to wait for so many milliseconds more, as a clause; undefined if it is not. */
  tooLong(now: number, wait: number): string | undefined {
    if (now + wait - this.#since <= this.limit) return undefined;
    this.#over = true;
    return wait > this.limit
      ? `Peridio asks to send nothing for ${seconds(wait)}, and ${seconds(this.limit)} is the longest wait`
      : `Peridio has accepted no request for ${seconds(now - this.#since)}`;
  }
}
