import { isRecord, type Values } from "#framework";

/** Sorts a list whose order has no meaning by the keys of its entries. A value that is not a list passes unchanged. */
export function sortByKey(list: unknown, key: (entry: Values) => string): unknown {
  if (!Array.isArray(list)) return list;
  const keyed = list.map((entry: unknown) => ({ entry, key: isRecord(entry) ? key(entry) : "" }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry);
}
