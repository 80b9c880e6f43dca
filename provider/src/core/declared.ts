/**
 * What this process has been told to keep: every object that a Check, Create or Update named.
 *
 * The engine renames, moves, taints and replaces by creating first and deleting afterwards, on the same remote object;
 * this memory is how a Delete knows that its object still belongs to somebody.
 */
export class Declared {
  readonly #owners = new Map<string, string>();

  /** Remembers that `urn` declares the object; returns another resource that does so too, if there is one. */
  add(object: string, urn: string): string | undefined {
    const owner = this.#owners.get(object);
    if (owner !== undefined && owner !== urn) return owner;
    this.#owners.set(object, urn);
    return undefined;
  }

  has(object: string): boolean {
    return this.#owners.has(object);
  }
}
