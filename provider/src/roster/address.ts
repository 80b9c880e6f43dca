/** People whose address in the program, the state and Peridio can differ, because a user can change it. */
import type { Prior } from "#framework";
import type { Member, Peridio, RosterEntry } from "../api";
import { isSameEmail } from "../types/email";

/**
 * Returns the address by which the program declares the person: the one in state or, for an import, `imported`. If the program declares
 * the user's new address (`currentEmail`), returns that one. Any other declared address belongs to another person, so Pulumi replaces the
 * resource.
 */
export function getDeclaredEmail(imported: string, { inputs: declared, state }: Prior): string {
  const known = typeof state.email === "string" ? state.email : imported;
  const { email } = declared;
  if (typeof email !== "string") return known;
  return [known, state.currentEmail].some((address) => isSameEmail(address, email)) ? email : known;
}

/** Asks to declare the user's new address. `isInvited` if an invitation to the declared one is pending. */
export function explainNewAddress(declared: string, { email }: RosterEntry, isInvited: boolean): string {
  const more = isInvited ? ` The pending invitation to ${declared} belongs to another person.` : "";
  return `The user of ${declared} has a new address: declare ${email}.${more}`;
}

/** Names the user that a removal concerns, if the declared address does not. */
export function explainRemoval(declared: string, { email }: RosterEntry): string {
  return `The user of ${declared} has the new address ${email}, so the deletion applies to ${email}.`;
}

/** Finds the user in state, independent of the address. */
export async function findKnownUser(
  api: Peridio,
  organizationId: string,
  userId: unknown,
): Promise<Member | undefined> {
  return typeof userId === "string" ? api.roster.findUser(organizationId, userId) : undefined;
}
