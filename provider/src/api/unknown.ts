import * as z from "zod";

/** Peridio's word for a value that this provider does not know, such as a newer role. */
export type Unknown = string & z.core.$brand<"unknown">;

/** One of these words, or an unknown one. */
export function oneOf<const Word extends string>(words: readonly Word[]): z.ZodType<Word | Unknown> {
  return z.union([z.enum(words), z.string().brand<"unknown">()], "expected a text");
}
