import { randomUUID } from "node:crypto";
import { created, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { invalid } from "../../contract/errors";
import { checkOwner, getInvitationStatus, invite, revoke } from "../../contract/people";
import { findUserByEmail, getUserById, type Invitation } from "../../model/state";
import { paginate } from "./lists";
import { acknowledge, defineOperation, findById } from "./operation";
import { showUser } from "./people";
import { toConnectRole, toStoredRole, type ConnectRole } from "./roles";

/** Peridio's user guide: an invitation expires after 24 hours by default. */
const invitationHours = 24;

interface NewInvitation {
  readonly email: string;
  readonly role?: ConnectRole;
  readonly group_id?: string | null;
}

export const invitations: Operations = {
  OrgInvitation_index: defineOperation((call, { query }) => {
    const { id, invitations: rows } = call.organization;
    const show = (invitation: Invitation) => showInvitation(call, invitation);
    return { status: 200, body: paginate({ name: `invitations of ${id}`, rows, show }, query) };
  }),

  OrgInvitation_create: defineOperation<NewInvitation>(
    (call, { body: { email, role = "member", group_id = null } }) => {
      const group = call.organization.groups.find(({ id }) => id === group_id);
      if (group_id !== null && group === undefined) throw invalid({ group_id: ["does not exist"] });
      const asOwner = role === "owner";
      if (asOwner) checkOwner(call);
      const stored = toStoredRole(asOwner ? "admin" : role);
      const invitation = showInvitation(
        call,
        invite(call, { email, role: stored, asOwner, group, hours: invitationHours }),
      );
      if (call.state.email_delivery) return created(invitation);
      return created({ ...invitation, invite_url: `https://connect.peridio.com/invitations/${randomUUID()}` });
    },
  ),

  OrgInvitation_delete: defineOperation((call, { path }) => {
    revoke(call, findById(call.organization.invitations, path.id));
    return acknowledge();
  }),
};

function showInvitation({ organization, state, now }: Call, invitation: Invitation) {
  const { group_id, inviter_id } = invitation;
  const group = organization.groups.find(({ id }) => id === group_id);
  const inviter = inviter_id === null ? null : getUserById(state, inviter_id);
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.as_owner ? "owner" : toConnectRole(invitation.role),
    target_username: findUserByEmail(state, invitation.email)?.username ?? null,
    status: getInvitationStatus(invitation, now),
    group: group === undefined ? null : { id: group.id, name: group.name },
    inviter: inviter && showUser(inviter),
    expires_at: invitation.expires_at,
    accepted_at: invitation.accepted_at,
    inserted_at: invitation.inserted_at,
  };
}
