import { canonicalizeEmail } from "#provider";
import { isEndWithin } from "../days";
import { getValueOrReason, isHidden } from "../hidden";
import { describeInvitedRole } from "../roles";
import { describeLastDay } from "../wording";
import type { DeclaredOrganization } from "./declarations";
import { createHiddenGap } from "./differences";
import type { Facts } from "./facts";
import { createFinding } from "./finding";
import type { FindingOrGap } from "./gaps";
import type { AuditOptions } from "./options";

/** Finds declared access that ends soon. The layout decides about its people, and previews about the others. */
export function findEnds(
  { name }: Facts,
  { layout, people }: DeclaredOrganization,
  { now, endsWithin }: AuditOptions,
): readonly FindingOrGap[] {
  const { members = {}, lastDays = {}, rolesAfterwards = {} } = layout ?? {};
  const inLayout = new Set(Object.keys(members).map(canonicalizeEmail));
  const all = [
    ...Object.entries(members).map(([email, role]) => {
      return { email, role, lastDay: lastDays[email], afterwards: rolesAfterwards[email] };
    }),
    ...people.filter(({ email }) => !inLayout.has(canonicalizeEmail(email))),
  ];
  return all.flatMap(({ email, role, lastDay, afterwards }): readonly FindingOrGap[] => {
    if (lastDay === undefined) return [];
    if (isHidden(lastDay)) return [createHiddenGap(name, "endsSoon", `the end of the access of ${email}`)];
    if (!isEndWithin(lastDay, { now, days: endsWithin })) return [];
    const held = isHidden(role) ? "" : `${describeInvitedRole(role)} `;
    const end = describeLastDay(lastDay, getValueOrReason(afterwards)) ?? "";
    return [createFinding("endsSoon", name, `has access ${held}${end}`, { person: email })];
  });
}
