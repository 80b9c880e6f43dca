import * as z from "zod";
import { roles, type Role, type Unknown } from "#provider";
import { isHidden, unknown, type Hidden } from "./hidden";
import { formatCount, formatNumber } from "./wording";

/** A role of a person in reviews, rules and answers. */
export const personRole = z.enum(roles).exclude(["owner"]);

export type PersonRole = z.output<typeof personRole>;

/** The roles of people, the highest first. Ownership is no role: with both APIs, an owner is an admin who owns the organization. */
export const personRoles = personRole.options;

/** Returns a number that is greater for a higher role: 0 for admins and owners, who have the same rights, and a negative one for others. A role that this version does not know is the lowest. */
export function getRank(role: string): number {
  if (role === "owner") return 0;
  const index = personRoles.findIndex((known) => known === role);
  return index < 0 ? -Infinity : -index;
}

/** Returns a role, and the ownership that Avocado Connect expresses by the role `owner`. */
function splitOwnership(role: string): { readonly role: string; readonly isOwner: boolean };
function splitOwnership(role: Role | Unknown): {
  readonly role: PersonRole | Unknown;
  readonly isOwner: boolean;
};
function splitOwnership(role: string) {
  return role === "owner" ? { role: "admin", isOwner: true } : { role, isOwner: false };
}

/** `declared` for the role `owner`. `kept` for an owner without a declaration with this role: the provider does not lower this person. */
export type OwnerStatus = "declared" | "kept";

interface DeclaredRole {
  readonly role: PersonRole | Hidden;
  readonly ownership: OwnerStatus | undefined;
}

const knownRole = personRole.optional().catch(undefined);

/** Returns a declared role and the ownership. `current` is the live role if it differs from the one in the state. */
export function readOwnership(declared: string | Hidden, current: unknown): DeclaredRole {
  if (isHidden(declared)) return { role: declared, ownership: undefined };
  const { isOwner, role } = splitOwnership(declared);
  const ownership = isOwner ? "declared" : current === "owner" ? "kept" : undefined;
  // A role that this version does not know may be any role.
  return { role: knownRole.parse(role) ?? unknown, ownership };
}

/** Returns a live member with the role of a person. */
export function toPerson<Live extends { readonly role: Role | Unknown; readonly isOwner: boolean }>(member: Live) {
  const { role, isOwner } = splitOwnership(member.role);
  return { ...member, role, isOwner: isOwner || member.isOwner };
}

// Roles in words. Everyone in an organization is a member, so the role `member` is always called a role.

/** Returns a role alone: `viewer`, `role member`, `unknown role`. */
export function getRoleName(role: string): string {
  if (role === "unknown" || role === "secret") return `${role} role`;
  return role === "member" ? "role member" : role;
}

/** Returns the access of a person: `viewer`, `admin (owner)`, `viewer (invited)`. */
export function formatAccess(role: string, details: readonly string[]): string {
  return details.length === 0 ? getRoleName(role) : `${getRoleName(role)} (${details.join(", ")})`;
}

/** Returns the role of an invitation: `as viewer`, `with the role member`. */
export function describeInvitedRole(role: string): string {
  return role === "member" ? "with the role member" : `as ${role}`;
}

/** Returns the role of a member: `is an admin`, `has the role member`. */
export function describeHeldRole(role: string): string {
  if (role === "member") return "has the role member";
  return role === "admin" ? "is an admin" : `is a ${role}`;
}

/** Counts the people with a role: `1 admin`, `2 viewers`, `2 with the role member`. */
export function formatRoleCount(count: number, role: string): string {
  return role === "member" ? `${formatNumber(count)} with the role member` : formatCount(count, role);
}
