import { randomUUID } from "node:crypto";
import type { Call } from "../call";
import { day, later } from "../clock";
import { conflict, invalid, notFound } from "../errors";
import { page } from "../pages";
import { invitationPrn, organizationPrn, userPrn, uuidOf } from "../prn";
import { sameEmail, userByEmail, userById, type Invitation, type Role } from "../state";
import { created, noContent, ok, operation, type Operations } from "./operation";

/** How long an invitation waits, in seconds. The contract leaves it to the server. */
const lifetime = 7 * day;

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
    (call, { body }) => {
      const { state, organization, caller, now } = call;
      const { members, limits } = organization;
      const pending = organization.invitations.filter((invitation) => statusOf(invitation, now) === "pending");
      const user = userByEmail(state, body.email);
      if (members.some(({ user_id }) => user_id === user?.id)) {
        throw invalid({ email: ["is already a member"] });
      }
      if (pending.some(({ email }) => sameEmail(email, body.email))) {
        throw invalid({ email: ["has already been invited"] });
      }
      if (members.length + pending.length >= limits.users) {
        throw conflict("limit_reached", { resource_type: "users", limit: limits.users });
      }
      const invitation = {
        sequence: call.nextSequence(),
        id: randomUUID(),
        email: body.email,
        role: body.role,
        inviter_id: caller.id,
        expires_at: later(now, lifetime),
        accepted_at: null,
        inserted_at: now,
        updated_at: now,
      };
      organization.invitations.push(invitation);
      return created(shown(call, invitation));
    },
  ),

  "retrieve-an-invitation": operation("read_invitations", (call, { path }) =>
    ok(shown(call, find(call, path.invitation_prn))),
  ),

  "revoke-an-invitation": operation("delete_invitations", (call, { path }) => {
    const { invitations: all } = call.organization;
    const invitation = find(call, path.invitation_prn);
    if (invitation.accepted_at !== null) throw conflict("invitation_already_accepted");
    all.splice(all.indexOf(invitation), 1);
    return noContent();
  }),
};

/** Nothing happens when an invitation runs out: whether it has is seen by the clock. */
export function statusOf({ accepted_at, expires_at }: Invitation, now: string): "pending" | "accepted" | "expired" {
  if (accepted_at !== null) return "accepted";
  return expires_at > now ? "pending" : "expired";
}

function find({ organization }: Call, prnOrUuid: string): Invitation {
  const invitation = organization.invitations.find(({ id }) => id === uuidOf(prnOrUuid));
  // The PRN of an invitation names its organization, which may be another than the path's.
  const fits = [invitation?.id, invitationPrn(organization.id, uuidOf(prnOrUuid))].includes(prnOrUuid);
  if (invitation === undefined || !fits) throw notFound();
  return invitation;
}

function shown({ state, organization, now }: Call, invitation: Invitation) {
  const inviter = invitation.inviter_id === null ? null : userById(state, invitation.inviter_id);
  return {
    prn: invitationPrn(organization.id, invitation.id),
    organization_prn: organizationPrn(organization.id),
    email: invitation.email,
    role: invitation.role,
    status: statusOf(invitation, now),
    inviter: inviter && { prn: userPrn(inviter.id), name: inviter.name, email: inviter.email },
    expires_at: invitation.expires_at,
    accepted_at: invitation.accepted_at,
    inserted_at: invitation.inserted_at,
    updated_at: invitation.updated_at,
  };
}
