import { isRecord, type Values } from "./values";

/** Pulumi's property paths, such as `ipAllowlist[0].cidr` or `members["bob@acme.example"]`. */
export type Path = readonly (string | number)[];

const plainKey = /^[A-Za-z_$][\w$]*$/;

export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (!plainKey.test(String(step))) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? String(step) : `${text}.${step}`;
  }, "");
}

const step = /\.?([^.["\]]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]/gy;

/** Parses a path into its steps; `*` stands for every element or property. Undefined if the text is not a path. */
export function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const [, name, index, quoted] = step.exec(text) ?? [];
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(index === "*" ? index : Number(index));
    else if (quoted !== undefined) path.push(quoted.replace(/\\(.)/g, "$1"));
    else return undefined;
  }
  return path;
}

/**
 * Returns `desired` with the values of `observed` at each path, to apply `ignoreChanges`. The engine resets ignored inputs to
 * their prior values, but the provider compares inputs with the observed values.
 */
export function applyIgnored(desired: Values, observed: Values, paths: readonly string[]): Values {
  return paths.reduce<Values>((result, text) => {
    const path = parsePath(text);
    const taken = path === undefined ? result : graft(result, observed, path);
    return isRecord(taken) ? taken : result;
  }, desired);
}

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
    // An observed value that is gone has no parts.
    if (rest.length > 0 && desiredPart !== undefined && !isObject(observedParts[name])) return result;
    const value = graft(desiredPart, observedParts[name], rest);
    return value === undefined || value === null ? others : { ...result, [name]: value };
  }, desired);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
