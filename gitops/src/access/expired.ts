import { canonicalizeEmail, compareAge, type Invitation } from "#provider";

/** Returns the newest expired invitation of each person who is not among the present people. */
export function findLastExpired<T extends Pick<Invitation, "email" | "sentAt" | "expiresAt">>(
  expired: readonly T[],
  present: readonly { readonly email: string }[],
): readonly T[] {
  const addresses = new Set(present.map(({ email }) => canonicalizeEmail(email)));
  const oldestFirst = expired.toSorted(compareAge);
  const last = new Map(oldestFirst.map((invitation) => [canonicalizeEmail(invitation.email), invitation]));
  return [...last].flatMap(([address, invitation]) => (addresses.has(address) ? [] : [invitation]));
}
