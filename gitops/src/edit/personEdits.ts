import { omitAbsent } from "#framework/definitions";
import type { LayoutOrganization } from "#layout";
import { canonicalizeEnd, createMatcher, isSameEmail } from "#provider";
import type { TimedRole } from "../model/timedRole";
import { joinAnd } from "../wording";
import type { Adoptable, Adoption } from "./adopt";
import { removeAccess, setRole } from "./people";
import { provePerson } from "./proof";

/** An edit of the access of one person to one organization. */
export interface PersonEdit extends Adoptable {
  readonly organization: string;
  readonly email: string;
}

/** Returns the edit that gives a person a role in an organization, and keeps the groups and grants. */
export function createRoleEdit(
  email: string,
  organization: string,
  { role, lastDay, afterwards }: TimedRole,
): Required<Adoption> {
  return {
    effect: `declares the role ${role}`,
    edit: (files) => {
      setRole(
        files,
        email,
        organization,
        lastDay === undefined ? role : omitAbsent({ role, until: lastDay, afterwards }),
      );
    },
    // Without a role, the groups and grants that name the person or a team have no effect. With the role, they have it again.
    prove: provePerson(email, (name, before) =>
      name === organization
        ? {
            role,
            lastDay: lastDay === undefined ? undefined : canonicalizeEnd(lastDay),
            afterwards,
            objects: before?.role === undefined ? "any" : before.objects,
          }
        : before,
    ),
  };
}

/** Returns the reason why no update removes a person from an organization that stops declaring this person; undefined if an update does. */
export function explainStay({ name, members, roster }: LayoutOrganization, email: string): string | undefined {
  if (Object.entries(members).some(([address, role]) => role === "owner" && isSameEmail(address, email)))
    return explainOwnerStays(email, name);
  if (createMatcher(roster.ignore)(email))
    return "`roster.ignore` matches the address. Remove the person in Peridio's console.";
  return undefined;
}

/** Returns the reason why no update removes an owner, with the remedy. */
export function explainOwnerStays(email: string, organization: string): string {
  return `The provider never removes an owner. Run \`peridio-gitops grant ${email} --organization ${organization} --role admin\`, apply it, and then remove the person again.`;
}

/** Returns the edit that removes a person from organizations; without them, from the whole layout. */
export function createRemoval(email: string, organizations?: readonly string[]): Required<Adoption> {
  return {
    effect: `removes the person from ${organizations === undefined ? "the layout" : joinAnd(organizations)}`,
    edit: (files) => {
      removeAccess(files, email, organizations && new Set(organizations));
    },
    prove: provePerson(email, (name, before) => (organizations?.includes(name) === false ? before : undefined)),
  };
}
