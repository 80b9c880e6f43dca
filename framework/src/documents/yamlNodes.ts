import {
  type Alias,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type ParsedNode,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Path } from "../path";

/** A key and its value; of an item of a list, the item twice. */
export interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

/** Finds the entry at a path, through aliases and merged maps. Each map is indexed once. */
export class Tree {
  readonly #entries = new Map<YAMLMap, ReadonlyMap<string, Entry>>();

  /** `targets` are the nodes of the aliases. */
  constructor(private readonly targets: ReadonlyMap<unknown, unknown>) {}

  /** The node, or the target of an alias. */
  resolve(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  /** The entry at a step. */
  child(node: unknown, step: string | number): Entry | undefined {
    const here = this.resolve(node);
    if (isSeq(here)) {
      const item = here.items[Number(step)];
      return item === undefined ? undefined : { key: item, value: item };
    }
    if (!isMap(here)) return undefined;
    const own = this.#entriesOf(here).get(String(step));
    if (own !== undefined) return own;
    const merged = here.items.filter(({ key }) => isMergeKey(key)).map(({ value }) => this.resolve(value));
    for (const source of merged.flatMap((value) => (isSeq(value) ? value.items : [value]))) {
      const found = this.child(source, step);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The entries by key. If a key is repeated, the last entry counts. */
  #entriesOf(map: YAMLMap): ReadonlyMap<string, Entry> {
    const known = this.#entries.get(map);
    if (known !== undefined) return known;
    const entries = new Map(
      map.items.flatMap((entry) => {
        const name = keyText(entry.key);
        return name === undefined ? [] : [[name, entry] as const];
      }),
    );
    this.#entries.set(map, entries);
    return entries;
  }
}

/** Where a node begins in its text. */
export function startOf(node: unknown): number | undefined {
  const isNode = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return isNode ? node.range?.[0] : undefined;
}

/** Every alias with its target: the last node before it with that anchor, or undefined. */
export function aliasTargets(contents: ParsedNode): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(contents, {
    Alias(_, alias) {
      targets.set(alias, anchors.get(alias.source));
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
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

/** The positions of the items in a list: a search for each item would be slow. */
const positions = new WeakMap<YAMLSeq, ReadonlyMap<unknown, number>>();

function positionIn(list: YAMLSeq, item: unknown): number {
  const known = positions.get(list) ?? new Map(list.items.map((one, index) => [one, index]));
  positions.set(list, known);
  return known.get(item) ?? 0;
}

function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [keyText(node.key) ?? "<<"];
    return isSeq(node) ? [positionIn(node, nodes[index + 1])] : [];
  });
}
