import { getEndTime } from "#provider";
import { getValueOrReason, isHidden } from "../hidden";
import { getRank } from "../roles";
import type { Person } from "./organization";

/** A role in an organization, its end, and the role after this end. */
export interface TimedRole {
  readonly role: string;
  /** Undefined for no end. */
  readonly lastDay: string | undefined;
  /** Undefined for none. */
  readonly afterwards: string | undefined;
}

/** Returns the access of a person; undefined for a hidden end. A hidden role can be any role. */
export function readTimedRole({ role, lastDay, afterwards }: Person): TimedRole | undefined {
  if (isHidden(lastDay) || isHidden(afterwards)) return undefined;
  return { role: getValueOrReason(role), lastDay, afterwards };
}

/** Reports if access is more than other access at some moment. A role that this version does not know may be more than every other one. */
export function isMoreAtSomeMoment(access: TimedRole, other: TimedRole): boolean {
  return isMoreAt(access, other, -Infinity) || isMoreAfterAnEnd(access, other);
}

/** Reports the same for the time after an end of either access. */
export function isMoreAfterAnEnd(access: TimedRole, other: TimedRole): boolean {
  return [access, other].some(({ lastDay }) => lastDay !== undefined && isMoreAt(access, other, getEndTime(lastDay)));
}

function isMoreAt(access: TimedRole, other: TimedRole, moment: number): boolean {
  const [role, otherRole] = [getRole(access, moment), getRole(other, moment)];
  if (role === undefined || role === otherRole) return false;
  return otherRole === undefined || !isKnown(role) || getRank(role) > getRank(otherRole);
}

/** Returns the role at a moment; undefined after an end without a role afterwards. */
function getRole({ role, lastDay, afterwards }: TimedRole, moment: number): string | undefined {
  return lastDay !== undefined && moment >= getEndTime(lastDay) ? afterwards : role;
}

function isKnown(role: string): boolean {
  return Number.isFinite(getRank(role));
}
