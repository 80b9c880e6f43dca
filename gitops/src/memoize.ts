/** The results so far. A `WeakMap` keeps those of an object only as long as the object. */
interface Results<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** Returns a function that computes its result once for each argument. */
export function memoize<Key, Value>(
  compute: (key: Key) => Value,
  known: Results<Key, { readonly value: Value }> = new Map<Key, { readonly value: Value }>(),
): (key: Key) => Value {
  return (key) => {
    const result = known.get(key) ?? { value: compute(key) };
    known.set(key, result);
    return result.value;
  };
}
