import { key } from "../../../provider/src/resources/people/roster";
import type { Inventory } from "./inventory";
import { byText } from "./order";

/** How a layout writes an e-mail address. */
export type Spelling = (email: string) => string;

/**
 * One spelling for each address, since its case makes no difference and a layout has one entry for each person: that of an account
 * rather than that of an invitation, where somebody typed it.
 */
export function spelling(found: readonly Inventory[]): Spelling {
  const places = found.flatMap(({ people }) => people);
  const known = new Map<string, string>();
  for (const kind of ["member", "invitation"] as const) {
    const emails = places.filter((place) => place.kind === kind).map(({ email }) => email);
    for (const email of emails.sort(byText)) if (!known.has(key(email))) known.set(key(email), email);
  }
  return (email) => known.get(key(email)) ?? email;
}
