import type { Call } from "../call";
import { notFound } from "../errors";
import { created, noContent, ok, type Operations } from "../operation";
import { toInvitationPrn, toOrganizationPrn, toUserPrn, toUuid } from "../prn";
import { invite, revoke, getInvitationStatus } from "../rules/invitations";
import { getUserById, type Invitation, type Role } from "../state";
import { operation } from "./operation";
import { page } from "./pages";

export const invitations: Operations = {
  "list-invitations": operation("read_invitations", (call, { query }) => {
    const listing = {
      name: `invitations of ${call.organization.id}`,
      rows: call.organization.invitations,
      show: (invitation: Invitation) => shown(call, invitation),
      keys: { email: "text", role: "exact", status: "exact", expires_at: "moment", inserted_at: "moment" },
    } as const;
    return { status: 200, body: page(listing, query) };
  }),

  "create-an-invitation": operation<{ readonly email: string; readonly role: Role }>(
    "create_invitations",
    (call, { body }) => created(shown(call, invite(call, body.email, body.role))),
  ),

  "retrieve-an-invitation": operation("read_invitations", (call, { path }) =>
    ok(shown(call, find(call, path.invitation_prn))),
  ),

  "revoke-an-invitation": operation("delete_invitations", (call, { path }) => {
    revoke(call, find(call, path.invitation_prn));
    return noContent();
  }),
};

function find({ organization }: Call, prnOrUuid: string): Invitation {
  const invitation = organization.invitations.find(({ id }) => id === toUuid(prnOrUuid));
  // The PRN of an invitation names its organization, which may be another than the path's.
  const fits = [invitation?.id, toInvitationPrn(organization.id, toUuid(prnOrUuid))].includes(prnOrUuid);
  if (invitation === undefined || !fits) throw notFound();
  return invitation;
}

function shown({ state, organization, now }: Call, invitation: Invitation) {
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
