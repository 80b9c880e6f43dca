import * as z from "zod";
import { type Failure, UserError } from "./errors";
import { formatPath, type Path } from "./path";
import type { Shape } from "./resource";
import { hasUnknowns, isRecord, isSameValue, type Values } from "./values";

/** The result of a check of inputs. */
export interface Checked {
  /** The inputs with their defaults. Meaningful only without failures. */
  readonly values: Values;
  readonly failures: readonly Failure[];
}

/**
 * Checks inputs property by property, to report all mistakes at once and to ignore unknown values. `prior` contains the inputs in
 * the state. After a refresh, they are observed values, and `ignoreChanges` passes them on. No rule for programs applies to the
 * API's values, so this accepts each part of a value that equals the same part of `prior`.
 */
export function validate(schema: Shape, declared: Values, what: string, prior: Values = {}): Checked {
  const values: Record<string, unknown> = {};
  const failures: Failure[] = [];
  for (const [property, type] of Object.entries(schema.shape)) {
    const value = declared[property];
    const parsed = z.safeParse(type, value, { error: describeIssue, reportInput: true });
    if (parsed.success) {
      if (parsed.data !== undefined) values[property] = parsed.data;
      continue;
    }
    const issues = parsed.error.issues
      .flatMap(explainIssue)
      .map((issue) => ({ ...issue, path: [property, ...issue.path] }))
      .filter((issue) => !isUnchanged(declared, prior, getScope(issue)));
    if (hasUnknowns(value) || issues.length === 0) values[property] = value;
    for (const { path, reason } of issues) {
      if (leadsToUnknown(declared, path)) continue;
      failures.push({ path: formatPath(path), reason: value === undefined ? "is required" : reason });
    }
  }
  // Pulumi's hosts add properties with double underscores to the inputs.
  const undefinedNames = Object.keys(declared).filter((name) => !(name in schema.shape) && !name.startsWith("__"));
  for (const name of undefinedNames) {
    const known = Object.keys(schema.shape);
    const all = known.length === 0 ? "" : `. The properties are ${known.join(", ")}`;
    failures.push({ path: formatPath([name]), reason: `is not a property of ${what}${all}` });
  }
  return { values, failures };
}

type Issue = z.core.$ZodIssue;

interface Explained {
  readonly path: Path;
  readonly reason: string;
  /** True if the rule is a function, which may compare several parts of a value. */
  readonly isCustom: boolean;
}

/** Returns the path and the reason of an issue. For a union, returns the issues of its closest form. */
function explainIssue(issue: Issue): readonly Explained[] {
  const path = issue.path.map(toStep);
  const meant = issue.code === "invalid_union" ? findClosestForm(issue.errors) : undefined;
  if (meant === undefined) return [{ path, reason: issue.message, isCustom: issue.code === "custom" }];
  return meant.flatMap(explainIssue).map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
}

/** Returns the issues of the form of a union that is closest to the value. Undefined if the value is of another kind than every form. */
export function findClosestForm(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return forms.find((issues) => !issues.some(isOfAnotherKind));
}

function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((issues) => issues.some(isOfAnotherKind));
  const { code, input } = issue;
  return code === "invalid_type" || (code === "invalid_value" && typeof input === "object" && input !== null);
}

/** Returns valid values with their defaults. Throws a `UserError` that lists every mistake. */
export function requireValid(schema: Shape, asked: Values, what: string, prior?: Values): Values {
  const { values, failures } = validate(schema, asked, what, prior);
  if (failures.length === 0) return values;
  throw new UserError(failures.map(({ path, reason }) => `${path}: ${reason}`).join("; "));
}

/** Explains an issue, as the rest of a sentence that begins with the property. A schema's own message replaces it. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_type")
    return issue.input === undefined ? "is required" : `must be ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === "unrecognized_keys")
    return `does not support the ${issue.keys.length === 1 ? "property" : "properties"} ${issue.keys.join(", ")}`;
  if (issue.code === "invalid_union") return kindsIn(issue.errors);
  return undefined;
};

/** Lists the kinds of value that a union takes. */
function kindsIn(forms: readonly (readonly Issue[])[]): string {
  const each = forms.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === "invalid_type" ? (kinds[issue.expected] ?? issue.expected) : [])),
  );
  return `must be ${[...new Set(each)].join(" or ")}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "a map",
};

function toStep(segment: PropertyKey): string | number {
  return typeof segment === "number" ? segment : String(segment);
}

function leadsToUnknown(values: Values, path: Path): boolean {
  return hasUnknowns(valueAt(values, path));
}

/** Returns the path of the part that a rule depends on. A rule that is a function may depend on the whole list or map. */
function getScope({ path, isCustom }: Explained): Path {
  if (!isCustom || path.length === 1) return path;
  const item = path.findLastIndex((step) => typeof step === "number");
  return path.slice(0, item === -1 ? -1 : item);
}

/** Reports if both values have the same part at a path. */
function isUnchanged(declared: Values, prior: Values, path: Path): boolean {
  const value = valueAt(declared, path);
  return value !== undefined && value !== null && isSameValue(value, valueAt(prior, path));
}

/** Returns the part of a value at a path. A path that leads into a text or a number returns that text or number. */
function valueAt(values: Values, path: Path): unknown {
  let value: unknown = values;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value)) value = value[String(step)];
  }
  return value;
}
