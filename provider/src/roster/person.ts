import * as z from "zod";
import type { Values } from "#framework";
import { hasAdminRights, isRole, type RosterEntry, type Role, roles, type Unknown } from "../api";

/** The reaction to an expired invitation. */
export const onExpired = z
  .enum(["reinvite", "ignore"])
  .meta({ id: "OnExpired", description: "The reaction to an expired invitation." });

/** The known statuses. */
export const statuses = ["pending", "active", "expired"] as const;

/** The status of a member or an invitation: outputs of every resource that invites. */
export const memberStatus = {
  status: z.string().meta({
    description:
      "`pending` (invited), `active` (accepted) or `expired` (not accepted in time). When a person accepts, " +
      "Pulumi shows no change. If a declared person's invitation has expired, the next update sends a new one, " +
      "unless the resource sets `onExpired: ignore`. A value that this provider does not know is returned " +
      "unchanged.",
  }),
  userId: z.string().optional().meta({ description: "The PRN of the user. Absent until the invitation is accepted." }),
  invitationId: z
    .string()
    .optional()
    .meta({
      description:
        "The PRN of the invitation. Absent after acceptance. Exception in rosters: if a member's address has " +
        "changed, an invitation to the declared address may be pending. The property then contains the PRN of that " +
        "invitation, and the next update revokes it.",
    }),
};

export function getMemberStatus(person: RosterEntry): z.output<z.ZodObject<typeof memberStatus>> {
  if (person.kind === "member") return { status: "active", userId: person.userId };
  return { status: person.status, invitationId: person.id };
}

/** Names the unknown role or status. Returns undefined if the provider knows both. */
export function explainUnknown({ email, role, ...person }: RosterEntry): string | undefined {
  const update = "which this provider does not know. Update the provider, or";
  if (person.kind === "invitation" && person.status !== "pending" && person.status !== "expired") {
    return `The invitation for ${email} has the status ${JSON.stringify(person.status)}, ${update} revoke the invitation in Peridio.`;
  }
  if (isRole(role)) return undefined;
  return `${email} has the role ${JSON.stringify(role)}, ${update} give this person another role in Peridio.`;
}

/** Returns the link of an invitation. Only the response to the new invitation contains it, so the state keeps it. */
export function findInviteUrl(person: RosterEntry, state: Values = {}): string | undefined {
  if (person.kind === "member") return undefined;
  const kept = person.id === state.invitationId ? state.inviteUrl : undefined;
  return person.inviteUrl ?? (typeof kept === "string" ? kept : undefined);
}

/** Warns that Peridio sent no e-mail: it returns a link only if e-mail delivery is off. `output` is the property that holds the link. */
export function explainUndelivered(person: RosterEntry, output: string): string | undefined {
  if (person.kind === "member" || person.inviteUrl === undefined) return undefined;
  return `Peridio sent no e-mail to ${person.email}: e-mail delivery is off. Send this person the link in the secret output \`${output}\`.`;
}

export function isExpired(person: RosterEntry): boolean {
  return person.kind === "invitation" && person.status === "expired";
}

/** Reports if the person is a member with the rights of an admin. */
export function isAdmin({ kind, role }: RosterEntry): boolean {
  return kind === "member" && hasAdminRights(role);
}

/** Orders roles by their rights. An unknown role may allow more than all others, so it gets the highest number. */
export function rankRole(role: Role | Unknown): number {
  // `roles` begins with the one that allows most.
  return isRole(role) ? roles.length - roles.indexOf(role) : roles.length + 1;
}
