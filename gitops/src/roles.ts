import * as z from "zod";
import { roles, type Role, type Unknown } from "#provider";

/** A role of a person in reviews, rules and answers. */
export const personRole = z.enum(roles).exclude(["owner"]);

export type PersonRole = z.output<typeof personRole>;

/** The roles of people, the highest first. Ownership is no role: with both APIs, an owner is an admin who owns the organization. */
export const personRoles = personRole.options;

/** Returns a role, and the ownership that Avocado Connect expresses by the role `owner`. */
export function splitOwnership(role: string): { readonly role: string; readonly isOwner: boolean };
export function splitOwnership(role: Role | Unknown): {
  readonly role: PersonRole | Unknown;
  readonly isOwner: boolean;
};
export function splitOwnership(role: string) {
  return role === "owner" ? { role: "admin", isOwner: true } : { role, isOwner: false };
}

/** Returns a live member with the role of a person. */
export function toPerson<Live extends { readonly role: Role | Unknown; readonly isOwner: boolean }>(member: Live) {
  const { role, isOwner } = splitOwnership(member.role);
  return { ...member, role, isOwner: isOwner || member.isOwner };
}
