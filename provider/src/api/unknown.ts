import * as z from "zod";

/** A value that this provider does not know, such as a newer role. */
export type Unknown = string & z.core.$brand<"unknown">;

/** Accepts the given words and keeps any other word as unknown. */
export function oneOf<const Word extends string>(words: readonly Word[]): z.ZodType<Word | Unknown, Word | Unknown> {
  return z.union([z.enum(words), z.string().brand<"unknown", "inout">()], "expected a text");
}
