import { key } from "./address";
import type { Invitation, InvitationStatus } from "./port";

/** The invitation to an address whose id is not in `before`. */
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

/** Reports if a list of the `wanted` status, or of all, includes invitations of this status. */
export function isAskedFor(status: Invitation["status"], wanted: InvitationStatus | undefined): boolean {
  return wanted === undefined || status === wanted || (wanted === "pending" && status !== "expired");
}

/** Orders invitations, the newest last. Those without any date come first. */
export function byAge(a: Dates, b: Dates): number {
  return moment(a) - moment(b);
}

type Dates = Pick<Invitation, "expiresAt" | "sentAt">;

function moment({ expiresAt, sentAt }: Dates): number {
  return Date.parse(expiresAt ?? sentAt ?? "") || 0;
}
