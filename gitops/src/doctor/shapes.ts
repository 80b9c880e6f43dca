import { isRecord } from "#framework";
import { type Contract, resolveSchema, type Schema } from "./contract";
import { describeForm, describeWord, isKnownText } from "./words";

/** The most items of a list that are compared. */
const mostItems = 200;

/** The most unknown properties of one object that are named. */
const mostUnknown = 20;

/** An assumption about one property of a response, and what was seen. */
export interface CheckedProperty {
  /** The sources of the fact. */
  readonly sources: readonly string[];
  /** The number of values. */
  seen: number;
  /** The number of objects that lack the property, which the contract requires. */
  missing: number;
  /** The forms of the values. */
  readonly forms: Set<string>;
  /** The differences from the contract. */
  readonly differences: Set<string>;
}

/** Compares responses with the contract. Remembers forms, never values. */
export class ShapeComparison {
  /** The assumptions by path, such as `data[].id`. */
  readonly properties = new Map<string, CheckedProperty>();

  constructor(
    private readonly schema: Schema,
    private readonly shared: Contract["schemas"],
  ) {
    this.#declare(schema, "body", []);
  }

  add(body: unknown): void {
    this.#compare(this.schema, body, "body");
  }

  #declare(given: Schema, path: string, inherited: readonly string[]): void {
    const schema = resolveSchema(given, this.shared);
    const sources = given.sources ?? schema.sources ?? inherited;
    this.properties.set(path, { sources, seen: 0, missing: 0, forms: new Set(), differences: new Set() });
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      this.#declare(property, extendPath(path, name), sources);
    if (schema.items !== undefined) this.#declare(schema.items, `${path}[]`, sources);
  }

  #compare(given: Schema, value: unknown, path: string): void {
    const schema = resolveSchema(given, this.shared);
    const property = this.properties.get(path);
    if (property === undefined) return;
    property.seen += 1;
    property.forms.add(schema.enum === undefined ? describeForm(value) : describeWord(value));
    const difference = findDifference(schema, value, this.shared);
    if (difference !== undefined) {
      property.differences.add(difference);
      return;
    }
    if (Array.isArray(value) && schema.items !== undefined)
      for (const item of value.slice(0, mostItems)) this.#compare(schema.items, item, `${path}[]`);
    if (isRecord(value) && schema.properties !== undefined) this.#compareProperties(schema, value, path, property);
  }

  #compareProperties(
    { properties = {}, required = [] }: Schema,
    value: Readonly<Record<string, unknown>>,
    path: string,
    object: CheckedProperty,
  ): void {
    for (const [name, property] of Object.entries(properties)) {
      const at = extendPath(path, name);
      if (Object.hasOwn(value, name)) this.#compare(property, value[name], at);
      else if (required.includes(name)) {
        const missing = this.properties.get(at);
        if (missing !== undefined) missing.missing += 1;
      }
    }
    const unknown = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
    // The names of an object without known properties are probably data.
    const isRecognized = unknown.length < Object.keys(value).length;
    for (const name of unknown.slice(0, mostUnknown))
      object.differences.add(
        isRecognized && isKnownText(name)
          ? `has the unknown property \`${name}\` (${describeForm(value[name])})`
          : "has an unknown property, whose name may be data",
      );
    if (unknown.length > mostUnknown) object.differences.add("has many unknown properties");
  }
}

function extendPath(path: string, name: string): string {
  return path === "body" ? name : `${path}.${name}`;
}

/** Returns the difference between a value and the contract, without the value. */
function findDifference(schema: Schema, value: unknown, shared: Contract["schemas"]): string | undefined {
  if (schema.oneOf !== undefined) {
    const all = schema.oneOf.map((one) => findDifference(resolveSchema(one, shared), value, shared));
    return all.includes(undefined) ? undefined : all[0];
  }
  const { type, enum: values, format, pattern } = schema;
  if (type !== undefined && !type.some((one) => hasType(value, one)))
    return `is ${describeForm(value)} instead of ${type.join(" or ")}`;
  if (value === null) return undefined;
  if (values !== undefined && !values.includes(value)) return `has the unknown value ${describeWord(value)}`;
  if (schema.const !== undefined && schema.const !== value) return "has another value";
  if (typeof value !== "string") return undefined;
  const form = describeForm(value);
  if (format === "uuid" && !form.startsWith("UUID")) return `is ${form} instead of a UUID`;
  if (format === "date-time" && form !== "time in UTC") return `is ${form} instead of a time in UTC`;
  if (format === "email" && form !== "e-mail address") return `is ${form} instead of an e-mail address`;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) return `is ${form} of another pattern`;
  return undefined;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isRecord(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
