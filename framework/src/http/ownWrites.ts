/** The longest lag of reads behind a write, in milliseconds: a server may read from a replica. */
const longestLag = 5_000;

/** The paths of objects that this process has created or deleted. They decide if a 404 proves that an object is gone. */
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

  /** Returns true if a 404 proves nothing, because the creation is too recent. */
  mayLag(path: string, now: number): boolean {
    return [...this.#created].some(([object, time]) => now < time + longestLag && isIn(path, object));
  }
}

function isIn(path: string, object: string): boolean {
  return path === object || path.startsWith(`${object}/`);
}
