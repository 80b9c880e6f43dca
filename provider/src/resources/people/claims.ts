import { roles, type Role } from "../../api";
import type { Claim } from "../../core/resource";
import { ignoringCase } from "../types/email";
import { asPrn } from "../types/organizationId";

/** The people of one organization, whichever resource declares them. */
export function peopleOf(organizationId: unknown): string {
  return `people of ${String(asPrn(organizationId))}`;
}

/** A declaration that a person is in an organization; `terms` is the declared role. */
export function person(organizationId: unknown, email: string, role: unknown, path: Claim["path"]): Claim {
  return { of: peopleOf(organizationId), which: String(ignoringCase(email)), path, terms: role };
}

/** The role that the program declares for a person, if it declares one that is known. */
export function declaredRole(
  terms: (claim: Claim) => unknown,
  organizationId: string,
  email: string,
): Role | undefined {
  const declared = terms(person(organizationId, email, undefined, []));
  return roles.find((role) => role === declared);
}
