import * as z from "zod";
import { findOption, getParts, listOptions, listPartSchemas, mapParts, unwrap } from "./parts";
import type { Path } from "./path";
import type { Shape } from "./resource";
import { hasUnknowns, isRecord, type Values } from "./values";

/**
 * The behaviour of one property: metadata of its schema, beside its description. Everything is optional. docs/resources.md
 * explains each behaviour with an example, and says which of them also apply to the parts of a value.
 */
export interface Behaviour {
  /** True if a change replaces the object. By default, it updates the object in place. */
  readonly replaceOnChange?: true;
  /** True if a change is refused, so that no object is lost by accident. */
  readonly immutable?: true;
  /** True if the API does not store the property: it controls the provider, and only the state holds its value. */
  readonly providerOnly?: true;

  /**
   * Returns the form in which the functions of a resource receive a value. Two values with the same form are equal. A value of
   * another type passes unchanged, and so does a value in this form.
   */
  readonly canonical?: (value: unknown) => unknown;
  /** Returns the form in which a canonical value is compared. By default, the same. */
  readonly comparable?: (value: unknown) => unknown;
  /** Compares a list without order. Returns what identifies an item in its comparable form. */
  readonly itemKey?: (item: unknown) => string;
  /** Compares a map entry by entry. Returns the canonical form of a key. */
  readonly entryKey?: (key: string) => string;
  /**
   * The name of an output. A declared value that equals the observed value of this output is no change. With `entryKey`, this applies to
   * each entry.
   */
  readonly alsoEquals?: string;
  /** Returns the API's default, to which a removed property returns. By default, null. */
  readonly resetsTo?: (observed: Values) => unknown;

  /** The feature that a declaration of the property requires. */
  readonly requires?: string;
  /** The features that values require, by value. Also applies to the items of a list and to the values of a map. */
  readonly valueRequires?: Readonly<Record<string, string>>;
  /** The feature that a change requires. If the API lacks it, the update is refused, and a removed property keeps its value. */
  readonly changeRequires?: string;

