import { getEndTime } from "#provider";
import { getRank } from "../roles";

/** A role in an organization, its end, and the role after this end. */
export interface TimedRole {
  readonly role: string;
  /** Undefined for no end. */
  readonly lastDay: string | undefined;
  /** Undefined for none. */
  readonly afterwards: string | undefined;
}

/** Reports if access is more than other access at some moment. A role that this version does not know may be more than every other one. */
export function isMoreAtSomeMoment(access: TimedRole, other: TimedRole): boolean {
  const ends = [access, other].flatMap(({ lastDay }) => (lastDay === undefined ? [] : [getEndTime(lastDay)]));
  return [-Infinity, ...ends].some((moment) => {
    const [role, otherRole] = [getRole(access, moment), getRole(other, moment)];
    if (role === undefined || role === otherRole) return false;
    return otherRole === undefined || !(getRank(role) <= getRank(otherRole)) || !isKnown(role);
  });
}

/** Returns the role at a moment; undefined after an end without a role afterwards. */
function getRole({ role, lastDay, afterwards }: TimedRole, moment: number): string | undefined {
  return lastDay !== undefined && moment >= getEndTime(lastDay) ? afterwards : role;
}

function isKnown(role: string): boolean {
  return Number.isFinite(getRank(role));
}
