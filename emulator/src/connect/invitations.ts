import { randomUUID } from "node:crypto";
import type { Call } from "../call";
import { conflict, invalid, notFound } from "../errors";
import { created, type Operations } from "../operation";
import { invite, revoke, getInvitationStatus } from "../rules/invitations";
import { findUserByEmail, getUserById, type Invitation } from "../state";
import { operation } from "./operation";
import { listed } from "./pages";
import { nameOf } from "./people";
import { shownRole, storedRole, type ConnectRole } from "./roles";

interface NewInvitation {
  readonly email: string;
  readonly role?: ConnectRole;
  readonly group_id?: string | null;
}

export const invitations: Operations = {
  OrgInvitation_index: operation((call, { query }) => {
    const { id, invitations: rows } = call.organization;
    const show = (invitation: Invitation) => shown(call, invitation);
    return { status: 200, body: listed({ name: `invitations of ${id}`, rows, show }, query) };
  }),

  OrgInvitation_create: operation<NewInvitation>((call, { body: { email, role = "member", group_id = null } }) => {
    const group = call.organization.groups.find(({ id }) => id === group_id);
    if (group_id !== null && group === undefined) throw invalid({ group_id: ["does not exist"] });
    if (role === "owner") throw conflict("ownership_not_transferable");
    const invitation = shown(call, invite(call, email, storedRole(role), group));
    if (call.state.email_delivery) return created(invitation);
    return created({ ...invitation, invite_url: `https://connect.peridio.com/invitations/${randomUUID()}` });
  }),

  OrgInvitation_delete: operation((call, { path }) => {
    const invitation = call.organization.invitations.find(({ id }) => id === path.id);
    if (invitation === undefined) throw notFound();
    revoke(call, invitation);
    return { status: 200, body: { ok: true } };
  }),
};

function shown({ organization, state, now }: Call, invitation: Invitation) {
  const { group_id, inviter_id } = invitation;
  const inviter = inviter_id === null ? null : getUserById(state, inviter_id);
  return {
    id: invitation.id,
    email: invitation.email,
    role: shownRole(invitation.role),
    target_username: findUserByEmail(state, invitation.email)?.username ?? null,
    status: getInvitationStatus(invitation, now),
    group: organization.groups.find(({ id }) => id === group_id) ?? null,
    inviter: inviter && { id: inviter.id, name: nameOf(inviter), email: inviter.email },
    expires_at: invitation.expires_at,
    accepted_at: invitation.accepted_at,
    inserted_at: invitation.inserted_at,
  };
}
