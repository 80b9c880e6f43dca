import { type Alias, isAlias, isMap, isSeq, type ParsedNode } from "yaml";

/** More than the largest layouts repeat. Beyond it, a short file could stand for one that fills the memory. */
export const mostRepeated = 500_000;

/** The alias with which all aliases together stand for too many values; undefined if there is none. */
export function tooRepetitive(contents: ParsedNode, targets: ReadonlyMap<Alias, unknown>): Alias | undefined {
  const sizes = new Map<unknown, number>();
  let repeated = 0;
  let found: Alias | undefined;
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const target = targets.get(node);
      // An alias within its own target stands for an endless value.
      const size = target === undefined ? 1 : (sizes.get(target) ?? Infinity);
      repeated += size;
      if (repeated > mostRepeated) found ??= node;
      return size;
    }
    const inner = isMap(node) ? node.items.map(({ value }) => value) : isSeq(node) ? node.items : [];
    const size = inner.reduce<number>((sum, part) => sum + sizeOf(part), 1);
    sizes.set(node, size);
    return size;
  };
  sizeOf(contents);
  return found;
}
