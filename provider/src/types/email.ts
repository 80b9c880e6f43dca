import * as z from "zod";
import { canonicalizeEmail } from "../api";

/** An e-mail address. Peridio ignores case, so a different case is no change, and the state keeps the declared spelling. */
export const email = z
  .email({ error: "must be an e-mail address, such as ada@acme.example" })
  .meta({ comparable: ignoreCase });

function ignoreCase(value: unknown): unknown {
  return typeof value === "string" ? canonicalizeEmail(value) : value;
}

/** Returns true if a value is that address. */
export function isSameEmail(value: unknown, address: string): boolean {
  return ignoreCase(value) === canonicalizeEmail(address);
}
