/** The longest lag of reads behind a write, in milliseconds: a server may read from a copy of its data. */
const lag = 5_000;

/** The objects that this process has created or deleted, by path. They decide if a 404 of an object or its part is proof. */
export class OwnWrites {
  readonly #deleted = new Set<string>();
  /** The time of the creation, in milliseconds of the clock. */
  readonly #created = new Map<string, number>();

  noteCreated(path: string, now: number): void {
    this.#created.set(path, now);
  }

  noteDeleted(path: string): void {
    this.#created.delete(path);
    this.#deleted.add(path);
  }

  /** Returns true if a 404 proves that the object is gone. */
  isDeleted(path: string): boolean {
    return [...this.#deleted].some((object) => isIn(path, object));
  }

  /** Returns true if a 404 proves nothing, since the creation is too recent. */
  mayLag(path: string, now: number): boolean {
    return [...this.#created].some(([object, time]) => now < time + lag && isIn(path, object));
  }
}

function isIn(path: string, object: string): boolean {
  return path === object || path.startsWith(`${object}/`);
}
