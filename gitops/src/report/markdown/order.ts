/**
 * Compares by some texts, the first one first, by their code units, so that the order is the same on every machine and a comment that
 * is updated in place changes only where the review does.
 */
export function by<Thing>(...keys: readonly ((thing: Thing) => string)[]): (one: Thing, other: Thing) => number {
  return (one, other) => {
    for (const key of keys) {
      const [left, right] = [key(one), key(other)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}
