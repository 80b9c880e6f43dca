import * as z from "zod";
import { type PropertyFailure, UserError } from "./errors";
import { formatPath, getValueAt, type Path, toStep } from "./path";
import type { Shape } from "./resource";
import { askFor, findClosest, suggest } from "./suggestion";
import { hasUnknowns, isRecord, isSameValue, type Values } from "./values";

/** The result of a check of inputs. */
export interface Checked {
  /** The inputs with their defaults. Meaningful only without failures. */
  readonly values: Values;
  readonly failures: readonly PropertyFailure[];
}

/**
 * Checks inputs property by property, to report all mistakes at once and to ignore unknown values. `prior` contains the inputs in
 * the state. After a refresh, they are observed values, and `ignoreChanges` passes them on. No rule for programs applies to the
 * API's values, so this accepts each part of a value that equals the same part of `prior`.
 */
export function validate(schema: Shape, declared: Values, what: string, prior: Values = {}): Checked {
  const values: Record<string, unknown> = {};
  const failures: PropertyFailure[] = [];
  for (const [property, type] of Object.entries(schema.shape)) {
    const value = declared[property];
    const parsed = z.safeParse(type, value, { error: describeIssue, reportInput: true });
    if (parsed.success) {
      if (parsed.data !== undefined) values[property] = parsed.data;
      continue;
    }
    const issues = joinMissingAndUnknown(parsed.error.issues)
      .flatMap(explainIssue)
      .map((issue) => ({ ...issue, path: [property, ...issue.path] }))
      .filter((issue) => !isUnchanged(declared, prior, getScope(issue)));
    if (hasUnknowns(value) || issues.length === 0) values[property] = value;
    for (const { path, reason } of issues) {
      if (hasUnknowns(getValueAt(declared, path))) continue;
      failures.push({ path: formatPath(path), reason: value === undefined ? "is required" : reason });
    }
  }
  // Pulumi's hosts add properties with double underscores to the inputs.
  const undefinedNames = Object.keys(declared).filter((name) => !(name in schema.shape) && !name.startsWith("__"));
  const known = Object.keys(schema.shape);
  const missing = known.filter((name) => declared[name] === undefined && failures.some(({ path }) => path === name));
  const meant = undefinedNames.map((name) => findMeant(name, known, undefinedNames, missing));
  undefinedNames.forEach((name, index) => {
    const all = known.length === 0 ? "" : `. The properties are ${known.join(", ")}${askFor(meant[index])}`;
    failures.push({ path: formatPath([name]), reason: `is not a property of ${what}${all}` });
  });
  // A property under another name is one mistake, not two.
  const isOnlyMissing = ({ path }: PropertyFailure) => !missing.includes(path) || !meant.includes(path);
  return { values, failures: failures.filter(isOnlyMissing) };
}

/** Returns the known name that was most likely meant: the only missing one, or else a similar one. */
export function findMeant(
  name: string,
  known: readonly string[],
  unknown: readonly string[],
  missing: readonly string[],
): string | undefined {
  const [only, ...others] = missing;
  if (only !== undefined && others.length === 0 && unknown.length === 1) return only;
  return findClosest(name, known);
}

/** Replaces the issues of the only missing and the only unknown property of an object by one issue. */
function joinMissingAndUnknown(issues: readonly Issue[]): readonly Issue[] {
  const pathOf = (path: readonly PropertyKey[]) => formatPath(path.map(toStep));
  const missing = listMissing(issues, pathOf);
  const meant = new Map<string, string>();
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys" || issue.keys.length !== 1) continue;
    const [only, ...others] = missing.get(pathOf(issue.path)) ?? [];
    if (only !== undefined && others.length === 0) meant.set(pathOf(issue.path), only);
  }
  return issues.flatMap((issue): readonly Issue[] => {
    if (isMissing(issue) && meant.has(pathOf(issue.path.slice(0, -1)))) return [];
    const name = issue.code === "unrecognized_keys" ? meant.get(pathOf(issue.path)) : undefined;
    if (name === undefined) return [issue];
    return [{ ...issue, message: issue.message.replace(/; did you mean [^?]*\?$/, "") + askFor(name) }];
  });
}

type Issue = z.core.$ZodIssue;

export function isMissing({ code, input, path }: Issue): boolean {
  return code !== "custom" && input === undefined && path.length > 0;
}

