import { type RosterEntry, roles, type Role } from "../../api";
import { UserError, type ObjectKey } from "#framework";
import type { ResourceContext } from "../../resource";
import { ignoringCase, isSame } from "../types/email";
import { asPrn } from "../types/organizationId";

/** The people of one organization, whichever resource declares them. */
export function peopleOf(organizationId: unknown): string {
  return `people of ${String(asPrn(organizationId))}`;
}

/** A declaration that a person is in an organization; `terms` is the declared role. */
export function personClaim(organizationId: unknown, email: string, role: unknown, path: ObjectKey["path"]): ObjectKey {
  return { of: peopleOf(organizationId), kind: "people", which: String(ignoringCase(email)), path, desired: role };
}

/** The role that the program declares for a person, if it declares one that is known. */
export function declaredRole(
  terms: (claim: ObjectKey) => unknown,
  organizationId: string,
  email: string,
): Role | undefined {
  const declared = terms(personClaim(organizationId, email, undefined, []));
  return roles.find((role) => role === declared);
}

/**
 * Whether the program goes on to declare a person, by one of these addresses.
 *
 * @throws UserError if it may do so, for all that this process has heard.
 */
export function isStillDeclared(
  fate: ResourceContext["ownership"],
  organizationId: string,
  emails: readonly string[],
): boolean {
  const fates = emails.map((email) => fate(personClaim(organizationId, email, undefined, [])));
  if (fates.includes("owned")) return true;
  const who = emails.at(-1) ?? "";
  if (fates.includes("failed")) {
    throw new UserError(`the new declaration of ${who} failed, so the old entry stays in the state.`);
  }
  if (fates.includes("unreadable")) {
    throw new UserError(
      `another entry, which may declare ${who} by now, could not be read, so this one stays in the state.`,
    );
  }
  return false;
}

/** Says that a user stays whom no entry knows any more, since only the former address goes on to be declared. */
export function leftBehind(
  fate: ResourceContext["ownership"],
  declared: string,
  { organizationId, email }: RosterEntry,
): string | undefined {
  if (isSame(email, declared) || fate(personClaim(organizationId, email, undefined, [])) === "owned") return undefined;
  return `${email} stays in the organization, undeclared: that user was ${declared} before. Declare ${email}, or remove that user in Peridio.`;
}
