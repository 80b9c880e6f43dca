import * as z from "zod";

/** A day, UTC, such as `2027-01-31`. */
export const day = z.iso.date({
  error: ({ input }) =>
    typeof input === "string" && /^\d{4}-\d{2}-\d{2}$/.test(input)
      ? `is ${input}, a day that does not exist: correct the date`
      : "must be a date, such as 2027-01-31",
});
