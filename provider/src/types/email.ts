import * as z from "zod";
import { key } from "../api";

/** An e-mail address. Peridio ignores its case, so the written form is kept and its case is never a change. */
export const email = z
  .email({ error: "must be an e-mail address, such as ada@acme.example" })
  .meta({ comparable: ignoreCase });

export function ignoreCase(value: unknown): unknown {
  return typeof value === "string" ? key(value) : value;
}

/** Returns true if a value is that address. */
export function isSameEmail(value: unknown, address: string): boolean {
  return ignoreCase(value) === ignoreCase(address);
}
