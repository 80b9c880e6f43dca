import * as z from "zod";

// The parts of the schemas of reports. Each has a description, which the generated JSON Schema contains.

export function string(description: string) {
  return z.string().meta({ description });
}

export function boolean(description: string) {
  return z.boolean().meta({ description });
}

/** Returns the schema of a property that is `true` or absent. */
export function mark(description: string) {
  return z.literal(true).optional().meta({ description });
}

/** Returns the schema of a number of things. */
export function count(description: string) {
  return z.int().min(0).meta({ description });
}

export function choice<const Value extends string>(values: readonly Value[], description: string) {
  return z.enum(values).meta({ description });
}

export function array<Item extends z.ZodType>(item: Item, description: string) {
  return z.array(item).meta({ description });
}

/** Returns the schema of a list that is never empty. */
export function nonEmpty<Item extends z.ZodType>(item: Item, description: string) {
  return z.array(item).min(1).meta({ description });
}

export function texts(description: string) {
  return array(z.string(), description);
}

/** Returns the schema of a property that has always the same value. */
export function constant<const Value extends string | number>(value: Value, description: string) {
  return z.literal(value).meta({ description });
}

export function nullable<Value extends z.ZodType>(value: Value, description: string) {
  return value.nullable().meta({ description });
}

/** Returns the schema of one of several things, which `kind` distinguishes. */
export function variant<const Kind extends string, Shape extends z.ZodRawShape>(
  kind: Kind,
  description: string,
  shape: Shape,
) {
  return z.strictObject({ kind: constant(kind, description), ...shape });
}

/** Returns the schema of an object with a name in the JSON Schema. */
export function definition<Shape extends z.ZodRawShape>(id: string, description: string, shape: Shape) {
  return z.strictObject(shape).meta({ id, description });
}

/** Returns the schema of a whole report. */
export function root<Shape extends z.ZodRawShape>(title: string, description: string, shape: Shape) {
  return z.strictObject(shape).meta({ title, description });
}
