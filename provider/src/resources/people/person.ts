import * as z from "zod";
import type { Place } from "../../api";
import type { Values } from "../../core/values";

export const status = z.enum(["pending", "active", "expired"]).meta({
  id: "MembershipStatus",
  description:
    "`pending` while the invitation waits, `active` once it is accepted, `expired` if it ran out. Acceptance is no change; " +
    "an expired invitation is one, and is repaired by inviting again.",
});

/** How far somebody has come into an organization: the outputs of every resource that invites. */
export const standing = {
  status,
  userId: z.string().optional().meta({ description: "The PRN of the user, once the invitation is accepted." }),
  invitationId: z.string().optional().meta({ description: "The PRN of the invitation, until it is accepted." }),
  asOwner: z
    .boolean()
    .optional()
    .meta({
      description:
        "Whether the invitation is one to own the organization, which somebody else sent and no role stands for. It is a change, and is repaired by " +
        "an invitation with the declared role. Only with Avocado Connect.",
    }),
};

export function standingOf(place: Place): z.output<z.ZodObject<typeof standing>> {
  if (place.kind === "member") return { status: "active", userId: place.userId };
  return { status: place.status, invitationId: place.id, ...(isAsOwner(place) && { asOwner: true }) };
}

/** Whether somebody waits to own an organization. One that has run out makes nobody an owner. */
export function isAsOwner(place: Place | undefined): boolean {
  return place?.kind === "invitation" && place.status === "pending" && place.asOwner === true;
}

/** Says that another user than before is behind an address, if that is so. */
export function anotherUser(email: string, { userId: before }: Values, { userId: now }: Values): string | undefined {
  if (typeof before !== "string" || typeof now !== "string" || before === now) return undefined;
  return `Another user than before is behind ${email}: ${now}, not ${before}.`;
}
