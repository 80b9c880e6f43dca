import { key } from "./address";
import type { Invitation } from "./port";

/** The invitation to an address that is not among those of before, by their ids. */
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
