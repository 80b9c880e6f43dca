import { formatPath, parsePath, takeOver } from "./path";
import type { AnyResource, Change, Changes } from "./resource";
import { hasUnknowns, isRecord, same, unknownValue, type Values } from "./values";

/** One property, or one entry of a map, that differs, as the engine shows it. */
export interface Difference {
  readonly property: string;
  /** Where exactly, such as `members["bob@acme.example"]`. */
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  readonly replace: boolean;
  /** Whether the declaration changed; else only what was observed did. */
  readonly input: boolean;
}

function canonical(change: Change, value: unknown): unknown {
  if (hasUnknowns(value)) return value;
  const { entries } = change;
  if (entries === undefined || !isRecord(value)) return change.canonical?.(value) ?? value;
  return Object.fromEntries([...byKey(value, entries)].map(([key, { value }]) => [key, value]));
}

/** Whether two values of a property are the same, whatever their spelling. Mostly they are spelled alike, which is seen sooner. */
export function sameBy(change: Change, a: unknown, b: unknown): boolean {
  return same(a, b) || same(canonical(change, a), canonical(change, b));
}

/**
 * What differs between the declaration and what was observed.
 *
 * - A declared property is compared with the observed one.
 * - One that was declared before and is left out now goes back to its initial value.
 * - One that was never declared is nobody's business here.
 */
export function compare(
  resource: AnyResource,
  declaredBefore: Values,
  desired: Values,
  observed: Values,
): Difference[] {
  const differences: Difference[] = [];
  for (const [property, change] of Object.entries(resource.changes)) {
    const [before, now, is] = [declaredBefore[property], desired[property], observed[property]];
    const replace = change.on === "replace";
    const found = { property, path: property, replace };
    if (now !== undefined) {
      if (sameBy(change, now, is) || change.also?.(observed).some((value) => sameBy(change, now, value))) continue;
      if (change.entries && isRecord(now) && isRecord(is)) {
        differences.push(...compareEntries(found, change.entries, isRecord(before) ? before : {}, now, is));
        continue;
      }
      differences.push({ ...found, kind: is === undefined ? "add" : "update", input: !sameBy(change, before, now) });
    } else if (before !== undefined && !sameBy(change, is, change.initial?.(observed))) {
      differences.push({ ...found, kind: "delete", input: true });
    }
  }
  for (const path of resource.assess?.(observed, { desired }).drifted ?? []) {
    const property = String(parsePath(path)?.[0] ?? path);
    differences.push({ property, path, kind: "update", replace: false, input: false });
  }
  return differences;
}

function compareEntries(
  found: Pick<Difference, "property" | "path" | "replace">,
  canonicalKey: (key: string) => string,
  declaredBefore: Values,
  desired: Values,
  observed: Values,
): Difference[] {
  const before = byKey(declaredBefore, canonicalKey);
  const now = byKey(desired, canonicalKey);
  const is = byKey(observed, canonicalKey);
  const keys = new Set([...now.keys(), ...is.keys()]);
  return [...keys].flatMap((key): Difference[] => {
    const [was, mine, theirs] = [before.get(key), now.get(key), is.get(key)];
    if (mine !== undefined && theirs !== undefined && same(mine.value, theirs.value)) return [];
    const path = formatPath([found.property, mine?.name ?? theirs?.name ?? key]);
    const kind = mine === undefined ? "delete" : theirs === undefined ? "add" : "update";
    return [{ ...found, path, kind, input: !same(was?.value, mine?.value) }];
  });
}

function byKey(map: Values, canonicalKey: (key: string) => string) {
  return new Map(Object.entries(map).map(([name, value]) => [canonicalKey(name), { name, value }]));
}

/** The same differences as an update needs them: the new values, null for a return to the initial one. */
export function toChanges(desired: Values, differences: readonly Difference[], resource: AnyResource): Changes<Values> {
  return Object.fromEntries(
    differences
      .filter(({ property }) => property in resource.changes)
      .map(({ property }) => [property, desired[property] ?? null]),
  );
}

/** `observed`, with each declared property spelled as declared where both mean the same. */
export function spellAs(declared: Values, observed: Values, resource: AnyResource): Values {
  const result: Record<string, unknown> = { ...observed };
  for (const [property, change] of Object.entries(resource.changes)) {
    const written = declared[property];
    if (written !== undefined && sameBy(change, written, observed[property])) result[property] = written;
  }
  return result;
}

/** The declaration, with what the program ignores (`ignoreChanges`) taken from what was observed. */
export function withIgnored(
  resource: AnyResource,
  declared: Values,
  observed: Values,
  paths: readonly string[],
): Values {
  const aligned: Record<string, unknown> = { ...observed };
  for (const [property, { align }] of Object.entries(resource.changes)) {
    const [mine, theirs] = [declared[property], observed[property]];
    if (align && Array.isArray(mine) && Array.isArray(theirs)) aligned[property] = align(mine, theirs);
  }
  return takeOver(declared, aligned, paths);
}

/** The state to expect of a declaration: what is declared, what stays as it is, and unknowns for the rest. */
export function expectedState(
  resource: AnyResource,
  desired: Values,
  observed: Values,
  unsettled: ReadonlySet<string>,
): Values {
  const result: Record<string, unknown> = {};
  for (const property of Object.keys(resource.outputs.shape)) {
    const value = desired[property] ?? (unsettled.has(property) ? unknownValue : observed[property]);
    if (value !== undefined) result[property] = value;
  }
  return result;
}
