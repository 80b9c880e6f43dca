import type { Call } from "../call";
import { conflict, invalid, notFound } from "../errors";
import { created, type Operations } from "../operation";
import { invite, revoke, statusOf } from "../rules/invitations";
import { userByEmail, userById, type Invitation } from "../state";
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
    // The store knows no groups of users.
    if (group_id !== null) throw invalid({ group_id: ["does not exist"] });
    if (role === "owner") throw conflict("ownership_not_transferable");
    return created(shown(call, invite(call, email, storedRole(role))));
  }),

  OrgInvitation_delete: operation((call, { path }) => {
    const invitation = call.organization.invitations.find(({ id }) => id === path.id);
    if (invitation === undefined) throw notFound();
    revoke(call, invitation);
    return { status: 200, body: { ok: true } };
  }),
};

function shown({ state, now }: Call, invitation: Invitation) {
  const { inviter_id } = invitation;
  const inviter = inviter_id === null ? null : userById(state, inviter_id);
  return {
    id: invitation.id,
    email: invitation.email,
    role: shownRole(invitation.role),
    target_username: userByEmail(state, invitation.email)?.username ?? null,
    status: statusOf(invitation, now),
    group: null,
    inviter: inviter && { id: inviter.id, name: nameOf(inviter), email: inviter.email },
    expires_at: invitation.expires_at,
    accepted_at: invitation.accepted_at,
    inserted_at: invitation.inserted_at,
  };
}