/** Returns the missing keys of each object, by the object's path. */
export function listMissing(
  issues: readonly Issue[],
  pathOf: (path: readonly PropertyKey[]) => string,
): ReadonlyMap<string, readonly string[]> {
  const missing = new Map<string, readonly string[]>();
  for (const { path } of issues.filter(isMissing)) {
    const object = pathOf(path.slice(0, -1));
    missing.set(object, [...(missing.get(object) ?? []), String(path.at(-1))]);
  }
  return missing;
}

interface Explained {
  readonly path: Path;
  readonly reason: string;
  /** True if the rule is a function, which may compare several parts of a value. */
  readonly isCustom: boolean;
}

/** Returns the path and the reason of an issue. For a union, returns the issues of its closest option. */
function explainIssue(issue: Issue): readonly Explained[] {
  const path = issue.path.map(toStep);
  const meant = issue.code === "invalid_union" ? findClosestOption(issue.errors) : undefined;
  if (meant === undefined) return [{ path, reason: issue.message, isCustom: issue.code === "custom" }];
  return joinMissingAndUnknown(meant)
    .flatMap(explainIssue)
    .map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
}

/**
 * Returns the issues of the option of a union that is closest to the value. Undefined if the value is of another kind than every option.
 */
export function findClosestOption(options: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return options.find((issues) => !issues.some(isOfAnotherKind));
}

function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((issues) => issues.some(isOfAnotherKind));
  const { code, input } = issue;
  return code === "invalid_type" || (code === "invalid_value" && typeof input === "object" && input !== null);
}

/** Returns valid values with their defaults. Throws a `UserError` that lists every mistake. */
export function requireValid(schema: Shape, declared: Values, what: string, prior?: Values): Values {
  const { values, failures } = validate(schema, declared, what, prior);
  if (failures.length === 0) return values;
  throw new UserError(failures.map(({ path, reason }) => `${path}: ${reason}`).join("; "));
}

/** Explains an issue, as the rest of a sentence that begins with the property. A schema's own message replaces it. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    return `must be one of ${values.join(", ")}${suggest(String(issue.input), values)}`;
  }
  if (issue.code === "invalid_type") {
    if (issue.input === undefined) return "is required";
    return `must be ${kinds[issue.expected] ?? issue.expected}${explainKind(issue.expected, issue.input, getProperties(issue.inst))}`;
  }
  if (issue.code === "unrecognized_keys") {
    const known = getProperties(issue.inst);
    const [only, ...others] = issue.keys;
    const meant = only !== undefined && others.length === 0 ? findClosest(only, known) : undefined;
    return `does not support the ${others.length === 0 ? "property" : "properties"} ${issue.keys.join(", ")}: use one of ${known.join(", ")}${askFor(meant)}`;
  }
  if (issue.code === "invalid_union") return describeKinds(issue.errors);
  return undefined;
};

/** Returns the names of the properties of an object's schema; empty for other schemas. */
function getProperties(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The longest text that a remedy repeats. */
export const longestRepeated = 100;

/** Returns the remedy for a value of another kind, as JSON, which programs in all languages can copy; empty if there is none. */
function explainKind(expected: string, input: unknown, keys: readonly string[]): string {
  if (expected === "array" && typeof input === "string" && input.length <= longestRepeated)
    return `: write ${JSON.stringify([input])}`;
  // The value may be secret. Only secret texts are redacted.
  if (expected === "string" && (typeof input === "number" || typeof input === "boolean"))
    return ": put the value in quotes";
  if (expected === "boolean" && (input === "true" || input === "false")) return `: write ${input}, without quotes`;
  if (expected === "object" && keys.length > 0) return ` with the properties ${keys.join(", ")}`;
  return Array.isArray(input) ? ", not a list" : isRecord(input) ? ", not an object" : "";
}

function describeKinds(options: readonly (readonly Issue[])[]): string {
  const each = options.flatMap((issues) =>
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

/** Returns the path of the part that a rule depends on. A rule that is a function may depend on the whole list or map. */
function getScope({ path, isCustom }: Explained): Path {
  if (!isCustom || path.length === 1) return path;
  const item = path.findLastIndex((step) => typeof step === "number");
  return path.slice(0, item === -1 ? -1 : item);
}

function isUnchanged(declared: Values, prior: Values, path: Path): boolean {
  const value = getValueAt(declared, path);
  return value !== undefined && value !== null && isSameValue(value, getValueAt(prior, path));
}
