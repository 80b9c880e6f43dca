import * as z from "zod";

/** A single object as every answer wraps it. */
export function data<T>(payload: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data: payload }).transform(({ data }) => data);
}
