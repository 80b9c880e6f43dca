/**
 * The time that a request, or several together, may take: for attempts, and for waits between them. Waiting for one's
 * turn is free, see docs/decisions/0005.
 */
export class Budget {
  #left: number;
  #begun: boolean;

  /** `begun` if what the requests belong to has had effects already. */
  constructor(milliseconds: number, begun = false) {
    this.#left = milliseconds;
    this.#begun = begun;
  }

  /** Milliseconds; never negative. */
  get left(): number {
    return this.#left;
  }

  /** Whether there has been an attempt, so that these requests go before others. */
  get begun(): boolean {
    return this.#begun;
  }

  spend(milliseconds: number): void {
    this.#begun = true;
    this.#left = Math.max(0, this.#left - milliseconds);
  }
}
