import { isRecord } from "#framework";

/** Returns the value at a path of properties; undefined if there is none. */
export function get(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (holder, name) => (isRecord(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined),
    value,
  );
}

/** Returns the objects in a list; none for another value. */
export function listRecords(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Returns the items of a list's response, which can be in a property of `data`. */
export function listItems(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const data = get(body, "data");
  if (Array.isArray(data)) return listRecords(data);
  const lists = isRecord(data) ? Object.values(data).filter(Array.isArray) : [];
  return listRecords(lists[0]);
}
