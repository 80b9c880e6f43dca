import type { PersonAccess, PersonReview } from "../review/review";
import { personRoles } from "../roles";

/** The mark of a change that undoes one outside Pulumi. */
export const undoing = "undoes a change outside Pulumi";

/** The kinds of changes in words. */
export const changeKinds = {
  added: "added",
  removed: "removed",
  raised: "role raised",
  lowered: "role lowered",
  owns: "becomes an owner",
  disowned: "no longer an owner",
  ends: "other last day",
  changed: "other change",
} as const;

export type ChangeKind = keyof typeof changeKinds;

/** Returns the kind of a change of access; undefined without a change. */
export function getChangeKind({ before, after, changed }: PersonReview): ChangeKind | undefined {
  if (!changed) return undefined;
  if (before === null) return "added";
  if (after === null) return "removed";
  if (before.owner !== after.owner) return after.owner ? "owns" : "disowned";
  const [prior, current] = [getRoleIndex(before), getRoleIndex(after)];
  const isSameEnd = before.lastDay === after.lastDay && before.afterwards === after.afterwards;
  if (prior === current && !isSameEnd) return "ends";
  if (prior === undefined || current === undefined || prior === current) return "changed";
  return current < prior ? "raised" : "lowered";
}

/** The index of a role. A lower one allows more. */
function getRoleIndex({ role }: PersonAccess): number | undefined {
  const index = personRoles.findIndex((name) => name === role);
  return index === -1 ? undefined : index;
}
