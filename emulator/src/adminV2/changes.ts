import { isDeepStrictEqual } from "node:util";

/**
 * Sets the properties of `target` that `changes` has; the rest of `changes` is ignored.
 * @returns whether anything is different now, so that `updated_at` moves only then
 */
export function apply(target: object, changes: object, properties: readonly string[]): boolean {
  let changed = false;
  for (const property of properties) {
    if (!Object.hasOwn(changes, property)) continue;
    const value: unknown = Reflect.get(changes, property);
    if (isDeepStrictEqual(value, Reflect.get(target, property))) continue;
    Reflect.set(target, property, value);
    changed = true;
  }
  return changed;
}
