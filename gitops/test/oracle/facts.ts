/** The statements that a review makes, and those that it has to make. */

/** Facts that a review must contain, and facts that it may contain. A review may contain no other fact. */
export class Expectation {
  /** Each required fact, with the sentence of the documentation. */
  readonly required = new Map<string, string>();
  readonly #allowed: RegExp[] = [];
  readonly #optional = new Set<string>();
  readonly #alternatives = new Map<string, string[]>();
  readonly #exclusions = new Map<string, RegExp>();
  readonly #patterns = new Map<string, { readonly pattern: RegExp; readonly why: string }>();

  require(fact: string, why: string): void {
    this.required.set(fact, why);
  }

  /** Permits a fact that the documentation neither requires nor forbids. */
  allow(fact: string): void {
    this.#optional.add(fact);
  }

  /** Permits another fact in the place of a required one. */
  allowInstead(required: string, other: string): void {
    this.#alternatives.set(required, [...(this.#alternatives.get(required) ?? []), other]);
    this.allow(other);
  }

  /** Permits a fact unless the review contains another one. */
  allowUnless(fact: string, other: RegExp): void {
    this.allow(fact);
    this.#exclusions.set(fact, other);
  }

  /** Requires one of several facts, each of which something else requires or allows. */
  requireAny(subject: string, pattern: RegExp, why: string): void {
    this.#patterns.set(subject, { pattern, why });
  }

  /** Permits all facts of a kind, because the oracle cannot judge them. */
  allowAll(facts: RegExp): void {
    this.#allowed.push(facts);
  }

  /** Returns the differences between this expectation and the facts of a review. */
  compare(found: ReadonlySet<string>): string[] {
    const isAllowed = (fact: string) => this.#optional.has(fact) || this.#allowed.some((pattern) => pattern.test(fact));
    const missing = [...this.required].flatMap(([fact, why]) => {
      const others = this.#alternatives.get(fact) ?? [];
      if (
        found.has(fact) ||
        others.some((other) => found.has(other)) ||
        this.#allowed.some((pattern) => pattern.test(fact))
      )
        return [];
      return [`missing: ${fact} (${why})`];
    });
    const unshown = [...this.#patterns].flatMap(([subject, { pattern, why }]) =>
      isAllowed(subject) || [...found].some((fact) => pattern.test(fact))
        ? []
        : [`missing: a row: ${subject} (${why})`],
    );
    const extra = [...found].flatMap((fact) => {
      const exclusion = this.#exclusions.get(fact);
      const other = exclusion && [...found].find((one) => exclusion.test(one));
      if (other !== undefined) return [`wrong: ${fact}, because of ${other}`];
      return this.required.has(fact) || isAllowed(fact) ? [] : [`wrong: ${fact}`];
    });
    return [...missing, ...unshown, ...extra];
  }
}

/** Of two risks of which one implies the other, a review names the stronger one. */
const stronger: Readonly<Record<string, string>> = {
  revokesAccess: "deletesProject",
  raisesRole: "grantsAdmin",
  lowersRole: "removesAdmin",
  widensAllowlist: "removesAllowlist",
  addsWebhook: "addsWebhookHost",
};

/** Returns expected risks in one order, without those that others imply. */
export function riskList(risks: Iterable<string>): string {
  const all = new Set(risks);
  return listRisks([...all].filter((risk) => !all.has(stronger[risk] ?? "")));
}

/** Returns the risks of a review in one order. */
export function listRisks(risks: readonly string[]): string {
  return `[${[...risks].sort().join(" ")}]`;
}

/** Escapes a text for a regular expression. */
export function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
