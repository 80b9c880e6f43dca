// Reasons why a review needs no row for a change of an output outside Pulumi, for outputs that several resources share.

/** The reason for an output that is a part of an id. */
export const partOfId = "A part of the object's id, which does not change.";

/** The reason for an output that never changes. */
export const fixed = "Peridio sets it at the creation, and it does not change.";

/** The reason for a secret output. */
export const secret = "Only the response to the creation contains it, so a refresh keeps the recorded value.";

/** The reason for the link of an invitation. */
export const inviteLink = "The provider keeps it from the invitation. The status shows who is invited.";

/** The outputs about people with access. */
export const grantees = {
  pending: "The declared people without access yet. The inputs show who has access.",
  userIds: "The users of the addresses in the inputs, which show who has access.",
} as const;
