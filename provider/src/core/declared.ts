/** Facts that processes share: the providers of one program have a process each. A `Set` is one for a single process. */
export interface Ledger {
  add(fact: string): unknown;
  has(fact: string): boolean;
}

/**
 * What this operation of the engine has been told to keep: every object that a Check, Create or Update named.
 *
 * The engine renames, moves, taints and replaces by creating first and deleting afterwards, on the same remote object;
 * this memory is how a Delete knows that its object still belongs to somebody, be it through another provider.
 */
export class Declared {
  readonly #owners = new Map<string, string>();

  constructor(private readonly ledger: Ledger = new Set<string>()) {}

  /** Remembers that `urn` declares the object; returns another resource of this process that does so too. */
  add(object: string, urn: string): string | undefined {
    const owner = this.#owners.get(object);
    if (owner !== undefined && owner !== urn) return owner;
    if (owner === undefined) this.ledger.add(`kept ${object}`);
    this.#owners.set(object, urn);
    return undefined;
  }

  /** Remembers that the object could not be created where it is declared now. */
  fail(object: string): void {
    this.ledger.add(`failed ${object}`);
  }

  /** What a Delete of the object has to know: that it is declared, or that the declaration failed. */
  fate(object: string): "kept" | "failed" | undefined {
    if (this.ledger.has(`failed ${object}`)) return "failed";
    return this.ledger.has(`kept ${object}`) ? "kept" : undefined;
  }
}
