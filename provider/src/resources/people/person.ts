import * as z from "zod";
import { isRole, type Member, type Peridio, type RosterEntry } from "../../api";
import type { Known, Values } from "#framework";
import { isSame } from "../types/email";

/** The statuses that this provider knows. */
export const statuses = ["pending", "active", "expired"] as const;

/** How far somebody has come into an organization: the outputs of every resource that invites. */
export const standing = {
  status: z.string().meta({
    description:
      "`pending` (invited), `active` (accepted) or `expired`. Acceptance is not a change. An expired invitation is " +
      "drift, and the provider sends a new one. An unknown status appears in Peridio's own word.",
  }),
  userId: z.string().optional().meta({ description: "The PRN of the user. Absent until the invitation is accepted." }),
  invitationId: z
    .string()
    .optional()
    .meta({
      description:
        "The PRN of the invitation. Absent after acceptance. In a roster, a member can have one too, if a pending " +
        "invitation to a former address exists. This is drift, and the provider revokes that invitation.",
    }),
  asOwner: z
    .boolean()
    .optional()
    .meta({
      description:
        "`true` if the invitation makes the person an owner. Only another user can send it, and no role declares it. " +
        "This is drift, and the provider sends an invitation with the declared role instead. Present only with " +
        "Avocado Connect.",
    }),
};

export function standingOf(place: RosterEntry): z.output<z.ZodObject<typeof standing>> {
  if (place.kind === "member") return { status: "active", userId: place.userId };
  return { status: place.status, invitationId: place.id, ...(isAsOwner(place) && { asOwner: true }) };
}

/** Names the unknown role or status. Returns undefined if the provider knows both. */
export function unclear({ email, role, ...place }: RosterEntry): string | undefined {
  const update = "which this provider does not know. Update the provider, or";
  if (place.kind === "invitation" && place.status !== "pending" && place.status !== "expired") {
    return `The invitation of ${email} has the status ${JSON.stringify(place.status)}, ${update} revoke the invitation in Peridio.`;
  }
  if (isRole(role)) return undefined;
  return `${email} has the role ${JSON.stringify(role)}, ${update} give this person another role in Peridio.`;
}

/** The link of an invitation. Only the answer to inviting contains it, so the state keeps it. */
export function linkOf(place: RosterEntry, state: Values = {}): string | undefined {
  if (place.kind === "member") return undefined;
  const kept = place.id === state.invitationId ? state.inviteUrl : undefined;
  return place.inviteUrl ?? (typeof kept === "string" ? kept : undefined);
}

/** Warns that Peridio sent no e-mail. `output` is the property that holds the link. */
export function undelivered(place: RosterEntry, output: string): string | undefined {
  if (place.kind === "member" || place.inviteUrl === undefined) return undefined;
  return `Peridio sent no e-mail to ${place.email}: e-mail delivery is off. Send this person the link in the secret output \`${output}\`.`;
}

/** Whether somebody waits to own an organization. One that has run out makes nobody an owner. */
export function isAsOwner(place: RosterEntry | undefined): boolean {
  return place?.kind === "invitation" && place.status !== "expired" && place.asOwner === true;
}

/** Says that another user than before is behind an address, if that is so. */
export function anotherUser(email: string, { userId: before }: Values, { userId: now }: Values): string | undefined {
  if (typeof before !== "string" || typeof now !== "string" || before === now) return undefined;
  return `Another user than before is behind ${email}: ${now}, not ${before}.`;
}

/**
 * The address by which the program knows somebody. A declaration may have followed the user to another address, which an id does
 * not; any other address that is declared is about to replace this one.
 */
export function nameOf(first: string, { declared, state }: Known): string {
  const name = typeof state.email === "string" ? state.email : first;
  const { email } = declared;
  if (typeof email !== "string") return name;
  return [name, state.currentEmail].some((address) => isSame(address, email)) ? email : name;
}

/** Asks to declare the address that somebody has by now. `waiting` if an invitation waits at the declared one. */
export function movedTo(declared: string, { email }: RosterEntry, waiting: boolean): string {
  const more = waiting ? ` An invitation waits at ${declared}, which is for somebody else by now.` : "";
  return `The user behind ${declared} has the address ${email} now: declare that one.${more}`;
}

/** The member who is the user that the state knows, if it knows one, whatever the address is. */
export async function userOf(api: Peridio, organizationId: string, userId: unknown): Promise<Member | undefined> {
  return typeof userId === "string" ? api.roster.findUser(organizationId, userId) : undefined;
}
