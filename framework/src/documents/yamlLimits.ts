import { type Alias, CST, type Document, isAlias, isCollection, isMap, isSeq, visit } from "yaml";

/** Documents have at most ten levels. The YAML library recurses, and thousands of levels would exhaust the stack. */
const maxDepth = 100;

/** The aliases of the largest layouts expand to fewer values. Without this limit, a short file could fill the memory. */
export const maxRepeatedValues = 500_000;

/** Returns the offset of the first value that is nested too deeply; undefined if there is none. */
export function findDeepValue(tokens: readonly CST.Token[]): number | undefined {
  const stack = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next;
    if (depth > maxDepth) return token.offset;
    for (const inner of listChildren(token).reverse()) stack.push({ token: inner, depth: depth + 1 });
  }
  return undefined;
}

function listChildren(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!CST.isCollection(token)) return [];
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat());
}

/** Returns the first alias of a chain that is too long; undefined if there is none. */
export function findDeepAlias(document: Document, targets: ReadonlyMap<Alias, unknown>): Alias | undefined {
  if (targets.size === 0) return undefined;
  const lengths = new Map<unknown, number>();
  let found: Alias | undefined;
  visit(document, {
    Alias(_, alias, ancestors) {
      const length = 1 + (lengths.get(targets.get(alias)) ?? 0);
      if (length > maxDepth) {
        found = alias;
        return visit.BREAK;
      }
      for (const node of ancestors) {
        if (isCollection(node) && node.anchor !== undefined) {
          lengths.set(node, Math.max(length, lengths.get(node) ?? 0));
        }
      }
      return undefined;
    },
  });
  return found;
}

/** Returns the alias at which the aliases together expand to too many values; undefined if there is none. */
export function findExcessiveAlias(document: Document, targets: ReadonlyMap<Alias, unknown>): Alias | undefined {
  if (targets.size === 0) return undefined;
  const sizes = new Map<unknown, number>();
  let repeated = 0;
  let found: Alias | undefined;
  const measure = (node: unknown): number => {
    if (isAlias(node)) {
      const target = targets.get(node);
      // An alias inside its own target expands endlessly.
      const size = target === undefined ? 1 : (sizes.get(target) ?? Infinity);
      repeated += size;
      if (repeated > maxRepeatedValues) found ??= node;
      return size;
    }
    const inner = isMap(node) ? node.items.map(({ value }) => value) : isSeq(node) ? node.items : [];
    const size = inner.reduce<number>((sum, part) => sum + measure(part), 1);
    sizes.set(node, size);
    return size;
  };
  measure(document.contents);
  return found;
}
