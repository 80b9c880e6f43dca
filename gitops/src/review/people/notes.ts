import { findHandover, type Handover } from "../../model/people";
import type { Person } from "../../model/organization";
import { isHidden } from "../../hidden";
import { joinAnd } from "../../wording";
import { type AcceptedDrift, describeAcceptance, undoesDrift } from "./drift";
import { listProviderRemarks } from "./information";
import { isDifferentUser, isReleased, isSameRole, type PersonChange } from "./personChange";

/**
 * Returns the notes of a person's row: facts about the change that role and status do not show, in sentences. With `mayDiffer`, the role or the
 * last day is hidden before and after, and may change. `drift` is access from outside Pulumi that the program accepts.
 */
export function findNotes(change: PersonChange, mayDiffer: boolean, drift: AcceptedDrift | undefined): string[] {
  const { before, after, mentions, isDeleted, isPossibleOwner, tokens, information } = change;
  const handover = findHandover(mentions);
  if (before === undefined)
    return undoesDrift(change) && after?.status === "planned"
      ? [
          "This person left, was removed or declined since the last update, and gets a new invitation. If the person should stay away, remove the person from the program.",
        ]
      : [];
  if (after === undefined) {
    if (isDeleted) return ["Access is lost because the organization is deleted."];
    const isPossiblyKept = isPossibleOwner && before.role === "admin" && before.status === "active";
    return [
      ...(handover === undefined ? [] : [describeHandover(handover, before)]),
      // The provider removes no owner. So this change also transfers the ownership, and the order of the two decides.
      ...(before.isOwner
        ? [
            "If the update removes this person before the transfer of the ownership, the person stays an admin until the next update.",
          ]
        : []),
      ...(isPossiblyKept
        ? [
            "The preview does not show if this person is an owner. An owner stays, because the provider removes no owner.",
          ]
        : []),
      ...(tokens.length > 0 && before.status === "active" ? [describeRevocation(tokens)] : []),
      // Such as the last activity. It helps to decide if the person may leave.
      ...listProviderRemarks(before, mentions, information),
    ];
  }
  const notes: string[] = handover === undefined || after.isOwner ? [] : [describeHandover(handover, before)];
  if (mayDiffer)
    notes.push("The role or the last day may change, but the preview hides both the old and the new value.");
  const acceptance = drift && describeAcceptance(drift, after);
  if (acceptance !== undefined) notes.push(acceptance);
  if (isDifferentUser(before, after)) notes.push("The address belongs to a different user than before.");
  if (before.status === "expired" && after.status === "planned") {
    notes.push("The invitation has expired. The update sends a new one.");
  } else if (before.status === "pending" && after.status === "pending" && !isSameRole(before, after)) {
    const hasHiddenRole = isHidden(before.role) || isHidden(after.role);
    notes.push(
      `${hasHiddenRole ? "If the role changes, a" : "A"} new invitation replaces the present one, because Peridio cannot edit an invitation.`,
    );
  }
  if (isReleased(change)) {
    const outcome = after.isOwner ? "stays, as an owner of the organization" : "keeps the access";
    notes.push(`No stack declares this person after the change, but the person ${outcome}.`);
  }
  return notes;
}

/** Describes the declared tokens that Peridio revokes with the removal of their owner. */
function describeRevocation(tokens: readonly string[]): string {
  const isOne = tokens.length === 1;
  return `The removal also revokes ${joinAnd(tokens)} of this person, although ${isOne ? "a stack declares it" : "stacks declare them"}. To create ${isOne ? "it" : "them"} again for the user of the API key, run \`pulumi up --refresh\` after the change.`;
}

/** Warns of stacks that declare the same person without knowing of each other. */
export function warnOfSharedPeople({ after, mentions }: PersonChange): readonly string[] {
  const declaring = mentions.filter(({ resource }) => after?.declaredBy.includes(resource.urn) === true);
  const stacks = new Set(declaring.map(({ resource }) => resource.stack));
  if (stacks.size < 2 || findHandover(mentions) !== undefined) return [];
  return [
    `The stacks ${joinAnd([...stacks])} declare this person. If one of these stacks stops declaring the person, that stack removes the person.`,
  ];
}

/** Describes the outcome of a handover: one stack removes a person, and another stack declares the same person. */
function describeHandover({ removedBy, declaredBy, importedBy, invitedBy }: Handover, { status }: Person): string {
  if (invitedBy.length > 0 && status === "pending") {
    return (
      "One stack revokes this invitation, and another stack declares the person. First apply the stack that revokes the invitation. " +
      "The other stack then sends a new invitation, even if the preview of that stack adopts the present invitation."
    );
  }
  if (invitedBy.length > 0) {
    return "One stack removes this person, and another stack sends a new invitation. First apply the stack that removes the person.";
  }
  const removing = joinAnd(removedBy);
  const remedy = `To keep the person, run \`pulumi state delete\` for the Membership in ${removing}, or add the address to \`ignore\` of the roster in ${removing}.`;
  if (importedBy.length > 0) {
    const importing = joinAnd(importedBy);
    const outcome = `If the update of ${removing} runs first, the import fails. Otherwise, the person loses access, but stays in the state of ${importing}.`;
    return `This person is removed by ${removing} and imported by ${importing}. ${outcome} ${remedy}`;
  }
  const declaring = joinAnd(declaredBy);
  // The provider reads invitations in every update.
  const update = status === "active" ? "pulumi up --refresh" : "pulumi up";
  return `This person is removed by ${removing} and still declared by ${declaring}. A later \`${update}\` of ${declaring} invites the person again. ${remedy}`;
}
