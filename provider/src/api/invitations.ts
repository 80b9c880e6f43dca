import { key } from "./address";
import type { Invitation, InvitationStatus } from "./port";

/** Finds an invitation to an address whose id is not in `before`. */
export async function invitedSince(
  before: ReadonlySet<string>,
  email: string,
  invitations: AsyncIterable<Invitation>,
): Promise<Invitation | undefined> {
  for await (const invitation of invitations) {
    if (key(invitation.email) === key(email) && !before.has(invitation.id)) return invitation;
  }
  return undefined;
}

/** Returns true if a list of one status, or of all, includes invitations of this status. */
export function isAskedFor(status: Invitation["status"], listed: InvitationStatus | undefined): boolean {
  return listed === undefined || status === listed || (listed === "pending" && status !== "expired");
}

/** Sorts invitations, the newest last. Those without a date come first. */
export function byAge(a: Dates, b: Dates): number {
  return moment(a) - moment(b);
}

type Dates = Pick<Invitation, "expiresAt" | "sentAt">;

function moment({ expiresAt, sentAt }: Dates): number {
  return Date.parse(expiresAt ?? sentAt ?? "") || 0;
}
