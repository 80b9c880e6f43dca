/** The structure of zod schemas: wrappers such as `.optional()`, and the parts of values. */
import * as z from "zod";
import type { Path } from "./path";
import { isRecord } from "./values";

type Schema = z.core.$ZodType;

/** A part of a value: an item of a list, an entry of a map, or a property of an object. */
export interface Part {
  readonly key: string | number;
  readonly schema: Schema;
  readonly value: unknown;
}

/**
 * Removes one wrapper. For a schema that transforms a value, returns the schema that programs see. Programs cannot
 * declare null, so `.nullable()` is removed like `.optional()`.
 */
export function unwrap(schema: Schema): Schema {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return schema.unwrap();
  return schema instanceof z.ZodPipe ? schema.in : schema;
}

/** Returns the schemas of the parts that values of a schema can have, and the options of a union. */
export function listPartSchemas(schema: Schema): readonly Schema[] {
  const type = unwrapAll(schema);
  if (type instanceof z.ZodArray) return [type.element];
  if (type instanceof z.ZodRecord) return [type.valueType];
  if (type instanceof z.ZodObject) return Object.values(getShape(type));
  return type instanceof z.ZodUnion ? type.options : [];
}

/**
 * Returns the option of a union for values of this kind: lists, objects and maps, or others. A discriminated union tells its objects apart.
 * Undefined if the schema is no union.
 */
export function findOption(schema: Schema, value: unknown): Schema | undefined {
  const fitting = listOptions(schema).filter((option) => hasKindOf(option, value));
  const type = unwrapAll(schema);
  if (!(type instanceof z.ZodDiscriminatedUnion) || !isRecord(value)) return fitting[0];
  const { discriminator } = type.def;
  return fitting.find((option) => {
    const own = getObjectShape(option)[discriminator];
    return own !== undefined && z.safeParse(own, value[discriminator]).success;
  });
}

/** Returns the options of a union; empty for other schemas. */
export function listOptions(schema: Schema): readonly Schema[] {
  const type = unwrapAll(schema);
  return type instanceof z.ZodUnion ? type.options : [];
}

function hasKindOf(schema: Schema, value: unknown): boolean {
  const type = unwrapAll(schema);
  if (type instanceof z.ZodUnion) return type.options.some((option) => hasKindOf(option, value));
  if (Array.isArray(value) || type instanceof z.ZodArray) return Array.isArray(value) && type instanceof z.ZodArray;
  return isRecord(value) === (type instanceof z.ZodObject || type instanceof z.ZodRecord);
}

/** Returns the parts of a value. Absent properties are no parts. */
export function getParts(schema: Schema, value: unknown): readonly Part[] {
  const type = unwrapAll(schema);
  const option = findOption(type, value);
  if (option !== undefined) return getParts(option, value);
  if (type instanceof z.ZodArray && Array.isArray(value))
    return value.map((item: unknown, key) => ({ key, schema: type.element, value: item }));
  if (!isRecord(value)) return [];
  if (type instanceof z.ZodRecord)
    return Object.entries(value).map(([key, entry]) => ({ key, schema: type.valueType, value: entry }));
  if (!(type instanceof z.ZodObject)) return [];
  return Object.entries(getShape(type)).flatMap(([key, schema]) => {
    const property = value[key];
    return property === undefined || property === null ? [] : [{ key, schema, value: property }];
  });
}

/** Returns the schema of the part of a value at a path, or the option that fits the part; undefined if there is none. */
export function findPartSchema(schema: Schema, value: unknown, path: Path): Schema | undefined {
  const type = unwrapAll(findOption(schema, value) ?? schema);
  const [step, ...rest] = path;
  if (step === undefined) return type;
  const inner: unknown = Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined;
  const next =
    type instanceof z.ZodArray
      ? type.element
      : type instanceof z.ZodRecord
        ? type.valueType
        : getObjectShape(type)[String(step)];
  return next && findPartSchema(next, inner, rest);
}

/** Returns a value with other parts. */
export function mapParts(schema: Schema, value: unknown, map: (part: Part) => unknown): unknown {
  const parts = getParts(schema, value);
  if (parts.length === 0) return value;
  if (Array.isArray(value)) return parts.map(map);
  return { ...(isRecord(value) && value), ...Object.fromEntries(parts.map((part) => [part.key, map(part)])) };
}

/** Returns the properties of an object behind wrappers; empty for other schemas, also for unions. */
export function getObjectShape(schema: Schema): Readonly<Record<string, Schema>> {
  const type = unwrapAll(schema);
  return type instanceof z.ZodObject ? getShape(type) : {};
}

/** Returns the properties of an object. zod does not know their types once `instanceof` has found the object. */
function getShape({ shape }: z.ZodObject): Readonly<Record<string, Schema>> {
  return shape;
}

function unwrapAll(schema: Schema): Schema {
  const inner = unwrap(schema);
  return inner === schema ? schema : unwrapAll(inner);
}
