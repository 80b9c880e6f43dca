import { canonicalizeEmail, pattern } from "#provider";
import type { Model } from "../model/model";

/** Finds the company's own people. Reports list outsiders first, because a change of their access deserves attention. */

/** Returns the domains of the admins before the change, as patterns such as `*@acme.example`. If no organization exists yet, of those after it. */
export function listAdminDomains({ before, after }: Pick<Model, "before" | "after">): readonly string[] {
  const { organizations } = before.organizations.size === 0 ? after : before;
  const people = [...organizations.values()].flatMap((organization) => [...organization.people.values()]);
  const domains = people
    .filter(({ role }) => role === "admin")
    .map(({ email }) => canonicalizeEmail(email))
    .map((address) => `*${address.slice(address.lastIndexOf("@"))}`);
  return [...new Set(domains)].sort();
}

/** Returns a function that reports if a person is an outsider. Without patterns of insiders, nobody is. */
export function createOutsiderCheck(insiders: readonly string[]): (email: string) => boolean {
  const patterns = insiders.map((text) => pattern(text, "i"));
  return (email) => patterns.length > 0 && !patterns.some((expression) => expression.test(email));
}
