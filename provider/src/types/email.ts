import * as z from "zod";
import { canonicalizeEmail } from "../api";

/** An e-mail address. Peridio ignores case, so a different case is no change, and the state keeps the declared spelling. */
export const email = z.email({ error: ({ input }) => explainAddress(input) }).meta({ comparable: ignoreCase });

/** Explains an invalid address, as the rest of a sentence. Names the first character that no address contains, because it can be invisible. */
export function explainAddress(address: unknown): string {
  const [odd] = (typeof address === "string" ? /[^\x21-\x7e]/u.exec(address) : null) ?? [];
  const form = "must be an e-mail address, such as ada@acme.example";
  if (odd === undefined) return form;
  const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `${form}, without ${odd === " " ? "a space" : `the character U+${code}`}`;
}

function ignoreCase(value: unknown): unknown {
  return typeof value === "string" ? canonicalizeEmail(value) : value;
}

/** Returns true if a value is that address. */
export function isSameEmail(value: unknown, address: string): boolean {
  return ignoreCase(value) === canonicalizeEmail(address);
}
