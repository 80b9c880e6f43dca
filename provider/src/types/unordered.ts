import { isRecord, type Values } from "#framework";

/** Sorts a list whose order has no meaning by the keys of its entries. A value that is not a list passes unchanged. */
export function sortByKey(list: unknown, key: (entry: Values) => string): unknown {
  if (!Array.isArray(list)) return list;
  const keyed = list.map((entry: unknown) => ({ entry, key: isRecord(entry) ? key(entry) : "" }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry);
}

/** Returns the distinct items of a list of texts, sorted, for lists in which order has no meaning. Other values pass unchanged. */
export function toSet(list: unknown): unknown {
  return Array.isArray(list) ? [...new Set(list.map(String))].sort() : list;
}
