import { type Failure, Refusal } from "./errors";
import { formatPath, type Path } from "./path";
import type { Shape } from "./resource";
import { hasUnknowns, isRecord, unknownValue, type Values } from "./values";

/** A declaration after Check: complete and valid as far as its values are known, or why not. */
export interface Checked {
  /** With defaults filled in. Meaningful only without failures. */
  readonly values: Values;
  readonly failures: readonly Failure[];
}

/** Checks a declaration property by property, so that all mistakes are reported at once and unknowns get in nobody's way. */
export function check(schema: Shape, declared: Values, what: string): Checked {
  const values: Record<string, unknown> = {};
  const failures: Failure[] = [];
  for (const [property, type] of Object.entries(schema.shape)) {
    const value = declared[property];
    const parsed = type["~standard"].validate(value);
    if (parsed instanceof Promise) throw new TypeError(`the schema of ${property} must be synchronous`);
    if (parsed.issues === undefined) {
      if (parsed.value !== undefined) values[property] = parsed.value;
      continue;
    }
    if (hasUnknowns(value)) values[property] = value;
    for (const issue of parsed.issues) {
      const path = [property, ...(issue.path ?? []).map(toStep)];
      if (leadsToUnknown(declared, path)) continue;
      failures.push({ path: formatPath(path), reason: value === undefined ? "is required" : issue.message });
    }
  }
  // Double underscores are Pulumi's own: its hosts add such properties to what a program declares.
  const strangers = Object.keys(declared).filter((name) => !(name in schema.shape) && !name.startsWith("__"));
  for (const name of strangers) {
    const known = Object.keys(schema.shape).join(", ");
    failures.push({ path: formatPath([name]), reason: `is no property of ${what}; it has ${known}` });
  }
  return { values, failures };
}

/** What was asked, complete and valid. Throws a `Refusal` that says all that is wrong with it. */
export function accepted(schema: Shape, asked: Values, what: string): Values {
  const { values, failures } = check(schema, asked, what);
  if (failures.length === 0) return values;
  throw new Refusal(failures.map(({ path, reason }) => `${path}: ${reason}`).join("; "));
}

function toStep(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "number" ? key : String(key);
}

function leadsToUnknown(values: Values, path: Path): boolean {
  let value: unknown = values;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value)) value = value[String(step)];
    if (value === unknownValue) return true;
  }
  return value !== undefined && hasUnknowns(value);
}
