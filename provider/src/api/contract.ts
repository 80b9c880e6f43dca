import * as z from "zod";

/** The largest page size of both APIs. */
export const perPage = 100;

/** A value that this provider does not know, such as a newer role. */
export type Unknown = string & z.core.$brand<"unknown">;

/** Accepts the given words and keeps any other word as unknown. */
export function oneOf<const Word extends string>(words: readonly Word[]): z.ZodType<Word | Unknown, Word | Unknown> {
  return z.union([z.enum(words), z.string().brand<"unknown", "inout">()], "expected a string");
}

/**
 * The fields of a zod object that reads an object of the contract. A field that the contract does not have, or that rejects
 * a value that the contract allows, is a type error.
 */
export type Fields<Wire> = { readonly [Name in keyof Wire]?: Field<Wire[Name]> };

interface Field<Value> {
  readonly decode: (value: Value) => unknown;
}

/** A request body of the contract, in which words may be unknown to the provider. JSON omits properties that are undefined. */
export type Body<Wire> = Wire extends string
  ? Word<Wire>
  : Wire extends readonly (infer Item)[]
    ? readonly Body<Item>[]
    : Wire extends object
      ? { readonly [Name in keyof Wire]: Body<Wire[Name]> | Omitted<Wire, Name> }
      : Wire;

type Word<Wire extends string> = string extends Wire ? Wire : Wire | Unknown;

/** Undefined for an optional property. */
type Omitted<Wire, Name extends keyof Wire> = Partial<Pick<Wire, Name>> extends Pick<Wire, Name> ? undefined : never;

/** The names of the fields of a wire type that hold text. */
export type TextField<Wire> = {
  [Name in keyof Wire]-?: Required<Wire>[Name] extends string ? Name : never;
}[keyof Wire];
