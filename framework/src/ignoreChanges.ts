import { parsePath, type Path } from "./path";
import { listPartSchemas } from "./parts";
import { getBehaviour, toComparable } from "./property";
import type { z } from "zod";
import type { AnyResource } from "./resource";
import { hasUnknowns, isRecord, type Values } from "./values";

/**
 * Returns the inputs, with the observed values at the paths that the program ignores (`ignoreChanges`). The engine resets ignored
 * inputs to their prior values, but the provider compares inputs with the observed values.
 */
export function applyIgnoreChanges(
  resource: AnyResource,
  declared: Values,
  observed: Values,
  paths: readonly string[],
): Values {
  if (paths.length === 0) return declared;
  const aligned: Record<string, unknown> = { ...observed };
  for (const [property, schema] of Object.entries(resource.inputs.shape)) {
    const { itemKey } = getBehaviour(schema);
    const [desired, current] = [declared[property], observed[property]];
    // The order of the program matters only if it ignores single items.
    if (itemKey === undefined || paths.includes(property) || !Array.isArray(desired) || !Array.isArray(current))
      continue;
    aligned[property] = alignItems(schema, itemKey, desired, current);
  }
  return paths.reduce<Values>((result, text) => {
    const path = parsePath(text);
    const taken = path === undefined ? result : graft(result, aligned, path);
    return isRecord(taken) ? taken : result;
  }, declared);
}

/** Returns the observed items of an unordered list in the order of the declared items with the same keys. */
function alignItems(
  schema: z.core.$ZodType,
  itemKey: (item: unknown) => string,
  declared: readonly unknown[],
  observed: readonly unknown[],
): readonly unknown[] {
  const [itemSchema = schema] = listPartSchemas(schema);
  const keyOf = (item: unknown): string | undefined =>
    hasUnknowns(item) ? undefined : itemKey(toComparable(getBehaviour(itemSchema), item));
  const observedKeys = observed.map(keyOf);
  return declared.map(keyOf).map((key) => (key === undefined ? undefined : observed[observedKeys.indexOf(key)]));
}

/** Returns the desired value, with the observed one at the path. */
function graft(desired: unknown, observed: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return observed;
  if (Array.isArray(desired)) {
    const observedParts: readonly unknown[] = Array.isArray(observed) ? observed : [];
    return desired.map((item: unknown, index) =>
      (key === "*" || key === index) && observedParts[index] !== undefined
        ? graft(item, observedParts[index], rest)
        : item,
    );
  }
  if (!isRecord(desired)) return observed;
  const observedParts = isRecord(observed) ? observed : {};
  const keys = key === "*" ? [...Object.keys(desired), ...Object.keys(observedParts)] : [String(key)];
  return keys.reduce<Values>((result, name) => {
    const { [name]: desiredPart, ...others } = result;
    // Keeps the desired part if the observed object has no place for the rest of the path.
    const place = observedParts[name];
    if (rest.length > 0 && desiredPart !== undefined && !isRecord(place) && !Array.isArray(place)) return result;
    const value = graft(desiredPart, observedParts[name], rest);
    return value === undefined || value === null ? others : { ...result, [name]: value };
  }, desired);
}
