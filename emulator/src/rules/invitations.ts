import { randomUUID } from "node:crypto";
import type { Call } from "../call";
import { day, later } from "../clock";
import { conflict, invalid } from "../errors";
import { checkLimit } from "../limits";
import { sameEmail, findUserByEmail, type Group, type Invitation, type Role } from "../state";

/** How long an invitation waits, in seconds. The contracts leave it to the server. */
const lifetime = 7 * day;

/** Nothing happens when an invitation runs out: whether it has is seen by the clock. */
export function getInvitationStatus(
  { accepted_at, expires_at }: Invitation,
  now: string,
): "pending" | "accepted" | "expired" {
  if (accepted_at !== null) return "accepted";
  return expires_at > now ? "pending" : "expired";
}

/**
 * Invites somebody for the caller.
 * @throws Refusal if the person is a member or invited already, or there is no room for one more
 */
export function invite(call: Call, email: string, role: Role, group?: Group): Invitation {
  const { state, organization, caller, now } = call;
  const { members, invitations } = organization;
  const pending = invitations.filter((invitation) => getInvitationStatus(invitation, now) === "pending");
  const user = findUserByEmail(state, email);
  if (members.some(({ user_id }) => user_id === user?.id)) {
    throw invalid({ email: ["is already a member"] });
  }
  if (pending.some((invitation) => sameEmail(invitation.email, email))) {
    throw invalid({ email: ["has already been invited"] });
  }
  checkLimit(organization, "users", members.length + pending.length + 1);
  const invitation = {
    sequence: call.nextSequence(),
    id: randomUUID(),
    email,
    role,
    inviter_id: caller.id,
    group_id: group?.id ?? null,
    expires_at: later(now, lifetime),
    accepted_at: null,
    inserted_at: now,
    updated_at: now,
  };
  invitations.push(invitation);
  return invitation;
}

/** Takes an invitation back. @throws Refusal if it was accepted */
export function revoke({ organization: { invitations } }: Call, invitation: Invitation): void {
  if (invitation.accepted_at !== null) throw conflict("invitation_already_accepted");
  invitations.splice(invitations.indexOf(invitation), 1);
}
