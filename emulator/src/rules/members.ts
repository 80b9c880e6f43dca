import type { Call } from "../call";
import { conflict } from "../errors";
import type { Member, Organization, Role } from "../state";

/** Takes the member out of the organization; the user's account stays. */
export function dropMember(organization: Organization, member: Member): void {
  organization.members.splice(organization.members.indexOf(member), 1);
}

/** Takes a member out for the caller. @throws Refusal if the member is the caller or the owner */
export function removeMember({ organization, caller }: Call, member: Member): void {
  if (member.user_id === caller.id) throw conflict("cannot_remove_self");
  if (member.user_id === organization.owner_id) throw conflict("cannot_remove_owner");
  dropMember(organization, member);
}

/** Gives a member a role for the caller. @throws Refusal if the member is the caller or the owner */
export function changeRole({ organization, caller, now }: Call, member: Member, role: Role): void {
  if (member.user_id === caller.id) throw conflict("cannot_change_own_role");
  if (member.user_id === organization.owner_id) throw conflict("cannot_change_owner_role");
  if (member.role === role) return;
  member.role = role;
  member.updated_at = now;
}
