/** Groups items by a key, in the order of their first items. No group is empty. */
export function groupBy<T, Key>(items: Iterable<T>, getKey: (item: T) => Key): ReadonlyMap<Key, readonly [T, ...T[]]> {
  const groups = new Map<Key, [T, ...T[]]>();
  for (const item of items) {
    const key = getKey(item);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [item]);
    else others.push(item);
  }
  return groups;
}

/** Counts items by a key. */
export function countBy<T, Key>(items: Iterable<T>, getKey: (item: T) => Key): ReadonlyMap<Key, number> {
  return new Map([...groupBy(items, getKey)].map(([key, group]) => [key, group.length]));
}

/** Returns the items without the equal ones of others. Each of the others removes one. */
export function subtract<T>(
  items: readonly T[],
  others: readonly T[],
  isSame: (one: T, other: T) => boolean = Object.is,
): readonly T[] {
  const rest = [...others];
  return items.filter((item) => {
    const index = rest.findIndex((other) => isSame(item, other));
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
}

/** Splits a list into parts of at most `most` items. */
export function splitList<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / most);
  return Array.from({ length: count }, (_, part) => list.slice(part * most, (part + 1) * most));
}

/** Sorts by several texts, in code units, so that every machine writes a report in the same order. */
export function sortBy<Item>(items: readonly Item[], getKeys: (item: Item) => readonly string[]): readonly Item[] {
  return items
    .map((item) => ({ item, keys: getKeys(item) }))
    .sort((a, b) => compareKeys(a.keys, b.keys))
    .map(({ item }) => item);
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const [left, right] = [a[index] ?? "", b[index] ?? ""];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
