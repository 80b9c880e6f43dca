import * as z from "zod";

/** The name of a connection. Names of environment variables end with it. */
export const connectionName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be lower-case words of letters and digits, such as eu-live");
