import { canonicalizeEmail, createMatcher, hasAdminRights } from "#provider";
import { findLastExpired } from "../access/expired";
import { describeInvitedRole, describeHeldRole } from "../roles";
import { formatCount, formatEnd } from "../wording";
import { countDaysSince, describeDate, getDate } from "../days";
import { type Facts, isKnown, type KnownMember, listKnown } from "./facts";
import { type Finding, createFinding } from "./finding";
import type { AuditOptions } from "./options";

/** Finds members without recent activity. */
export function findInactiveMembers({ name, members }: Facts, options: AuditOptions): readonly Finding[] {
  return listKnown(members).flatMap((member) => {
    const { email, lastActiveAt, role } = member;
    const details = { person: email, isHigh: role === "admin" };
    if (lastActiveAt === null) {
      const since = describeNeverActive(member, options);
      return since === undefined ? [] : [createFinding("neverActive", name, since, details)];
    }
    if (lastActiveAt === undefined || countDaysSince(lastActiveAt, options.now) < options.inactiveDays) return [];
    const predicate = `was last active on ${describeDate(lastActiveAt, options.now)}`;
    return [createFinding("inactive", name, predicate, details)];
  });
}

/** Describes a member without any activity; undefined for a new member. */
function describeNeverActive({ joinedAt }: KnownMember, { now, inactiveDays }: AuditOptions): string | undefined {
  if (joinedAt === undefined) return "was never active, and Peridio does not report when the person joined";
  if (countDaysSince(joinedAt, now) < inactiveDays) return undefined;
  return `was never active, and joined on ${describeDate(joinedAt, now)}`;
}

/** Finds members without a second factor. */
export function findMembersWithoutTwoFactor({ name, members, security }: Facts): readonly Finding[] {
  const isRequired = isKnown(security) && security.requireTwoFactor;
  return listKnown(members)
    .filter(({ twoFactorEnabled }) => twoFactorEnabled === false)
    .map(({ email, role }) => {
      const predicate = isRequired
        ? "has no second factor, which the organization requires"
        : role === "admin"
          ? "is an admin without a second factor"
          : "has no second factor";
      const isHigh = isRequired || role === "admin";
      return createFinding("withoutTwoFactor", name, predicate, { person: email, isHigh });
    });
}

/** Finds organizations with one admin or with too many. */
export function checkAdmins({ name, members, pending }: Facts, { maxAdmins }: AuditOptions): readonly Finding[] {
  if (!isKnown(members)) return [];
  const active = members.filter(({ role }) => role === "admin");
  const invited = listKnown(pending).filter(({ role }) => hasAdminRights(role)).length;
  const all = active.length + invited;
  const [only, second] = active;
  const isOnlyAdmin = only !== undefined && second === undefined;
  const some = invited === 0 ? "" : `, ${invited} of them invited`;
  const tooMany = `has ${all} admins${some}, more than the maximum of ${maxAdmins}`;
  return [
    ...(isOnlyAdmin ? [createFinding("oneAdmin", name, `has only one admin, ${only.email}`)] : []),
    ...(all > maxAdmins ? [createFinding("tooManyAdmins", name, tooMany)] : []),
  ];
}

/** Finds old pending invitations. */
export function findOldInvitations(
  { name, pending }: Facts,
  { now, invitationDays }: AuditOptions,
): readonly Finding[] {
  return listKnown(pending).flatMap(({ email, role, sentAt, expiresAt }) => {
    if (sentAt === undefined || countDaysSince(sentAt, now) < invitationDays) return [];
    const age = formatCount(countDaysSince(sentAt, now), "day");
    const end = expiresAt === undefined ? "" : `, which expires on ${getDate(expiresAt)}`;
    const predicate = `was invited ${describeInvitedRole(role)} ${age} ago and has not accepted the invitation${end}`;
    return [createFinding("oldInvitation", name, predicate, { person: email })];
  });
}

/** Finds people with an expired invitation and no other access. */
export function findExpiredInvitations({ name, members, pending, expired }: Facts): readonly Finding[] {
  if (!isKnown(members) || !isKnown(pending) || !isKnown(expired)) return [];
  return findLastExpired(expired, [...members, ...pending]).map(({ email, role, expiresAt }) => {
    const end = expiresAt === undefined ? "" : ` on ${getDate(expiresAt)}`;
    const predicate = `was invited ${describeInvitedRole(role)}, and the invitation expired${end}`;
    return createFinding("expiredInvitation", name, predicate, { person: email });
  });
}

/** Finds people outside the layout, except people that its rosters ignore. */
export function findOutsideLayout(
  { id, name, members, pending }: Facts,
  { layout, declarations }: AuditOptions,
): readonly Finding[] {
  const declared = layout?.get(name);
  if (declared === undefined || declarations?.isUnselected({ id, name }) === true) return [];
  const known = new Set(Object.keys(declared.members).map(canonicalizeEmail));
  const isIgnored = createMatcher(declared.roster.ignore);
  const lastDays = new Map(
    Object.entries(declared.lastDays ?? {}).map(([email, until]) => [canonicalizeEmail(email), until]),
  );
  const explain = (email: string) => {
    const until = lastDays.get(canonicalizeEmail(email));
    return until === undefined ? "is not in the layout" : `the layout granted access only until ${formatEnd(until)}`;
  };
  const access = [
    ...listKnown(members).map(({ email, role, isOwner }) => ({
      email,
      role,
      predicate: isOwner ? "owns the organization" : describeHeldRole(role),
    })),
    ...listKnown(pending).map(({ email, role }) => ({
      email,
      role,
      predicate: `is invited ${describeInvitedRole(role)}`,
    })),
  ];
  return access
    .filter(({ email }) => !known.has(canonicalizeEmail(email)) && !isIgnored(email))
    .map(({ email, role, predicate }) =>
      createFinding("outsideLayout", name, `${predicate}, and ${explain(email)}`, {
        person: email,
        isHigh: hasAdminRights(role),
      }),
    );
}
