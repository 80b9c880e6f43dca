import { type Alias, CST, isCollection, type ParsedNode, visit } from "yaml";

/** Documents need at most ten levels. The YAML library recurses, and thousands of levels would exhaust the stack. */
const deepest = 100;

/** The offset of the first value that is nested too deeply; undefined if there is none. */
export function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const waiting = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return token.offset;
    for (const inner of partsOf(token).reverse()) waiting.push({ token: inner, depth: depth + 1 });
  }
  return undefined;
}

/** The alias at the start of a chain of aliases that is too long; undefined if there is none. */
export function tooLongChain(contents: ParsedNode, targets: ReadonlyMap<Alias, unknown>): Alias | undefined {
  const lengths = new Map<unknown, number>();
  let found: Alias | undefined;
  visit(contents, {
    Alias(_, alias, ancestors) {
      const length = 1 + (lengths.get(targets.get(alias)) ?? 0);
      if (length > deepest) {
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

function partsOf(token: CST.Token): CST.Token[] {
  if (token.type === "document") return token.value === undefined ? [] : [token.value];
  if (!CST.isCollection(token)) return [];
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat());
}
