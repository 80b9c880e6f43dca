import { takeOver } from "./path";
import type { AnyResource, Change, Changes } from "./resource";
import { hasUnknowns, same, unknownValue, type Values } from "./values";

/** One property that differs, as the engine shows it. */
export interface Difference {
  readonly property: string;
  readonly kind: "add" | "update" | "delete";
  readonly replace: boolean;
  /** Whether the declaration changed; else only what was observed did. */
  readonly input: boolean;
}

function canonical(change: Change, value: unknown): unknown {
  return value === undefined || value === null || hasUnknowns(value) ? value : (change.canonical?.(value) ?? value);
}

/** Whether two values of a property are the same, whatever their spelling. */
export function sameBy(change: Change, a: unknown, b: unknown): boolean {
  return same(canonical(change, a), canonical(change, b));
}

/**
 * What differs between the declaration and what was observed.
 *
 * - A declared property is compared with the observed one.
 * - One that was declared before and is left out now goes back to its initial value.
 * - One that was never declared is nobody's business here.
 */
export function compare(resource: AnyResource, declaredBefore: Values, wanted: Values, observed: Values): Difference[] {
  const differences: Difference[] = [];
  for (const [property, change] of Object.entries(resource.changes)) {
    const [before, now, is] = [declaredBefore[property], wanted[property], observed[property]];
    const replace = change.on === "replace";
    if (now !== undefined) {
      if (sameBy(change, now, is)) continue;
      const kind = is === undefined ? "add" : "update";
      differences.push({ property, kind, replace, input: !sameBy(change, before, now) });
    } else if (before !== undefined && !sameBy(change, is, change.initial?.(observed))) {
      differences.push({ property, kind: "delete", replace, input: true });
    }
  }
  for (const property of resource.broken?.(observed) ?? []) {
    differences.push({ property, kind: "update", replace: false, input: false });
  }
  return differences;
}

/** The same differences as an update needs them: the new values, null for a return to the initial one. */
export function toChanges(wanted: Values, differences: readonly Difference[], resource: AnyResource): Changes<Values> {
  return Object.fromEntries(
    differences
      .filter(({ property }) => property in resource.changes)
      .map(({ property, kind }) => [property, kind === "delete" ? null : wanted[property]]),
  );
}

/** `observed`, with each declared property spelled as declared where both mean the same. */
export function spelledAs(declared: Values, observed: Values, resource: AnyResource): Values {
  const result: Record<string, unknown> = { ...observed };
  for (const [property, change] of Object.entries(resource.changes)) {
    const written = declared[property];
    if (written !== undefined && sameBy(change, written, observed[property])) result[property] = written;
  }
  return result;
}

/** The declaration, with what the program ignores (`ignoreChanges`) taken from what was observed. */
export function ignoring(resource: AnyResource, declared: Values, observed: Values, paths: readonly string[]): Values {
  if (paths.length === 0) return declared;
  const aligned: Record<string, unknown> = { ...observed };
  for (const [property, { align }] of Object.entries(resource.changes)) {
    const [mine, theirs] = [declared[property], observed[property]];
    if (align && Array.isArray(mine) && Array.isArray(theirs)) aligned[property] = align(mine, theirs);
  }
  return takeOver(declared, aligned, paths);
}

/** The state to expect of a declaration: what is declared, what stays as it is, and unknowns for the rest. */
export function foreseen(
  resource: AnyResource,
  wanted: Values,
  observed: Values,
  unsettled: ReadonlySet<string>,
): Values {
  const result: Record<string, unknown> = {};
  for (const property of Object.keys(resource.outputs.shape)) {
    const value = wanted[property] ?? (unsettled.has(property) ? unknownValue : observed[property]);
    if (value !== undefined) result[property] = value;
  }
  return result;
}
