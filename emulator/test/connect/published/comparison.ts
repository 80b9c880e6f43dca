import { isDeepStrictEqual } from "node:util";
import type { ApiDocument, Schema } from "../apiDocument";

/** A schema or a reference in a document. */
export interface Described {
  readonly document: ApiDocument;
  readonly node: unknown;
}

/** A statement of one schema that the other does not make. */
export interface Difference {
  /** A path such as `data.role`; `[]` names the items of an array. */
  readonly path: string;
  readonly text: string;
}

/** A statement of our schema that the published one does not make, with its source. */
export interface Addition extends Difference {
  readonly sources: readonly string[];
}

export interface Comparison {
  /** Differences that can make a valid value of our schema invalid in the published one. */
  readonly conflicts: readonly Difference[];
  /** Statements of the published schema that ours omits. */
  readonly missing: readonly Difference[];
  readonly additions: readonly Addition[];
}

/** Keywords that restrict values and are compared in the same way. */
const bounds = ["format", "const", "minimum", "maximum", "minItems", "minProperties", "pattern"] as const;

/** Compares the values that two schemas allow. */
export function compare(ours: Described, theirs: Described, path = ""): Comparison {
  const our = ours.document.schema(ours.node);
  const their = theirs.document.schema(theirs.node);
  const at = (step: string) => (path === "" ? step : `${path}.${step}`);
  const conflicts: Difference[] = [];
  const missing: Difference[] = [];
  const additions: Addition[] = [];
  const add = (text: string) => additions.push({ path, text, sources: our["x-source"] });
  const compareNested = (inner: unknown, outer: unknown, step: string) => {
    const nested = compare({ ...ours, node: inner }, { ...theirs, node: outer }, at(step));
    conflicts.push(...nested.conflicts);
    missing.push(...nested.missing);
    additions.push(...nested.additions);
  };

  const surplus = typesOf(our).filter((type) => !typesOf(their).includes(type));
  if (surplus.length > 0) conflicts.push({ path, text: `may be ${surplus.join(", ")}` });
  if (their.enum !== undefined && !valuesOf(our).every((value) => their.enum?.includes(value))) {
    conflicts.push({ path, text: "has other values" });
  }
  if (their.enum !== undefined && !their.enum.every((value) => valuesOf(our).includes(value))) {
    missing.push({ path, text: "lacks values" });
  }
  if (their.enum === undefined && our.enum !== undefined) add("has these values only");
  for (const bound of bounds) {
    if (isDeepStrictEqual(our[bound], their[bound])) continue;
    if (their[bound] === undefined) add(`has ${bound}`);
    else conflicts.push({ path, text: `has another ${bound}` });
  }
  if (!isDeepStrictEqual(our.default, their.default)) conflicts.push({ path, text: "has another default" });

  for (const name of their.required.filter((one) => !our.required.includes(one))) {
    conflicts.push({ path: at(name), text: "may be left out" });
  }
  const owed = our.required.filter((one) => !their.required.includes(one));
  if (owed.length > 0) add(`always has ${owed.join(", ")}`);
  for (const name of new Set([...Object.keys(our.properties), ...Object.keys(their.properties)])) {
    const [inner, outer] = [our.properties[name], their.properties[name]];
    if (outer === undefined) {
      const sources = ours.document.schema(inner)["x-source"];
      // The user guide is newer than the published document.
      if (sources.includes("guide")) additions.push({ path: at(name), text: "is only in the guide", sources });
      else conflicts.push({ path: at(name), text: "is not there" });
    } else if (inner === undefined) missing.push({ path: at(name), text: "is left out" });
    else compareNested(inner, outer, name);
  }
  if (their.items !== undefined) compareNested(our.items ?? {}, their.items, "[]");
  if (typeof their.additionalProperties === "object")
    compareNested(our.additionalProperties ?? {}, their.additionalProperties, "*");
  return { conflicts, missing, additions };
}

const everything = ["object", "array", "string", "number", "integer", "boolean", "null"];

function typesOf({ type = everything, nullable }: Schema): string[] {
  const implied = [nullable ? "null" : [], type.includes("number") ? "integer" : []].flat();
  return [...new Set([...type, ...implied])];
}

function valuesOf(schema: Schema): readonly unknown[] {
  return schema.enum ?? [Symbol("anything")];
}
