import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type ParsedNode, type Scalar, visit } from "yaml";
import type { Path } from "../core/path";

/** A key and its value; of an item of a list, the item twice. */
export interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

/** What a step leads to, through anchors (which `resolve` knows) and merged maps. */
export function child(node: unknown, step: string | number, resolve: (node: unknown) => unknown): Entry | undefined {
  const here = resolve(node);
  if (isSeq(here)) {
    const item = here.items[Number(step)];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(here)) return undefined;
  const own = here.items.findLast(({ key }) => keyText(key) === String(step));
  if (own !== undefined) return own;
  const merged = here.items.filter(({ key }) => isMergeKey(key)).map(({ value }) => resolve(value));
  for (const source of merged.flatMap((value) => (isSeq(value) ? value.items : [value]))) {
    const found = child(source, step, resolve);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a node begins in its text. */
export function startOf(node: unknown): number | undefined {
  const isNode = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return isNode ? node.range?.[0] : undefined;
}

/** The places at which something stands for what is written elsewhere. */
export function aliases(contents: ParsedNode): readonly Alias[] {
  const found: Alias[] = [];
  visit(contents, {
    Alias(_, alias) {
      found.push(alias);
    },
  });
  return found;
}

/** Keys that are maps, lists or aliases, as the braces of a template are. */
export function oddKeys(contents: ParsedNode): readonly unknown[] {
  const found: unknown[] = [];
  visit(contents, {
    Map(_, { items }) {
      found.push(...items.map(({ key }) => key).filter((key) => !isScalar(key)));
    },
  });
  return found;
}

/** A key that is no text, and does not read as it is written: `007` is the number 7. */
export interface Misread {
  readonly path: Path;
  readonly key: Scalar;
  readonly read: string;
  readonly written: string;
}

export function misreadKeys(contents: ParsedNode): readonly Misread[] {
  const found: Misread[] = [];
  visit(contents, {
    Map(_, map, ancestors) {
      for (const { key } of map.items) {
        const read = keyText(key);
        if (!isScalar(key) || typeof key.value === "string" || read === undefined) continue;
        if (key.source === undefined || key.source === read) continue;
        found.push({ path: [...pathOf([...ancestors, map]), key.source], key, read, written: key.source });
      }
    },
  });
  return found;
}

/** A key that a map has again: all but one would be lost without a word. */
export interface Repeated {
  readonly path: Path;
  readonly first: unknown;
  readonly again: unknown;
}

export function repeatedKeys(contents: ParsedNode): readonly Repeated[] {
  const found: Repeated[] = [];
  visit(contents, {
    Map(_, map, ancestors) {
      const first = new Map<string, unknown>();
      for (const { key } of map.items) {
        const name = isMergeKey(key) ? "<<" : keyText(key);
        if (name === undefined) continue;
        if (first.has(name)) {
          found.push({ path: [...pathOf([...ancestors, map]), name], first: first.get(name), again: key });
        } else first.set(name, key);
      }
    },
  });
  return found;
}

/** How the key reads in the value that is made of its map. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key) || isMergeKey(key)) return undefined;
  const text = String(key.value);
  return key.value === null ? "" : text;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [keyText(node.key) ?? "<<"];
    return isSeq(node) ? [node.items.indexOf(nodes[index + 1])] : [];
  });
}