  /** The text for programs that use the property, if it is deprecated: an instruction to use something else. */
  readonly deprecation?: string;

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
  itemKey: true,
  entryKey: true,
  alsoEquals: true,
  resetsTo: true,
  requires: true,
  valueRequires: true,
  changeRequires: true,
  deprecation: true,
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

const behavioursByShape = new WeakMap<Shape, Readonly<Record<string, Behaviour>>>();

/** Returns the behaviour of each property of a schema. */
export function getBehaviours(schema: Shape): Readonly<Record<string, Behaviour>> {
  const known = behavioursByShape.get(schema);
  if (known !== undefined) return known;
  const behaviours = Object.fromEntries(
    Object.entries(schema.shape).map(([name, property]) => {
      rejectUnknown(name, property);
      rejectInParts(name, property);
      return [name, getBehaviour(property)];
    }),
  );
  behavioursByShape.set(schema, behaviours);
  return behaviours;
}

/** The behaviours that have a meaning only for a whole property of a resource. */
const ofWholeProperties = [
  "providerOnly",
  "alsoEquals",
  "resetsTo",
  "changeRequires",
  "secretWith",
  "publicValues",
] as const satisfies readonly (keyof Behaviour)[];

/** The metadata of a property: its description, the name of its separate type, and behaviours. */
const knownMetadata = new Set(["description", "id", ...behaviourNames]);

/**
 * zod accepts any metadata, so the types permit a misspelled behaviour.
 * @throws TypeError if a schema has other metadata
 */
function rejectUnknown(subject: string, schema: z.core.$ZodType): void {
  const unknown = Object.keys(getOwnBehaviour(schema)).find((name) => !knownMetadata.has(name));
  if (unknown !== undefined) throw new TypeError(`${subject} has \`${unknown}\`, which is no behaviour of a property`);
}

/** @throws TypeError if a part of a property has a behaviour that would have no effect */
function rejectInParts(property: string, schema: z.core.$ZodType): void {
  for (const part of listPartSchemas(schema)) {
    rejectUnknown(`a part of ${property}`, part);
    const own = getOwnBehaviour(part);
    const wrong = ofWholeProperties.find((name) => own[name] !== undefined);
    if (wrong !== undefined)
      throw new TypeError(`a part of ${property} has ${wrong}, which applies only to a whole property of a resource`);
    rejectInParts(property, part);
  }
}

/** Returns the names of the properties that are always secret. */
export function findSecrets(schema: Shape): readonly string[] {
  return Object.entries(getBehaviours(schema)).flatMap(([name, { secret }]) => (secret === true ? [name] : []));
}

/** Returns true if a value is secret as a whole, not only in parts. */
export function isSecretAsWhole(schema: z.core.$ZodType): boolean {
  return getOwnBehaviour(schema).secret === true;
}

/**
 * Returns the paths of the parts of a value that are secret. Paths inside a secret part are left out. A part of a union is secret if one
 * option says so.
 */
export function findSecretParts(schema: z.core.$ZodType, value: unknown): readonly Path[] {
  const options = listOptions(schema);
  if (options.length > 0)
    return options.flatMap((option) => (isSecretAsWhole(option) ? [[]] : findSecretParts(option, value)));
  return getParts(schema, value).flatMap((part): readonly Path[] =>
    isSecretAsWhole(part.schema)
      ? [[part.key]]
      : findSecretParts(part.schema, part.value).map((path) => [part.key, ...path]),
  );
}

const behaviourBySchema = new WeakMap<z.core.$ZodType, Behaviour>();

/** Returns the metadata of a schema, together with the behaviours of the parts of its values. */
export function getBehaviour(schema: z.core.$ZodType): Behaviour {
  const known = behaviourBySchema.get(schema);
  if (known !== undefined) return known;
  const own = getOwnBehaviour(schema);
  // The parts come first, so that the behaviour of the whole receives them in their forms.
  const canonical = joinTransforms(
    transformParts(schema, (part) => getBehaviour(part).canonical),
    own.canonical,
  );
  const comparable = joinTransforms(transformParts(schema, getComparableTransform), own.comparable);
  const behaviour: Behaviour = {
    ...own,
    ...(canonical && { canonical }),
    ...(comparable && { comparable }),
    ...(listPartSchemas(schema).some((part) => getBehaviour(part).secret === true) && { secret: true }),
  };
  behaviourBySchema.set(schema, behaviour);
  return behaviour;
}

/** Returns the metadata of a schema. A wrapper, such as `.optional()`, adds its metadata to the metadata of the inner schema. */
function getOwnBehaviour(schema: z.core.$ZodType): Behaviour {
  const inner = unwrap(schema);
  return { ...(inner !== schema && getOwnBehaviour(inner)), ...z.globalRegistry.get(schema) };
}

type Transform = (value: unknown) => unknown;

/** Returns the form in which a value is compared. */
export function toComparable(behaviour: Behaviour = {}, value: unknown): unknown {
  if (hasUnknowns(value)) return value;
  const { canonical, comparable, itemKey, entryKey } = behaviour;
  const canonicalValue = canonical === undefined ? value : canonical(value);
  const form = comparable === undefined ? canonicalValue : comparable(canonicalValue);
  if (itemKey !== undefined && Array.isArray(form)) return sortItems(form, itemKey);
  if (entryKey !== undefined && isRecord(form))
    return Object.fromEntries(Object.entries(form).map(([key, entry]) => [entryKey(key), entry]));
  return form;
}

/** Returns the items in the order of their keys. Items with one key keep their order. */
function sortItems(items: readonly unknown[], itemKey: (item: unknown) => string): readonly unknown[] {
  const keyed = items.map((item) => ({ item, key: itemKey(item) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ item }) => item);
}

/** Returns a function that brings the parts of a value into their forms. Undefined if no part has another form. */
function transformParts(
  schema: z.core.$ZodType,
  getTransform: (part: z.core.$ZodType) => Transform | undefined,
): Transform | undefined {
  const transformWith = (part: z.core.$ZodType, value: unknown): unknown => {
    const transform = getTransform(part);
    return transform === undefined ? value : transform(value);
  };
  if (listPartSchemas(schema).every((part) => getTransform(part) === undefined)) return undefined;
  return (value) => {
    // For a union, the option that matches this value transforms the whole value.
    const option = findOption(schema, value);
    return option === undefined
      ? mapParts(schema, value, (part) => transformWith(part.schema, part.value))
      : transformWith(option, value);
  };
}

function getComparableTransform(schema: z.core.$ZodType): Transform | undefined {
  const behaviour = getBehaviour(schema);
  const { comparable, itemKey, entryKey } = behaviour;
  const isUnchanged = comparable === undefined && itemKey === undefined && entryKey === undefined;
  return isUnchanged ? undefined : (value) => toComparable(behaviour, value);
}

function joinTransforms(first: Transform | undefined, second: Transform | undefined): Transform | undefined {
  return first === undefined || second === undefined ? (first ?? second) : (value) => second(first(value));
}
