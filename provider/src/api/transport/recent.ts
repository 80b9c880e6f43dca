/** The moments of the last events, in a ring: noting one costs the same however many there have been. */
export class Recent {
  readonly #moments: Float64Array;
  #count = 0;

  constructor(private readonly capacity: number) {
    this.#moments = new Float64Array(capacity);
  }

  note(now: number): void {
    this.#moments[this.#count % this.capacity] = now;
    this.#count += 1;
  }

  /** How many there were after the given moment; of those that are remembered. */
  since(moment: number): number {
    const remembered = Math.min(this.#count, this.capacity);
    let found = 0;
    while (found < remembered && this.#at(found) > moment) found += 1;
    return found;
  }

  /** The newest has index 0. */
  #at(index: number): number {
    return this.#moments[(this.#count - 1 - index) % this.capacity] ?? 0;
  }
}
