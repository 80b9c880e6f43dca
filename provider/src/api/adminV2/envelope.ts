import * as z from "zod";

// Each of these is built once for a kind of answer, not for each answer: zod compiles a schema when it is first used.

/** A single object as every answer wraps it. */
export function data<T>(payload: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data: payload }).transform(({ data }) => data);
}

/** A part of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  /** What to ask for the next part with; null after the last one. */
  readonly next_page: string | null;
}

export function page<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({ data: z.array(item), next_page: z.string().nullable() });
}
