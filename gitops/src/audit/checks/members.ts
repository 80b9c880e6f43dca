import type { Facts, KnownMember } from "../facts";
import { type Finding, found } from "../finding";
import { counted } from "../../wording/counted";
import { dateOf, daysSince, type Terms } from "../terms";

/** Members who seem not to use their access. */
export function idle({ name, members = [] }: Facts, terms: Terms): readonly Finding[] {
  return members.flatMap((member) => {
    const { email: person, lastActiveAt } = member;
    const worse = member.role === "admin";
    if (lastActiveAt === null) {
      const since = neverActive(member, terms);
      return since === undefined ? [] : [found("neverActive", name, since, { person, worse })];
    }
    if (lastActiveAt === undefined || daysSince(lastActiveAt, terms.now) < terms.inactiveDays) return [];
    return [found("inactive", name, `was last active on ${ago(lastActiveAt, terms.now)}`, { person, worse })];
  });
}

/** What to say of somebody who never was active; undefined for those who joined only lately. */
function neverActive({ joinedAt }: KnownMember, { now, inactiveDays }: Terms): string | undefined {
  if (joinedAt === undefined) return "was never active, and it is not known since when the person is a member";
  if (daysSince(joinedAt, now) < inactiveDays) return undefined;
  return `was never active, and joined on ${ago(joinedAt, now)}`;
}

function ago(moment: string, now: Date): string {
  return `${dateOf(moment)}, ${counted(daysSince(moment, now), "day")} ago`;
}

export function withoutTwoFactor({ name, members = [], security }: Facts): readonly Finding[] {
  const required = security?.requireTwoFactor === true;
  return members
    .filter(({ twoFactorEnabled }) => twoFactorEnabled === false)
    .map(({ email: person, role }) => {
      const predicate = required
        ? "has no second factor, which the organization requires"
        : role === "admin"
          ? "is an admin without a second factor"
          : "has no second factor";
      return found("withoutTwoFactor", name, predicate, { person, worse: required || role === "admin" });
    });
}

/** One admin is too few, and many are too many. */
export function admins({ name, members, pending }: Facts, { maxAdmins }: Terms): readonly Finding[] {
  if (members === undefined) return [];
  const active = members.filter(({ role }) => role === "admin");
  const invited = (pending ?? []).filter(({ role }) => role === "admin").length;
  const all = active.length + invited;
  const [only] = active;
  const alone = only !== undefined && active.length === 1;
  return [
    ...(alone ? [found("oneAdmin", name, `has one admin only, ${only.email}`)] : []),
    ...(all > maxAdmins
      ? [found("tooManyAdmins", name, `has ${all} admins${among(invited)}, more than ${maxAdmins}`)]
      : []),
  ];
}

function among(invited: number): string {
  return invited === 0 ? "" : `, ${invited} of them invited`;
}
