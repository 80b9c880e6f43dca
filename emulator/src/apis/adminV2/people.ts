import { created, noContent, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { notFound } from "../../contract/errors";
import { changeRole, getInvitationStatus, invite, removeMember, revoke } from "../../contract/people";
import { getUserById, type Invitation, type Member, type Organization, type Role, type State } from "../../model/state";
import { toInvitationPrn, toMemberPrn, toOrganizationPrn, toUserPrn } from "../../model/values";
import { paginate } from "./lists";
import { defineOperation } from "./operation";

/** The contract leaves the number of hours to the server. */
const invitationHours = 7 * 24;

export const members: Operations = {
  "list-members": defineOperation("read_members", ({ state, organization }, { query }) => {
    const listing = {
      name: `members of ${organization.id}`,
      rows: organization.members,
      show: (member: Member) => showMember(state, organization, member),
      keys: {
        email: "text",
        name: "text",
        role: "exact",
        is_owner: "boolean",
        last_active_at: "moment",
        inserted_at: "moment",
      },
    } as const;
    return { status: 200, body: paginate(listing, query) };
  }),

  "retrieve-a-member": defineOperation("read_members", (call, { path }) =>
    ok(showMember(call.state, call.organization, call.getMember(path.user_prn))),
  ),

  "update-a-member": defineOperation<{ readonly role: Role }>("update_members", (call, { path, body }) => {
    const member = call.getMember(path.user_prn);
    // An equal role is no change, even for the caller and the owner.
    if (member.role !== body.role) changeRole(call, member, body.role);
    return ok(showMember(call.state, call.organization, member));
  }),

  "remove-a-member": defineOperation("delete_members", (call, { path }) => {
    removeMember(call, call.getMember(path.user_prn));
    return noContent();
  }),
};

function showMember(state: State, organization: Organization, member: Member) {
  const user = getUserById(state, member.user_id);
  return {
    prn: toMemberPrn(organization.id, member.id),
    organization_prn: toOrganizationPrn(organization.id),
    user_prn: toUserPrn(user.id),
    email: user.email,
    username: user.username,
    name: user.name,
    role: member.role,
    is_owner: organization.owner_id === user.id,
    two_factor_enabled: user.two_factor_enabled,
    last_active_at: member.last_active_at,
    inserted_at: member.inserted_at,
    updated_at: member.updated_at,
  };
}

export const invitations: Operations = {
  "list-invitations": defineOperation("read_invitations", (call, { query }) => {
    const listing = {
      name: `invitations of ${call.organization.id}`,
      rows: call.organization.invitations,
      show: (invitation: Invitation) => showInvitation(call, invitation),
      keys: { email: "text", role: "exact", status: "exact", expires_at: "moment", inserted_at: "moment" },
    } as const;
    return { status: 200, body: paginate(listing, query) };
  }),

  "create-an-invitation": defineOperation<{ readonly email: string; readonly role: Role }>(
    "create_invitations",
    (call, { body }) => created(showInvitation(call, invite(call, { ...body, hours: invitationHours }))),
  ),

  "retrieve-an-invitation": defineOperation("read_invitations", (call, { path }) =>
    ok(showInvitation(call, findInvitation(call, path.invitation_prn))),
  ),

  "revoke-an-invitation": defineOperation("delete_invitations", (call, { path }) => {
    revoke(call, findInvitation(call, path.invitation_prn));
    return noContent();
  }),
};

function findInvitation({ organization }: Call, prnOrUuid: string): Invitation {
  // The PRN of an invitation also names its organization, which must be the one in the path.
  const invitation = organization.invitations.find(
    ({ id }) => prnOrUuid === id || prnOrUuid === toInvitationPrn(organization.id, id),
  );
  if (invitation === undefined) throw notFound();
  return invitation;
}

function showInvitation({ state, organization, now }: Call, invitation: Invitation) {
  const inviter = invitation.inviter_id === null ? null : getUserById(state, invitation.inviter_id);
  return {
    prn: toInvitationPrn(organization.id, invitation.id),
    organization_prn: toOrganizationPrn(organization.id),
    email: invitation.email,
    role: invitation.role,
    status: getInvitationStatus(invitation, now),
    inviter: inviter && { prn: toUserPrn(inviter.id), name: inviter.name, email: inviter.email },
    expires_at: invitation.expires_at,
    accepted_at: invitation.accepted_at,
    inserted_at: invitation.inserted_at,
    updated_at: invitation.updated_at,
  };
}
