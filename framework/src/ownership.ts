import type { ExclusiveKey, ObjectKey, Ownership } from "./resource";

/** Facts that the processes of one operation share, because each provider of a program has its own process. */
export interface Ledger {
  add(...facts: readonly string[]): void;
  has(fact: string): boolean;
  /** Returns the reason, and the remedy, if this process may not know the facts of the others. The rest of a sentence. */
  explainFailure(): string | undefined;
}

/** Another declaration of the same object. */
export interface Conflict {
  readonly urn: string;
  /** Set if one of the two declares the whole collection. */
  readonly remedy?: string;
}

/** A conflict, and the property that names the object. */
export interface ConflictAt extends Conflict {
  readonly path: ObjectKey["path"];
}

/** A declared object. */
interface Item {
  readonly urn: string;
  readonly desired: unknown;
}

type Identity = Pick<ObjectKey, "collection" | "name">;

/**
 * The objects that this operation of the engine manages: every key that a Check, Create or Update declared. This process records
 * conflicts and desired values. The ledger shares the rest with other processes.
 *
 * To rename, move, taint or replace a resource, the engine creates first and deletes afterwards, on the same remote object. This
 * record tells a Delete that another resource still owns the object, even through another provider.
 */
export class OwnershipRecord {
  readonly #items = new Map<string, Map<string, Item>>();
  readonly #exclusive = new Map<string, ExclusiveKey & { readonly urn: string }>();
  readonly #conflicts = new Map<string, Conflict>();

  constructor(private readonly ledger: Ledger = createLocalLedger()) {}

  /** Remembers that `urn` declares these keys. Returns the conflict with another resource of this process, if there is one. */
  add(keys: readonly ObjectKey[], exclusive: ExclusiveKey | undefined, urn: string): ConflictAt | undefined {
    const conflict = this.#detectConflict(keys, exclusive, urn);
    if (conflict !== undefined) {
      const { remedy } = conflict;
      this.#conflicts.set(conflict.urn, { urn, ...(remedy !== undefined && { remedy }) });
      return conflict;
    }
    const facts: string[] = [];
    for (const { collection, name, desired } of keys) {
      const items = this.#items.get(collection) ?? new Map<string, Item>();
      if (!items.has(name)) facts.push(encodeFact("owned", { collection, name }));
      this.#items.set(collection, items.set(name, { urn, desired }));
    }
    if (exclusive !== undefined) this.#exclusive.set(exclusive.collection, { ...exclusive, urn });
    if (facts.length > 0) this.ledger.add(...facts);
    return undefined;
  }

  /** Returns a later declaration that was refused because `urn` declares the same object. */
  findConflict(urn: string): Conflict | undefined {
    return this.#conflicts.get(urn);
  }

  /** Marks these keys as failed: their objects could not be created or updated. */
  markFailed(keys: readonly ObjectKey[]): void {
    if (keys.length > 0) this.ledger.add(...keys.map((key) => encodeFact("failed", key)));
  }

  /** Marks these keys as unreadable: their resource may declare other objects of this kind. */
  markUnreadable(keys: readonly ObjectKey[]): void {
    this.markFailed(keys);
    if (keys.length > 0) this.ledger.add(...new Set(keys.map(createUnreadableFact)));
  }

  /** Returns what this operation has seen of the object, in any process. A failure counts more than a declaration. */
  getOwnership(key: Identity & Pick<ObjectKey, "kind">): Ownership {
    if (this.ledger.has(encodeFact("failed", key))) return "failed";
    if (this.ledger.has(encodeFact("owned", key))) return "owned";
    return this.ledger.has(createUnreadableFact(key)) ? "unreadable" : undefined;
  }

  /** Returns the desired values of an object that a resource of this process declares. */
  getDesired({ collection, name }: Identity): unknown {
    return this.#items.get(collection)?.get(name)?.desired;
  }

  #detectConflict(
    keys: readonly ObjectKey[],
    exclusive: ExclusiveKey | undefined,
    urn: string,
  ): ConflictAt | undefined {
    for (const { collection, name, path } of keys) {
      const owner = this.#items.get(collection)?.get(name);
      if (owner !== undefined && owner.urn !== urn) return { path, urn: owner.urn };
      const all = this.#exclusive.get(collection);
      if (all !== undefined && all.urn !== urn && !all.except(name)) {
        return { path, urn: all.urn, remedy: all.remedy };
      }
    }
    if (exclusive === undefined) return undefined;
    const others = this.#items.get(exclusive.collection) ?? [];
    const other = [...others].find(([name, { urn: owner }]) => owner !== urn && !exclusive.except(name));
    return other && { path: exclusive.path, urn: other[1].urn, remedy: exclusive.remedy };
  }
}

function encodeFact(
  kind: NonNullable<Ownership>,
  { collection, name }: { readonly collection: string; readonly name?: string },
): string {
  return JSON.stringify([kind, collection, name]);
}

/** Returns the fact about all objects of a kind. A collection without a kind is the only one of its kind. */
function createUnreadableFact({ collection, kind = collection }: Pick<ObjectKey, "collection" | "kind">): string {
  return encodeFact("unreadable", { collection: kind });
}

/** Returns the ledger of a single process. */
export function createLocalLedger(): Ledger {
  const facts = new Set<string>();
  return {
    add: (...more) => {
      for (const one of more) facts.add(one);
    },
    has: (one) => facts.has(one),
    explainFailure: () => undefined,
  };
}
