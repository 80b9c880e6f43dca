import { isDeepStrictEqual } from "node:util";
import type { ApiDocument, Schema } from "./apiDocument";

/** A schema, or what stands for it, in a document. */
export interface Described {
  readonly document: ApiDocument;
  readonly node: unknown;
}

/** Something that one schema says and the other does not. */
export interface Difference {
  /** Such as `data.role`; `[]` stands for the items of an array. */
  readonly place: string;
  readonly what: string;
}

/** What our schema says beyond the published one, and by whose word. */
export interface Addition extends Difference {
  readonly sources: readonly string[];
}

export interface Comparison {
  /** Why a value that fits ours may not fit theirs. */
  readonly conflicts: readonly Difference[];
  /** What theirs has and ours leaves out. */
  readonly missing: readonly Difference[];
  readonly additions: readonly Addition[];
}

/** Keywords with which a schema narrows what fits, besides those that are compared one by one. */
const bounds = ["format", "const", "minimum", "maximum", "minItems", "minProperties", "pattern"] as const;

/** Compares what two schemas allow, value by value. */
export function compare(ours: Described, theirs: Described, place = ""): Comparison {
  const our = ours.document.schema(ours.node);
  const their = theirs.document.schema(theirs.node);
  const at = (step: string) => (place === "" ? step : `${place}.${step}`);
  const conflicts: Difference[] = [];
  const missing: Difference[] = [];
  const additions: Addition[] = [];
  const add = (what: string) => additions.push({ place, what, sources: our["x-source"] });
  const below = (inner: unknown, outer: unknown, step: string) => {
    const found = compare({ ...ours, node: inner }, { ...theirs, node: outer }, at(step));
    conflicts.push(...found.conflicts);
    missing.push(...found.missing);
    additions.push(...found.additions);
  };

  const surplus = typesOf(our).filter((type) => !typesOf(their).includes(type));
  if (surplus.length > 0) conflicts.push({ place, what: `may be ${surplus.join(", ")}` });
  if (their.enum !== undefined && !valuesOf(our).every((value) => their.enum?.includes(value))) {
    conflicts.push({ place, what: "has other values" });
  }
  if (their.enum !== undefined && !their.enum.every((value) => valuesOf(our).includes(value))) {
    missing.push({ place, what: "lacks values" });
  }
  if (their.enum === undefined && our.enum !== undefined) add("has these values only");
  for (const bound of bounds) {
    if (isDeepStrictEqual(our[bound], their[bound])) continue;
    if (their[bound] === undefined) add(`has ${bound}`);
    else conflicts.push({ place, what: `has another ${bound}` });
  }
  if (!isDeepStrictEqual(our.default, their.default)) conflicts.push({ place, what: "has another default" });

  for (const name of their.required.filter((one) => !our.required.includes(one))) {
    conflicts.push({ place: at(name), what: "may be left out" });
  }
  const owed = our.required.filter((one) => !their.required.includes(one));
  if (owed.length > 0) add(`is never without ${owed.join(", ")}`);
  for (const name of new Set([...Object.keys(our.properties), ...Object.keys(their.properties)])) {
    const [inner, outer] = [our.properties[name], their.properties[name]];
    if (outer === undefined) conflicts.push({ place: at(name), what: "is not there" });
    else if (inner === undefined) missing.push({ place: at(name), what: "is left out" });
    else below(inner, outer, name);
  }
  if (their.items !== undefined) below(our.items ?? {}, their.items, "[]");
  if (typeof their.additionalProperties === "object")
    below(our.additionalProperties ?? {}, their.additionalProperties, "*");
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
