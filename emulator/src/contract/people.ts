import {
  createRow,
  findUserByEmail,
  type Group,
  type Invitation,
  isOwner,
  isSameEmail,
  type Member,
  type Organization,
  type Role,
} from "../model/state";
import { addSeconds, secondsPerHour } from "../model/values";
import { dropAccess, remove } from "./access";
import type { Call } from "./call";
import { conflict, invalid } from "./errors";
import { checkLimit } from "./limits";

// The rules for members and invitations that both APIs share. The Admin API shows one owner of an organization: `owner_id`.
// Avocado Connect also knows other owners (`also_owner`), who are admins in the Admin API.

/** Removes a member and the member's access without checks. The user's account stays. */
export function dropMember(organization: Organization, member: Member): void {
  dropAccess(organization, member.user_id);
  remove(organization.members, member);
}

/** Removes a member and the member's API tokens for the caller. @throws ApiError if the member is the caller or the owner */
export function removeMember({ organization, caller }: Call, member: Member): void {
  if (member.user_id === caller.id) throw conflict("cannot_remove_self");
  if (member.user_id === organization.owner_id) throw conflict("cannot_remove_owner");
  dropMember(organization, member);
  organization.api_tokens = organization.api_tokens.filter(({ user_id }) => user_id !== member.user_id);
}

/** Changes a member's role for the caller. @throws ApiError if the member is the caller or the owner */
export function changeRole({ organization, caller, now }: Call, member: Member, role: Role): void {
  if (member.user_id === caller.id) throw conflict("cannot_change_own_role");
  if (member.user_id === organization.owner_id) throw conflict("cannot_change_owner_role");
  if (member.role === role) return;
  member.role = role;
  member.also_owner = false;
  member.updated_at = now;
}

/** @throws ApiError unless the caller is an owner */
export function checkOwner({ organization, member }: Call): void {
  if (!isOwner(organization, member)) throw conflict("owners_only");
}

/** Makes another member an owner for the caller, who must be an owner. @throws ApiError */
export function makeOwner(call: Call, member: Member): void {
  checkOwner(call);
  if (isOwner(call.organization, member)) return;
  Object.assign(member, { role: "admin", also_owner: true, updated_at: call.now });
}

/**
 * Takes the ownership from another owner for the caller, who must be an owner and stays one, so an organization keeps an owner. The former
 * owner stays an admin. If it was the one in `owner_id`, the caller takes this place. @throws ApiError
 */
export function endOwnership(call: Call, member: Member): void {
  checkOwner(call);
  const { organization, caller, now } = call;
  Object.assign(member, { also_owner: false, updated_at: now });
  if (member.user_id !== organization.owner_id) return;
  organization.owner_id = caller.id;
  call.member.also_owner = false;
}

/** Derives the status from the clock, because nothing changes an invitation when it expires. */
export function getInvitationStatus(
  { accepted_at, expires_at }: Invitation,
  now: string,
): "pending" | "accepted" | "expired" {
  if (accepted_at !== null) return "accepted";
  return expires_at > now ? "pending" : "expired";
}

export interface NewInvitation {
  readonly email: string;
  readonly role: Role;
  readonly asOwner?: boolean;
  readonly group?: Group | undefined;
  /** The hours until the invitation expires, unless the state sets another number. */
  readonly hours: number;
}

/**
 * Invites a person for the caller.
 * @throws ApiError if the person is already a member or invited, or the organization has no free seat
 */
export function invite(call: Call, { email, role, asOwner = false, group, hours }: NewInvitation): Invitation {
  const { state, organization, caller, now } = call;
  const { members, invitations } = organization;
  const pending = invitations.filter((invitation) => getInvitationStatus(invitation, now) === "pending");
  const user = findUserByEmail(state, email);
  if (members.some(({ user_id }) => user_id === user?.id)) {
    throw invalid({ email: ["is already a member"] });
  }
  if (pending.some((invitation) => isSameEmail(invitation.email, email))) {
    throw invalid({ email: ["has already been invited"] });
  }
  checkLimit(organization, "users", members.length + pending.length + 1);
  const invitation = {
    ...createRow(state, now),
    email,
    role,
    as_owner: asOwner,
    inviter_id: caller.id,
    group_id: group?.id ?? null,
    expires_at: addSeconds(now, (state.invitation_hours ?? hours) * secondsPerHour),
    accepted_at: null,
  };
  invitations.push(invitation);
  return invitation;
}

/** @throws ApiError if the invitation was accepted */
export function revoke({ organization: { invitations } }: Call, invitation: Invitation): void {
  if (invitation.accepted_at !== null) throw conflict("invitation_already_accepted");
  remove(invitations, invitation);
}
