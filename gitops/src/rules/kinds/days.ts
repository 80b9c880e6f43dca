import * as z from "zod";

/** A number of days from the day of the review. */
export const days = z
  .int("must be a whole number of days")
  .min(1, "must be at least 1 day")
  .max(3650, "must be at most 3650 days");
