/**
 * The owners of an organization. In Avocado Connect, they are the members with the role `owner`, and only owners change owners. The Admin
 * API has one owner, whose role is `admin`.
 */
import { UserError } from "#framework";
import { listBriefly } from "#framework/messages";
import { isRole, type Member, type Peridio, type RosterEntry, type Role, type Unknown } from "../api";

/** Reports if the person is a member with the role `owner`. An invitation with this role gives no access yet. */
export function hasOwnerRole({ kind, role }: RosterEntry): boolean {
  return kind === "member" && role === "owner";
}

/** The role of a person in the state. */
interface HeldRole {
  readonly role: Role | Unknown;
  /** Set if the live role is `owner`, and the program does not declare this role. */
  readonly currentRole?: "owner";
}

/**
 * Returns the role for the state. If the program does not declare an owner as one, the state holds `admin`. A program with
 * `role: admin` then shows no change, and does not take the ownership. Only a change from a declared `owner` to another role takes
 * it. The same applies to an invitation, because the person can accept at any time.
 */
export function getHeldRole({ role }: Pick<RosterEntry, "role">, isDeclaredOwner: boolean): HeldRole {
  return role === "owner" && !isDeclaredOwner ? { role: "admin", currentRole: "owner" } : { role };
}

/** Reports if the person stays as is. An owner has all rights of a declared admin. */
export function isAsDeclared(person: RosterEntry, role: Role, isDeclaredOwner: boolean): boolean {
  return getHeldRole(person, isDeclaredOwner).role === role || person.role === role;
}

/** Explains that an owner, or an invitation to become one, has a lower role in the state. Undefined for other people. */
export function explainKeptOwner(person: RosterEntry, isDeclaredOwner: boolean, email: string): string | undefined {
  if (getHeldRole(person, isDeclaredOwner).currentRole === undefined) return undefined;
  const [is, stays] =
    person.kind === "member"
      ? ["is an owner", "This person stays an owner"]
      : ["is invited as an owner", "The invitation stays as it is"];
  return `${email} ${is}, but the program does not declare the role owner. ${stays}, and the state shows the role admin. To manage the ownership, declare the role owner.`;
}

/** Explains that a roster keeps undeclared owners. */
export function explainUndeclaredOwners(emails: readonly string[]): string {
  return `The roster does not remove ${listBriefly(emails)}: the provider never removes owners. To keep owners, declare the role owner. To remove an owner, declare the role owner and run \`pulumi up\`, declare another role and run \`pulumi up\`, and then remove the declaration.`;
}

/** A new role for a member. */
interface RoleChange {
  readonly member: Member;
  readonly role: Role;
  /** True if the program declares the person as an owner, or declared it before. */
  readonly isDeclaredOwner: boolean;
  /** True if the member is the user of the API key that applies the change. */
  readonly isOwnUser: boolean;
}

/** The reason why a role cannot change, and the remedy for one person. */
interface FixedRole {
  readonly reason: string;
  readonly remedy: string;
}

/** Explains why the member keeps the role. Undefined if the role can change. */
export function explainFixedRole({ member, role, isDeclaredOwner, isOwnUser }: RoleChange): FixedRole | undefined {
  const { email, isOwner, role: present } = member;
  const declare = `Declare the role ${present} for ${email}, or`;
  if (present === role) return undefined;
  // The owner in the Admin API. In Avocado Connect, every owner has the role owner.
  if (isOwner && present !== "owner") {
    const reason = "Peridio does not let anyone change the owner's role.";
    return { reason, remedy: `${declare} transfer the ownership first.` };
  }
  if (isOwnUser) {
    const other = present === "owner" ? "another owner" : role === "owner" ? "an owner" : "another admin or owner";
    const reason = "Peridio does not let an API key change its own user's role.";
    return { reason, remedy: `${declare} use the API key of ${other}.` };
  }
  if (present !== "owner" || isDeclaredOwner) return undefined;
  const reason = `${email} is an owner, and the provider lowers only owners that the program declared with the role owner.`;
  const remedy = `To keep the ownership, declare the role owner or admin. To end it, declare the role owner, run \`pulumi up\`, and then declare the role ${role}.`;
  return { reason, remedy };
}

/** The people who get or lose the role `owner` in one plan. */
export interface OwnerChange {
  /** The addresses of new invitations with the role. */
  readonly invited: readonly string[];
  readonly promoted: readonly Member[];
  readonly lowered: readonly Member[];
}

/**
 * Checks two rules of Peridio's guide: only owners grant and take the role, and an organization keeps at least one owner.
 *
 * @throws UserError if Peridio would refuse the change
 */
export async function rejectOwnerChange(
  { api, forAnotherKey }: { readonly api: Peridio; readonly forAnotherKey: boolean },
  organizationId: string,
  { invited, promoted, lowered }: OwnerChange,
): Promise<void> {
  if (lowered.length > 0 && promoted.length === 0) {
    const ids = new Set(lowered.map(({ userId }) => userId));
    const remaining = (await api.roster.members(organizationId)).filter(hasOwnerRole);
    if (remaining.every(({ userId }) => ids.has(userId)))
      throw new UserError(
        `an organization keeps at least one owner, but this change takes the role owner from ${listBriefly(lowered.map(({ email }) => email))}. Make another member an owner first. Invitations do not count.`,
      );
  }
  if (forAnotherKey) return;
  const concerned = [...invited, ...[...promoted, ...lowered].map(({ email }) => email)];
  if (concerned.length === 0) return;
  const { email, organizations } = await api.caller(organizationId);
  const membership = organizations.find(({ id }) => id === organizationId);
  // Other checks explain a missing membership. Only Peridio knows what an unknown role allows.
  if (membership === undefined || membership.role === "owner" || !isRole(membership.role)) return;
  throw new UserError(
    `only owners can grant or take the role owner, or invite owners. The API key's user, ${email}, has the role ${membership.role} in organization ${membership.name}, but this change concerns ${listBriefly(concerned)}. Use an owner's API key.`,
  );
}
