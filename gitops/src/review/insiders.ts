import { canonicalizeEmail, pattern } from "#provider";
import type { Model } from "../model/model";

// Finds the company's own people. Reports list outsiders first, because a change of their access deserves attention.

/**
 * Returns the patterns of the company's own people. Patterns of access rules count, if an admin matches one. Otherwise, the domains of the
 * admins count too.
 */
export function listInsiders(model: Insight, patterns: readonly string[]): readonly string[] {
  const admins = listAdmins(model).map(({ email }) => canonicalizeEmail(email));
  const isOutsider = createOutsiderCheck(patterns);
  if (patterns.length > 0 && (admins.length === 0 || !admins.every(isOutsider))) return patterns;
  const domains = admins.map((address) => `*${address.slice(address.lastIndexOf("@"))}`);
  return [...new Set([...patterns, ...domains])].sort();
}

type Insight = Pick<Model, "before" | "after" | "declarations">;

/**
 * Returns the owners before the change, and the admins that programs declared at the last update. Other admins may have been added outside
 * Pulumi by the author of the change. If there are none, returns the admins after the change.
 */
function listAdmins({ before, after, declarations }: Insight): readonly { readonly email: string }[] {
  const recorded = declarations.flatMap(({ recordedPeople, isImported }) =>
    isImported ? [] : [...(recordedPeople.declared?.people.values() ?? [])],
  );
  const list = ({ organizations }: Model["before"]) =>
    [...organizations.values()].flatMap(({ people }) => [...people.values()]);
  const admins = [...recorded.filter(({ role }) => role === "admin"), ...list(before).filter(({ isOwner }) => isOwner)];
  return admins.length > 0 ? admins : list(after).filter(({ role }) => role === "admin");
}

/** Returns a function that reports if a person is an outsider. Without patterns of insiders, nobody is. */
export function createOutsiderCheck(insiders: readonly string[]): (email: string) => boolean {
  const patterns = insiders.map((text) => pattern(text, "i"));
  return (email) => patterns.length > 0 && !patterns.some((expression) => expression.test(email));
}
