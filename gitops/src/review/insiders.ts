import { canonicalizeEmail, pattern } from "#provider";
import { type Declaration, filterByKind, getRecordedState } from "../model/declaration";
import type { Model } from "../model/model";
import { readOwnerOutput } from "../objects/organization";
import { organizationOwner } from "../objects/organizationOwner";
import { readValues } from "../objects/reading";

// Insiders are the company's own people. Reports list all other people (outsiders) first, because a change of their access deserves attention.

/**
 * Returns the patterns of the addresses of insiders. Patterns of access rules count, if an admin matches one. Otherwise, the domains of the
 * admins count too.
 */
export function listInsiders(
  model: Pick<Model, "after" | "declarations">,
  patterns: readonly string[],
): readonly string[] {
  const admins = listAdmins(model).map(canonicalizeEmail);
  const isOutsider = createOutsiderCheck(patterns);
  if (patterns.length > 0 && (admins.length === 0 || !admins.every(isOutsider))) return patterns;
  const domains = admins.map((address) => `*${address.slice(address.lastIndexOf("@"))}`);
  return [...new Set([...patterns, ...domains])].sort();
}

/**
 * Returns the addresses of the admins and owners at the last update. Others may have got this access outside Pulumi, from the author of the
 * change. If there are none, returns the admins after the change.
 */
function listAdmins({ after, declarations }: Pick<Model, "after" | "declarations">): readonly string[] {
  const former = declarations.filter((declaration) => !declaration.isImported && declaration.before !== undefined);
  const named = former.flatMap(({ recordedPeople: { declared, observed } }) => [
    ...[...(declared?.people.values() ?? [])].filter(({ role }) => role === "admin"),
    ...[...(observed?.people.values() ?? [])].filter(({ ownership }) => ownership !== undefined),
  ]);
  const admins = [...named.map(({ email }) => email), ...listFormerOwners(former)];
  if (admins.length > 0) return admins;
  const people = [...after.organizations.values()].flatMap((organization) => [...organization.people.values()]);
  return people.flatMap(({ role, email }) => (role === "admin" ? email : []));
}

/** Returns the owners at the last update: the declared one or, without a declaration, the one that Pulumi had read. */
function listFormerOwners(former: readonly Declaration[]): readonly string[] {
  const declared = new Map(
    filterByKind(former, "OrganizationOwner").flatMap((declaration) => {
      const { email } = readValues(organizationOwner.inputs, getRecordedState(declaration).inputs ?? {});
      return typeof email === "string" ? [[declaration.organization.before, email] as const] : [];
    }),
  );
  const read = filterByKind(former, "Organization").flatMap((declaration) => {
    const { email } = readOwnerOutput(getRecordedState(declaration).outputs?.owner);
    return typeof email === "string" && !declared.has(declaration.organization.before) ? email : [];
  });
  return [...declared.values(), ...read];
}

/** Returns a function that reports if a person is an outsider. Without patterns of insiders, nobody is. */
export function createOutsiderCheck(insiders: readonly string[]): (email: string) => boolean {
  const patterns = insiders.map((text) => pattern(text, "i"));
  return (email) => patterns.length > 0 && !patterns.some((expression) => expression.test(email));
}
