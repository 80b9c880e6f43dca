import { isRecord } from "./values";

/** Pulumi's property paths, such as `ipAllowlist[0].cidr` or `members["bob@acme.example"]`. */
export type Path = readonly (string | number)[];

const plainKey = /^[A-Za-z_$][\w$]*$/;

/** Formats a path as Pulumi does, such as `members["bob@acme.example"].role`. `parsePath` reads it. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (!plainKey.test(String(step))) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? String(step) : `${text}.${step}`;
  }, "");
}

/** Converts a step of a path in zod's issues. A symbol becomes a text. */
export function toStep(segment: PropertyKey): Path[number] {
  return typeof segment === "number" ? segment : String(segment);
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

/** Returns the part of a value at a path. A path that leads into a text or a number returns that text or number. */
export function getValueAt(values: unknown, path: Path): unknown {
  let value = values;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value)) value = value[String(step)];
  }
  return value;
}
