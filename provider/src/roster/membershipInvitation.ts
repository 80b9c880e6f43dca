/** The facts about the invitation of a Membership. Peridio cannot edit an invitation, so a Membership replaces it. */
import { UserError } from "#framework";
import type { Invitation, Peridio, RosterEntry } from "../api";
import { isSameEmail } from "../types/email";
import { explainUndelivered } from "./person";
import { countMissingSeats, explainLostInvitations, explainMissingSeats, readSeats, updateRemedy } from "./seats";

/** Reports the adoption of an invitation. A stack does not know the declarations of others. */
export function explainAdoption({ email }: Invitation): string {
  return (
    `The user of this API key has already invited ${email}. This resource adopts the invitation, and Peridio sends no new e-mail. ` +
    "If another stack also declares this membership, remove the membership from one of the stacks."
  );
}

/**
 * Revokes a pending invitation to the declared address of a removed user. Only a user whose address has changed can have one, and
 * could return with it.
 */
export async function revokeAtDeclaredAddress(api: Peridio, removed: RosterEntry, declared: string): Promise<void> {
  if (isSameEmail(removed.email, declared)) return;
  const invitation = await findInvitation(api, removed.organizationId, declared);
  if (invitation !== undefined) await api.roster.revoke(invitation);
}

/** Returns the invitation at an address. */
export async function findInvitation(
  api: Peridio,
  organization: string,
  email: string,
): Promise<Invitation | undefined> {
  const people = await api.roster.list(organization);
  return people.find(
    (person): person is Invitation => person.kind === "invitation" && isSameEmail(person.email, email),
  );
}

/**
 * Reports if an update replaces an invitation with these differences: Peridio stores the role and the group in it, and an expired one has
 * another status than the declared person.
 */
export function isSentAgain(changed: readonly string[]): boolean {
  return ["role", "status", "groupId"].some((property) => changed.includes(property));
}

/**
 * Refuses to revoke an invitation that could not be sent anew. A pending invitation takes a seat, which its revocation frees. An expired one
 * takes none, so the new one needs a seat.
 */
export async function rejectWithoutSeat(api: Peridio, { organizationId, email, status }: Invitation): Promise<void> {
  const seats = await readSeats(api, organizationId);
  const needed = status === "expired" ? 1 : 0;
  if (countMissingSeats(seats, needed) === 0) return;
  throw new UserError(
    `${needed === 0 ? explainLostInvitations(seats, [email]) : explainMissingSeats(seats, needed)}. ${updateRemedy}`,
  );
}

/** Warns if Peridio sent no e-mail, so that only the state holds the link of a new invitation. */
export function warnIfUndelivered(person: RosterEntry, warn: (text: string) => void): void {
  const text = explainUndelivered(person, "inviteUrl");
  if (text !== undefined) warn(text);
}
