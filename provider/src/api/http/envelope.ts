import * as z from "zod";

/** A single object as every answer wraps it. To be built once, not for each answer: zod compiles a schema at its first use. */
export function data<T>(payload: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data: payload }).transform(({ data }) => data);
}
