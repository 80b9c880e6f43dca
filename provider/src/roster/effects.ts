/** Describes what a preview shows in addition to the differences. For people who are removed, reads their API tokens. */
import type { Values } from "#framework";
import { getErrorMessage, listBriefly } from "#framework/messages";
import { ApiError, canonicalizeEmail, hasAdminRights, type Peridio, type RosterEntry } from "../api";
import { hasOwnerRole } from "./owners";
import { findOrphanedInvitation, findSpared, indexByAddress, type RosterState } from "./state";
import { listEmails, type RosterPlan, type Step } from "./steps";

const newEmail = "Peridio cannot edit an invitation, so the provider revokes it and sends a new one";
const exempt = "it keeps the owner, the API key's user and the people that `ignore` matches";

/** Describes the effects of a change that the differences in a preview do not show. */
export function describeEffects(change: RosterPlan, found: RosterState, observed: Values): readonly string[] {
  return [...describeHidden(change, found, observed), ...explainDifferences(change, found, observed)];
}

/** Describes the effects of an update that the difference between the program and the state does not show. */
function describeHidden(
  { makeRoom, grant, demote, remove }: RosterPlan,
  found: RosterState,
  observed: Values,
): string[] {
  const before = indexByAddress(observed.members);
  const desired = indexByAddress(found.desired);
  const leaving = [...makeRoom, ...remove].filter(
    ({ person }) => person !== findOrphanedInvitation(person.email, found),
  );
  const hidden = (steps: readonly Step[]) =>
    listEmails(steps).filter((email) => before.get(canonicalizeEmail(email)) === desired.get(canonicalizeEmail(email)));
  const kinds = [
    ["removes", hidden(leaving)],
    ["invites or promotes", hidden(grant.filter(({ kind }) => kind !== "inviteAgain"))],
    ["demotes", hidden(demote.filter(({ kind }) => kind !== "inviteAgain"))],
  ] as const;
  const texts = kinds.filter(([, who]) => who.length > 0).map(([verb, who]) => `${verb} ${listBriefly(who)}`);
  if (texts.length === 0) return [];
  return [`In addition to the changes that Pulumi shows, this update ${texts.join(" and ")}.`];
}

/** Explains differences that may surprise. */
function explainDifferences({ grant, demote }: RosterPlan, found: RosterState, observed: Values): string[] {
  const again = [...grant, ...demote].filter((step) => step.kind === "inviteAgain");
  const expired = listEmails(again.filter(({ person }) => person.status === "expired"));
  const edited = listEmails(again.filter(({ person }) => person.status === "pending"));
  const before = indexByAddress(observed.members);
  const staying = findSpared(found)
    .filter(({ person }) => !hasOwnerRole(person) || found.isIgnored(person.email))
    .map(({ email }) => email)
    .filter((email) => before.has(canonicalizeEmail(email)));
  const orphaned = found.orphanedInvitations.map(({ email }) => email);
  return [
    ...(orphaned.length > 0
      ? [`This update revokes pending invitations to former addresses of declared users: ${listBriefly(orphaned)}.`]
      : []),
    ...(expired.length > 0
      ? [
          `Peridio sends a new e-mail to ${listBriefly(expired)}: ${expired.length === 1 ? "the invitation has" : "the invitations have"} expired.`,
        ]
      : []),
    ...(edited.length > 0 ? [`Peridio sends a new e-mail to ${listBriefly(edited)}: ${newEmail}.`] : []),
    ...(staying.length > 0 ? [`The roster does not remove ${listBriefly(staying)}: ${exempt}.`] : []),
  ];
}

/** Describes the API tokens that Peridio revokes when it removes members, as far as the API key can see these tokens. */
export async function describeRevocations(
  api: Peridio,
  organizationId: string,
  leaving: readonly RosterEntry[],
): Promise<readonly string[]> {
  const emails = leaving.flatMap(({ kind, email }) => (kind === "member" ? [email] : []));
  if (emails.length === 0 || api.explainUnsupported("apiTokens") !== undefined) return [];
  const subject = `The removal of ${listBriefly(emails)} revokes`;
  const { organizations } = await api.caller(organizationId);
  // Other members see only their own tokens.
  if (!organizations.some(({ id, role }) => id === organizationId && hasAdminRights(role)))
    return [
      `${subject} all API tokens of the removed members. Only the API key of an admin or an owner can list these tokens.`,
    ];
  const names = new Map<string, string[]>();
  try {
    for await (const { name, owner } of api.apiTokens.list(organizationId)) {
      const email = owner === null ? "" : canonicalizeEmail(owner.email);
      names.set(email, [...(names.get(email) ?? []), name]);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [
      `${subject} all API tokens of the removed members. The provider cannot list them: ${getErrorMessage(error)}`,
    ];
  }
  return emails.flatMap((email) => {
    const owned = names.get(canonicalizeEmail(email)) ?? [];
    if (owned.length === 0) return [];
    return `The removal of ${email} revokes the API ${owned.length === 1 ? "token" : "tokens"} ${listBriefly(owned.sort())}.`;
  });
}

/** Tells when the members that a change removes were last active, if the API reports it. */
export function describeActivity(leaving: readonly RosterEntry[]): readonly string[] {
  return leaving.flatMap((entry) => {
    if (entry.kind !== "member" || entry.lastActiveAt === undefined) return [];
    if (entry.lastActiveAt === null) return [`${entry.email} is removed, and was never active.`];
    const at = new Date(entry.lastActiveAt);
    if (Number.isNaN(at.getTime())) return [];
    return [`${entry.email} is removed, and was last active on ${at.toISOString().slice(0, 10)}.`];
  });
}
