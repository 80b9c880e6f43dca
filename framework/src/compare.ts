import { formatPath, parsePath, applyIgnored } from "./path";
import { getBehaviours, type Behaviour } from "./property";
import type { AnyResource, Changes } from "./resource";
import { hasUnknowns, isRecord, isSameValue, unknownValue, type Values } from "./values";

/** A property or an entry of a map that differs, as the engine shows it. */
export interface Difference {
  readonly property: string;
  /** The full path, such as `members["bob@acme.example"]`. */
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  readonly replace: boolean;
  /** True if the inputs changed, and false if only the observed value did. */
  readonly input: boolean;
}

/** Returns the form in which a value is compared. */
export function toComparable({ comparable, canonical, entryKey }: Behaviour = {}, value: unknown): unknown {
  if (hasUnknowns(value)) return value;
  if (entryKey === undefined || !isRecord(value)) {
    const received = canonical?.(value) ?? value;
    return comparable?.(received) ?? received;
  }
  return Object.fromEntries([...byKey(value, entryKey)].map(([key, { value }]) => [key, value]));
}

/** Returns true if two values of a property mean the same. Compares the spelling first, which is cheaper. */
export function isEqual(behaviour: Behaviour, a: unknown, b: unknown): boolean {
  return isSameValue(a, b) || isSameValue(toComparable(behaviour, a), toComparable(behaviour, b));
}

/** Returns the declared values in the form in which the functions of a resource receive them. Unknown values pass unchanged. */
export function canonicalize({ inputs }: Pick<AnyResource, "inputs">, declared: Values): Values {
  const result: Record<string, unknown> = { ...declared };
  for (const [name, { canonical }] of Object.entries(getBehaviours(inputs))) {
    if (canonical !== undefined && declared[name] !== undefined && !hasUnknowns(declared[name]))
      result[name] = canonical(declared[name]);
  }
  return result;
}

/**
 * Returns the differences between the desired and the observed properties.
 *
 * - Compares a desired property with the observed one.
 * - Resets a property to its default if only the prior inputs contain it.
 * - Ignores a property that neither the prior nor the desired inputs contain.
 */
export function compare(resource: AnyResource, priorInputs: Values, desired: Values, observed: Values): Difference[] {
  const differences: Difference[] = [];
  for (const [property, behaviour] of Object.entries(getBehaviours(resource.inputs))) {
    const [priorValue, desiredValue, observedValue] = [priorInputs[property], desired[property], observed[property]];
    const replace = behaviour.replaceOnChange === true;
    const location = { property, path: property, replace };
    if (desiredValue !== undefined) {
      const means = (value: unknown) => isEqual(behaviour, desiredValue, value);
      if (means(observedValue) || behaviour.alsoEquals?.(observed).some(means)) continue;
      if (behaviour.entryKey && isRecord(desiredValue) && isRecord(observedValue)) {
        const priorEntries = isRecord(priorValue) ? priorValue : {};
        differences.push(...compareEntries(location, behaviour.entryKey, priorEntries, desiredValue, observedValue));
        continue;
      }
      differences.push({
        ...location,
        kind: observedValue === undefined ? "add" : "update",
        input: !isEqual(behaviour, priorValue, desiredValue),
      });
    } else if (priorValue !== undefined && !isAtDefault(behaviour, observedValue, observed)) {
      differences.push({ ...location, kind: "delete", input: true });
    }
  }
  const assessment = resource.assess?.(observed, { desired: canonicalize(resource, desired) });
  for (const path of assessment?.drifted ?? []) {
    const property = String(parsePath(path)?.[0] ?? path);
    differences.push({ property, path, kind: "update", replace: false, input: false });
  }
  return differences;
}

function compareEntries(
  location: Pick<Difference, "property" | "path" | "replace">,
  canonicalKey: (key: string) => string,
  prior: Values,
  desired: Values,
  observed: Values,
): Difference[] {
  const priorEntries = byKey(prior, canonicalKey);
  const desiredEntries = byKey(desired, canonicalKey);
  const observedEntries = byKey(observed, canonicalKey);
  const keys = new Set([...desiredEntries.keys(), ...observedEntries.keys()]);
  return [...keys].flatMap((key): Difference[] => {
    const [prior, desired, observed] = [priorEntries.get(key), desiredEntries.get(key), observedEntries.get(key)];
    if (desired !== undefined && observed !== undefined && isSameValue(desired.value, observed.value)) return [];
    const path = formatPath([location.property, desired?.name ?? observed?.name ?? key]);
    const kind = desired === undefined ? "delete" : observed === undefined ? "add" : "update";
    return [{ ...location, path, kind, input: !isSameValue(prior?.value, desired?.value) }];
  });
}

function byKey(map: Values, canonicalKey: (key: string) => string) {
  return new Map(Object.entries(map).map(([name, value]) => [canonicalKey(name), { name, value }]));
}

/** Returns the new value of each different property; null resets it to its default. */
export function toChanges(desired: Values, differences: readonly Difference[], resource: AnyResource): Changes<Values> {
  return Object.fromEntries(
    differences
      .filter(({ property }) => property in resource.inputs.shape)
      .map(({ property }) => [property, desired[property] ?? null]),
  );
}

/** Returns `observed`, with the declared spelling of each property whose declared value means the same. */
export function spellAs(declared: Values, observed: Values, resource: AnyResource): Values {
  const result: Record<string, unknown> = { ...observed };
  for (const [property, behaviour] of Object.entries(getBehaviours(resource.inputs))) {
    const spelled = declared[property];
    if (spelled !== undefined && isEqual(behaviour, spelled, observed[property])) result[property] = spelled;
  }
  return result;
}

/** Returns the inputs, with the observed values at the paths that the program ignores (`ignoreChanges`). */
export function applyIgnoreChanges(
  resource: AnyResource,
  declared: Values,
  observed: Values,
  paths: readonly string[],
): Values {
  const aligned: Record<string, unknown> = { ...observed };
  for (const [property, { align }] of Object.entries(getBehaviours(resource.inputs))) {
    const [desired, current] = [declared[property], observed[property]];
    // The order of the program matters only if it ignores single items.
    if (align === undefined || paths.includes(property) || !Array.isArray(desired) || !Array.isArray(current)) continue;
    aligned[property] = align(desired, current);
  }
  return applyIgnored(declared, aligned, paths);
}

/** Returns true if an observed value is the API's default. */
export function isAtDefault(behaviour: Behaviour, value: unknown, observed: Values): boolean {
  return isEqual(behaviour, value, behaviour.resetsTo?.(observed));
}

/** Returns the expected state: desired values, the given unknown outputs, and observed values for the rest. */
export function getExpectedState(
  resource: AnyResource,
  desired: Values,
  observed: Values,
  unknownOutputs: ReadonlySet<string>,
): Values {
  const result: Record<string, unknown> = {};
  for (const property of Object.keys(resource.outputs.shape)) {
    const value = desired[property] ?? (unknownOutputs.has(property) ? unknownValue : observed[property]);
    if (value !== undefined) result[property] = value;
  }
  return result;
}
