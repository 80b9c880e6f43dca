import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Path } from "../path";

/** A key and its value. For an item of a list, both are the item. */
export interface YamlEntry {
  readonly key: unknown;
  readonly value: unknown;
}

/** The nodes of a document by path, through aliases and merged maps. Indexes each map once. */
export class YamlTree {
  readonly #entries = new Map<YAMLMap, ReadonlyMap<string, YamlEntry>>();

  /** `targets` are the nodes of the aliases. */
  constructor(
    private readonly contents: ParsedNode,
    private readonly targets: ReadonlyMap<unknown, unknown>,
  ) {}

  /** Returns the offset of the key or value at a path, or of its closest existing ancestor. */
  offsetOf(path: Path, which: "key" | "value"): number | undefined {
    let found: YamlEntry = { key: this.contents, value: this.contents };
    for (const step of path) {
      const next = this.findEntry(found.value, step);
      if (next === undefined) return startOf(found.key);
      found = next;
    }
    return (which === "value" ? startOf(found.value) : undefined) ?? startOf(found.key);
  }

  /** Returns the spelling of the scalar at a path; undefined if there is none. */
  sourceOf(path: Path): string | undefined {
    const node = path.reduce<unknown>((above, step) => this.findEntry(above, step)?.value, this.contents);
    const found = this.#resolve(node);
    return isScalar(found) ? found.source : undefined;
  }

  /** Returns the entry of a map or list; undefined if there is none. */
  findEntry(node: unknown, step: string | number): YamlEntry | undefined {
    const resolved = this.#resolve(node);
    if (isSeq(resolved)) {
      const item = resolved.items[Number(step)];
      return item === undefined ? undefined : { key: item, value: item };
    }
    if (!isMap(resolved)) return undefined;
    const own = this.#indexEntries(resolved).get(String(step));
    if (own !== undefined) return own;
    const merged = resolved.items.filter(({ key }) => isMergeKey(key)).map(({ value }) => this.#resolve(value));
    for (const source of merged.flatMap((value) => (isSeq(value) ? value.items : [value]))) {
      const found = this.findEntry(source, step);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  /** Returns the entries by key. If a key is repeated, the last entry counts. */
  #indexEntries(map: YAMLMap): ReadonlyMap<string, YamlEntry> {
    const known = this.#entries.get(map);
    if (known !== undefined) return known;
    const entries = new Map(
      map.items.flatMap((entry) => {
        const name = readKey(entry.key);
        return name === undefined ? [] : [[name, entry] as const];
      }),
    );
    this.#entries.set(map, entries);
    return entries;
  }
}

/** Returns the offset at which a node starts. */
export function startOf(node: unknown): number | undefined {
  const isNode = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return isNode ? node.range?.[0] : undefined;
}

/** Skips pairs of plain scalars, which most pairs are, because a visit of their nodes copies the path to them. */
const skipPlainPairs = {
  Pair: (_: unknown, { key, value }: Pair): symbol | undefined =>
    [key, value].every((node) => isScalar(node) && node.anchor === undefined) ? visit.SKIP : undefined,
};

/** Returns every alias with its target: the last node with that anchor before the alias, or undefined. */
export function findAliasTargets(document: Document): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, {
    ...skipPlainPairs,
    Alias(_, alias) {
      targets.set(alias, anchors.get(alias.source));
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** Returns the maps of a document, each as the last of the nodes that lead to it. */
function listMaps(document: Document): readonly { readonly map: YAMLMap; readonly nodes: readonly unknown[] }[] {
  const found: { readonly map: YAMLMap; readonly nodes: readonly unknown[] }[] = [];
  visit(document, {
    ...skipPlainPairs,
    Map(_, map, ancestors) {
      found.push({ map, nodes: [...ancestors, map] });
    },
  });
  return found;
}

/** Returns the keys that are maps, lists or aliases, such as the braces of a template. */
export function findNonTextKeys(document: Document): readonly unknown[] {
  return listMaps(document).flatMap(({ map }) => map.items.map(({ key }) => key).filter((key) => !isScalar(key)));
}

/** A key that does not read as it is written, because it is not a string: `007` is the number 7. */
export interface MisreadKey {
  readonly path: Path;
  readonly key: Scalar;
  readonly read: string;
  readonly written: string;
}

/** Returns the keys that do not read as they are written. */
export function findMisreadKeys(document: Document): readonly MisreadKey[] {
  return listMaps(document).flatMap(({ map, nodes }) =>
    map.items.flatMap(({ key }) => {
      const read = readKey(key);
      if (!isScalar(key) || typeof key.value === "string" || read === undefined) return [];
      if (key.source === undefined || key.source === read) return [];
      return [{ path: [...toPath(nodes), key.source], key, read, written: key.source }];
    }),
  );
}

/** A key that a map contains more than once. All entries but the last would be lost silently. */
export interface RepeatedKey {
  readonly path: Path;
  readonly first: unknown;
  readonly again: unknown;
}

/** Returns the keys that a map contains more than once. */
export function findRepeatedKeys(document: Document): readonly RepeatedKey[] {
  return listMaps(document).flatMap(({ map, nodes }) => {
    const first = new Map<string, unknown>();
    return map.items.flatMap(({ key: again }) => {
      const name = isMergeKey(again) ? "<<" : readKey(again);
      if (name !== undefined && first.has(name))
        return [{ path: [...toPath(nodes), name], first: first.get(name), again }];
      if (name !== undefined) first.set(name, again);
      return [];
    });
  });
}

/** Returns the key as a property name; undefined for merge keys, maps, lists and aliases. */
function readKey(key: unknown): string | undefined {
  if (!isScalar(key) || isMergeKey(key)) return undefined;
  const text = String(key.value);
  return key.value === null ? "" : text;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** The positions of the items in a list. A search for each item would be slow. */
const positions = new WeakMap<YAMLSeq, ReadonlyMap<unknown, number>>();

function findPosition(list: YAMLSeq, item: unknown): number {
  const known = positions.get(list) ?? new Map(list.items.map((one, index) => [one, index]));
  positions.set(list, known);
  return known.get(item) ?? 0;
}

function toPath(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [readKey(node.key) ?? "<<"];
    return isSeq(node) ? [findPosition(node, nodes[index + 1])] : [];
  });
}
