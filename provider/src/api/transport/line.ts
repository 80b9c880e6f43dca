/** Those who wait, first come, first served. Every operation takes the same time, however many there are. */
export class Line<T extends object> {
  readonly #waiting = new Set<T>();
  /** Goes on where it stopped: a new one would pass over all that have left. */
  #cursor = this.#waiting.values();

  get size(): number {
    return this.#waiting.size;
  }

  join(one: T): void {
    this.#waiting.add(one);
  }

  leave(one: T): void {
    this.#waiting.delete(one);
  }

  /** Takes the first out; undefined if nobody waits. */
  next(): T | undefined {
    let first = this.#cursor.next();
    if (first.done) {
      // At its end a cursor sees no newcomers.
      this.#cursor = this.#waiting.values();
      first = this.#cursor.next();
    }
    if (first.done) return undefined;
    this.#waiting.delete(first.value);
    return first.value;
  }
}
