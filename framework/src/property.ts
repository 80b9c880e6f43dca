import * as z from "zod";
import type { Shape } from "./resource";
import type { Values } from "./values";

/** The behaviour of one property: metadata of its schema, beside its description. Everything is optional. */
export interface Behaviour {
  /** True if a change replaces the object. By default, it updates the object in place. */
  readonly replaceOnChange?: true;
  /** True if a change is refused, so that no object is lost by accident. */
  readonly immutable?: true;
  /** True if the API does not store the property: it controls the provider, and only the state holds its value. */
  readonly providerOnly?: true;

  /**
   * Returns the form in which the functions of a resource receive a value. Two values with the same form are equal. A value of
   * another type passes unchanged.
   */
  readonly canonical?: (value: unknown) => unknown;
  /** Returns the form in which a canonical value is compared. By default, the same. */
  readonly comparable?: (value: unknown) => unknown;
  /** Returns other values that equal the observed one. */
  readonly alsoEquals?: (observed: Values) => readonly unknown[];
  /** Orders the observed items of a list like the declared ones that mean the same. */
  readonly align?: (declared: readonly unknown[], observed: readonly unknown[]) => readonly unknown[];
  /** Compares a map entry by entry. Returns the canonical form of a key. */
  readonly entryKey?: (key: string) => string;
  /** Returns the API's default, to which a removed property returns. By default, null. */
  readonly resetsTo?: (observed: Values) => unknown;

  /** The feature that a declaration of the property requires. */
  readonly requires?: string;
  /** The features that values require, by value. Also applies to the items of a list and to the values of a map. */
  readonly valueRequires?: Readonly<Record<string, string>>;
  /** The feature that a change requires. If the API lacks it, the update is refused, and a removed property keeps its value. */
  readonly changeRequires?: string;

  /** True if Pulumi encrypts the value and never shows it. */
  readonly secret?: true;
  /** The input that makes an output secret, because the output repeats parts of the input. */
  readonly secretWith?: string;
  /** True for a map whose values are words such as roles. If the map is secret, messages hide only its keys. */
  readonly publicValues?: true;
}

const allNames: Readonly<Record<keyof Behaviour, true>> = {
  replaceOnChange: true,
  immutable: true,
  providerOnly: true,
  canonical: true,
  comparable: true,
  alsoEquals: true,
  align: true,
  entryKey: true,
  resetsTo: true,
  requires: true,
  valueRequires: true,
  changeRequires: true,
  secret: true,
  secretWith: true,
  publicValues: true,
};

/** The names of this metadata. */
export const behaviourNames: readonly string[] = Object.keys(allNames);

declare module "zod" {
  // Metadata of every zod schema may state behaviour.
  interface GlobalMeta extends Behaviour {
    readonly description?: string | undefined;
  }
}

const behavioursBySchema = new WeakMap<Shape, Readonly<Record<string, Behaviour>>>();

/** Returns the behaviour of each property of a schema. */
export function getBehaviours(schema: Shape): Readonly<Record<string, Behaviour>> {
  const known = behavioursBySchema.get(schema);
  if (known !== undefined) return known;
  const behaviours = Object.fromEntries(
    Object.entries(schema.shape).map(([name, property]) => [name, getBehaviour(property)]),
  );
  behavioursBySchema.set(schema, behaviours);
  return behaviours;
}

/** Returns the names of the properties that are always secret. */
export function findSecrets(schema: Shape): readonly string[] {
  return Object.entries(getBehaviours(schema)).flatMap(([name, { secret }]) => (secret === true ? [name] : []));
}

/** Returns the metadata of a schema. A wrapper, such as `.optional()`, adds its metadata to the metadata of the inner schema. */
export function getBehaviour(schema: z.core.$ZodType): Behaviour {
  const inner = unwrap(schema);
  return { ...(inner !== schema && getBehaviour(inner)), ...z.globalRegistry.get(schema) };
}

/**
 * Removes one wrapper. For a schema that transforms a value, returns the schema that programs see. Programs cannot
 * declare null, so a schema that accepts null is only its other form.
 */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return schema.unwrap();
  return schema instanceof z.ZodPipe ? schema.in : schema;
}
