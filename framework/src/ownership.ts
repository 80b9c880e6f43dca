import type { ObjectKey, ExclusiveKey } from "./resource";

/** Facts that processes share: the providers of one program have a process each. A `Set` is one for a single process. */
export interface Ledger {
  add(...facts: readonly string[]): unknown;
  has(fact: string): boolean;
}

/**
 * What a Delete of a thing has to know: that it is declared, that its new declaration failed, or that somebody may declare it
 * of whom nothing has been heard.
 */
export type Ownership = "owned" | "failed" | "unreadable" | undefined;

/** Another declaration that is about the same. */
export interface Conflict {
  readonly urn: string;
  /** Which of the two claims everything there, if one does, and what to do then. */
  readonly whole?: { readonly by: "mine" | "theirs"; readonly remedy: string };
}

/** Two declarations that are about one thing. */
export interface ConflictAt extends Conflict {
  readonly path: ObjectKey["path"];
}

/**
 * What this operation of the engine has been told to keep: every object that a Check, Create or Update named.
 *
 * The engine renames, moves, taints and replaces by creating first and deleting afterwards, on the same remote object;
 * this memory is how a Delete knows that its object still belongs to somebody, be it through another provider.
 */
export class OwnershipLedger {
  readonly #things = new Map<string, Map<string, { readonly urn: string; readonly terms: unknown }>>();
  readonly #wholes = new Map<string, ExclusiveKey & { readonly urn: string }>();
  readonly #rivals = new Map<string, Conflict>();

  constructor(private readonly ledger: Ledger = localLedger()) {}

  /** Remembers that `urn` declares these things; returns where another resource of this process does so too. */
  add(claims: readonly ObjectKey[], whole: ExclusiveKey | undefined, urn: string): ConflictAt | undefined {
    const clash = this.#clash(claims, whole, urn);
    if (clash !== undefined) {
      const { whole } = clash;
      const theirs = whole && { ...whole, by: whole.by === "mine" ? ("theirs" as const) : ("mine" as const) };
      this.#rivals.set(clash.urn, { urn, ...(theirs && { whole: theirs }) });
      return clash;
    }
    const facts: string[] = [];
    for (const { of, which, desired: terms } of claims) {
      const things = this.#things.get(of) ?? new Map<string, { readonly urn: string; readonly terms: unknown }>();
      if (!things.has(which)) facts.push(fact("owned", { of, which }));
      this.#things.set(of, things.set(which, { urn, terms }));
    }
    if (whole !== undefined) this.#wholes.set(whole.of, { ...whole, urn });
    if (facts.length > 0) this.ledger.add(...facts);
    return undefined;
  }

  /** A later declaration that was refused because `urn` declares the same. */
  conflict(urn: string): Conflict | undefined {
    return this.#rivals.get(urn);
  }

  /** Remembers that these could not be created where they are declared now. */
  fail(claims: readonly ObjectKey[]): void {
    if (claims.length > 0) this.ledger.add(...claims.map((claim) => fact("failed", claim)));
  }

  /** Remembers that of whoever declared these nothing is heard, so that it may declare other things of their kind by now. */
  lose(claims: readonly ObjectKey[]): void {
    this.fail(claims);
    if (claims.length > 0) this.ledger.add(...new Set(claims.map(unheard)));
  }

  ownership(claim: Pick<ObjectKey, "of" | "kind" | "which">): Ownership {
    if (this.ledger.has(fact("failed", claim))) return "failed";
    if (this.ledger.has(fact("owned", claim))) return "owned";
    return this.ledger.has(unheard(claim)) ? "unreadable" : undefined;
  }

  /** What a declaration of this process wants of a thing. */
  desired({ of, which }: Pick<ObjectKey, "of" | "which">): unknown {
    return this.#things.get(of)?.get(which)?.terms;
  }

  #clash(claims: readonly ObjectKey[], whole: ExclusiveKey | undefined, urn: string): ConflictAt | undefined {
    for (const { of, which, path } of claims) {
      const owner = this.#things.get(of)?.get(which);
      if (owner !== undefined && owner.urn !== urn) return { path, urn: owner.urn };
      const all = this.#wholes.get(of);
      if (all !== undefined && all.urn !== urn && !all.except(which)) {
        return { path, urn: all.urn, whole: { by: "theirs", remedy: all.remedy } };
      }
    }
    if (whole === undefined) return undefined;
    const others = this.#things.get(whole.of) ?? new Map<string, { readonly urn: string }>();
    const beside = [...others].find(([which, other]) => other.urn !== urn && !whole.except(which));
    return beside && { path: whole.path, urn: beside[1].urn, whole: { by: "mine", remedy: whole.remedy } };
  }
}

function fact(kind: NonNullable<Ownership>, { of, which }: { readonly of: string; readonly which?: string }): string {
  return JSON.stringify([kind, of, which]);
}

function unheard({ of, kind = of }: Pick<ObjectKey, "of" | "kind">): string {
  return fact("unreadable", { of: kind });
}

/** The ledger of a single process. */
export function localLedger(): Ledger {
  const facts = new Set<string>();
  return {
    add: (...more) => {
      for (const one of more) facts.add(one);
    },
    has: (one) => facts.has(one),
  };
}
