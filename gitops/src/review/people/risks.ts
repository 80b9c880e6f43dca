import type { Person } from "../../model/organization";
import { isMoreAfterAnEnd, readTimedRole } from "../../model/timedRole";
import { getRank } from "../../roles";
import type { Risk } from "../../risks";
import { isHidden } from "../../hidden";
import { isInvitedAgain, isNewAccess, isSameEnd, isSameRole, type PersonChange } from "./personChange";

/** Finds the risks of another role, ownership or membership. With `mayDiffer`, a value is hidden before and after, and may change. */
export function findRisks(change: PersonChange, mayDiffer: boolean): readonly Risk[] {
  const { before, after, isNew: isNewOrganization, hidesOwner } = change;
  const isSameOwner = hidesOwner || (before?.isOwner ?? false) === (after?.isOwner ?? false);
  const ownership: readonly Risk[] = isSameOwner || isNewOrganization ? [] : ["changesOwner"];
  if (after === undefined) {
    const admin: readonly Risk[] = before?.role === "admin" ? ["removesAdmin"] : [];
    return before === undefined ? [] : [...ownership, ...admin, "removesPerson"];
  }
  const isNew = before === undefined || isNewAccess(before, after);
  const addition: readonly Risk[] = isNew ? ["addsPerson"] : [];
  const isRemovedFirst = before !== undefined && isInvitedAgain(before, after) && before.status !== "expired";
  const others: readonly Risk[] = [...ownership, ...addition, ...(isRemovedFirst ? (["removesPerson"] as const) : [])];
  if (isHidden(after.role) || isHidden(before?.role)) {
    return isNew || mayDiffer || !isSameRole(before, after) ? [...others, "hidden"] : others;
  }
  if (isNew) return after.role === "admin" ? [...others, "grantsAdmin"] : others;
  return [...others, ...findRoleRisks(before.role, after.role)];
}

/** Finds the risks of another end, or of another role after it. A hidden end may be later. */
export function findEndRisks(before: Person | undefined, after: Person | undefined): readonly Risk[] {
  if (after === undefined) return [];
  // A hidden end can be none, so that a new person has access without an end.
  if (before === undefined) return isHidden(after.lastDay) || isHidden(after.afterwards) ? ["hidden"] : [];
  if (isSameEnd(before, after)) return [];
  const [former, present] = [before, after].map(readTimedRole);
  if (former === undefined || present === undefined) return ["hidden"];
  return [
    ...(isMoreAfterAnEnd(present, former) ? (["extendsAccess"] as const) : []),
    ...(isMoreAfterAnEnd(former, present) ? (["shortensAccess"] as const) : []),
  ];
}

/** Returns the risks of another role. A role that this version does not know is the lowest. */
export function findRoleRisks(before: string, after: string): readonly Risk[] {
  if (before === after) return [];
  if (after === "admin") return ["grantsAdmin", "raisesRole"];
  if (before === "admin") return ["removesAdmin", "lowersRole"];
  return [getRank(after) > getRank(before) ? "raisesRole" : "lowersRole"];
}
