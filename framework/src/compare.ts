import { formatPath, parsePath } from "./path";
import { getParts, listPartSchemas } from "./parts";
import { getBehaviour, getBehaviours, toComparable, type Behaviour } from "./property";
import type { z } from "zod";
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

/** Returns the properties that differ. */
export function listChanged(differences: readonly Difference[]): string[] {
  return [...new Set(differences.map(({ property }) => property))];
}

/** Returns true if two values of a property mean the same. Compares the spelling first, which is cheaper. */
export function isEqual(behaviour: Behaviour, a: unknown, b: unknown): boolean {
  return isSameValue(a, b) || isSameValue(toComparable(behaviour, a), toComparable(behaviour, b));
}

/**
 * Returns true if a value, or a part of it, that has this behaviour differs. Compares the items of lists by position. An immutable part
 * can be added.
 */
export function hasDifferenceAt(
  name: "replaceOnChange" | "immutable",
  schema: z.core.$ZodType,
  before: unknown,
  after: unknown,
): boolean {
  const behaviour = getBehaviour(schema);
  if (isEqual(behaviour, before, after) || (name === "immutable" && before === undefined)) return false;
  if (behaviour[name] === true) return true;
  const partsOf = (value: unknown) =>
    new Map(getParts(schema, toComparable(behaviour, value)).map((part) => [part.key, part]));
  const [old, current] = [partsOf(before), partsOf(after)];
  return [...new Map([...old, ...current])].some(([key, part]) =>
    hasDifferenceAt(name, part.schema, old.get(key)?.value, current.get(key)?.value),
  );
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
  for (const [property, schema] of Object.entries(resource.inputs.shape)) {
    const behaviour = getBehaviour(schema);
    const [priorValue, desiredValue] = [priorInputs[property], desired[property]];
    const observedValue = observed[property] ?? (isOnlyInput(resource, property) ? priorValue : undefined);
    const location = { property, path: property, replace: behaviour.replaceOnChange === true };
    if (desiredValue !== undefined) {
      if (isEqual(behaviour, desiredValue, observedValue)) continue;
      const otherValue = behaviour.alsoEquals === undefined ? undefined : observed[behaviour.alsoEquals];
      if (behaviour.entryKey && isRecord(desiredValue) && isRecord(observedValue)) {
        const [prior, other] = [isRecord(priorValue) ? priorValue : {}, isRecord(otherValue) ? otherValue : {}];
        const maps = { prior, desired: desiredValue, observed: observedValue, other };
        differences.push(...compareEntries(location, schema, maps));
        continue;
      }
      if (otherValue !== undefined && isEqual(behaviour, desiredValue, otherValue)) continue;
      differences.push({
        ...location,
        replace: hasDifferenceAt("replaceOnChange", schema, observedValue, desiredValue),
        kind: observedValue === undefined ? "add" : "update",
        input: !isEqual(behaviour, priorValue, desiredValue),
      });
    } else if (priorValue !== undefined && !isAtDefault(behaviour, observedValue, observed)) {
      differences.push({ ...location, kind: "delete", input: true });
    }
  }
  const assessment = resource.assess?.(observed, {
    desired: canonicalize(resource, desired),
    prior: { state: observed, inputs: priorInputs },
  });
  for (const path of assessment?.drifted ?? []) {
    const property = String(parsePath(path)?.[0] ?? path);
    differences.push({ property, path, kind: "update", replace: false, input: false });
  }
  return differences;
}

/** Compares the entries of a map. `other` holds the values that also equal the declared ones. */
function compareEntries(
  location: Pick<Difference, "property" | "path" | "replace">,
  schema: z.core.$ZodType,
  { prior, desired, observed, other }: Readonly<Record<"prior" | "desired" | "observed" | "other", Values>>,
): Difference[] {
  const { entryKey = String } = getBehaviour(schema);
  const [entrySchema = schema] = listPartSchemas(schema);
  const isSame = (a: unknown, b: unknown): boolean => isEqual(getBehaviour(entrySchema), a, b);
  const priorEntries = indexByKey(prior, entryKey);
  const desiredEntries = indexByKey(desired, entryKey);
  const observedEntries = indexByKey(observed, entryKey);
  const otherEntries = indexByKey(other, entryKey);
  const keys = new Set([...desiredEntries.keys(), ...observedEntries.keys()]);
  return [...keys].flatMap((key): Difference[] => {
    const [priorEntry, desiredEntry] = [priorEntries.get(key), desiredEntries.get(key)];
    const observedEntry = observedEntries.get(key);
    const otherEntry = observedEntry && otherEntries.get(key);
    const accepted = [observedEntry, otherEntry].filter((entry) => entry !== undefined);
    if (desiredEntry !== undefined && accepted.some(({ value }) => isSame(desiredEntry.value, value))) return [];
    const path = formatPath([location.property, desiredEntry?.name ?? observedEntry?.name ?? key]);
    const kind = desiredEntry === undefined ? "delete" : observedEntry === undefined ? "add" : "update";
    const [before, after] = [observedEntry?.value, desiredEntry?.value];
    const replace = location.replace || hasDifferenceAt("replaceOnChange", entrySchema, before, after);
    return [{ ...location, path, replace, kind, input: !isSame(priorEntry?.value, after) }];
  });
}

/** Returns the entries of a map by canonical key, with the key in its own spelling. */
function indexByKey(map: Values, canonicalKey: (key: string) => string) {
  return new Map(Object.entries(map).map(([name, value]) => [canonicalKey(name), { name, value }]));
}

/** Returns the new value of each different property; null resets it to its default. */
export function toChanges(desired: Values, differences: readonly Difference[], resource: AnyResource): Changes<Values> {
  return Object.fromEntries(
    differences
      // `assess` can name an output, which no update sends.
      .filter(({ property }) => property in resource.inputs.shape)
      .map(({ property }) => [property, desired[property] ?? null]),
  );
}

/** Returns true for a provider-only input that is no output: only the inputs in the state hold its value. */
export function isOnlyInput({ inputs, outputs }: Pick<AnyResource, "inputs" | "outputs">, property: string): boolean {
  return property in inputs.shape && !(property in outputs.shape);
}

/** Returns observed properties with the declared values of the properties that the API does not store. */
export function addProviderOnlyValues({ inputs }: AnyResource, observed: Values, declared: Values): Values {
  const names = Object.entries(getBehaviours(inputs)).filter(([, { providerOnly }]) => providerOnly === true);
  return { ...observed, ...Object.fromEntries(names.map(([name]) => [name, declared[name]])) };
}

/**
 * Returns the differences of an observed object from its declaration. They are those that a preview with `--refresh` shows for an
 * unchanged program.
 */
export function findDrift(resource: AnyResource, declared: Values, observed: Values): Difference[] {
  return compare(resource, declared, declared, addProviderOnlyValues(resource, observed, declared));
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
