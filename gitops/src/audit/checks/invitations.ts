import { byAge } from "../../../../provider/src/api";
import { key } from "../../../../provider/src/resources/people/roster";
import type { Facts } from "../facts";
import { type Finding, found } from "../finding";
import { counted } from "../../wording/counted";
import { asRole } from "../../wording/role";
import { dateOf, daysSince, type Terms } from "../terms";

/** Invitations that wait for long. */
export function old({ name, pending = [] }: Facts, { now, invitationDays }: Terms): readonly Finding[] {
  return pending.flatMap(({ email: person, role, sentAt, expiresAt }) => {
    if (sentAt === undefined || daysSince(sentAt, now) < invitationDays) return [];
    const age = counted(daysSince(sentAt, now), "day");
    const end = expiresAt === undefined ? "" : `; the invitation expires on ${dateOf(expiresAt)}`;
    const predicate = `was invited ${asRole(role)} ${age} ago and has not accepted${end}`;
    return [found("oldInvitation", name, predicate, { person })];
  });
}

/** People whose last invitation ran out, and who have no other way in. */
export function expired({ name, members, pending, expired }: Facts): readonly Finding[] {
  if (members === undefined || pending === undefined || expired === undefined) return [];
  const there = new Set([...members, ...pending].map(({ email }) => key(email)));
  const oldestFirst = [...expired].sort(byAge);
  const last = new Map(oldestFirst.map((invitation) => [key(invitation.email), invitation]));
  return [...last.values()]
    .filter(({ email }) => !there.has(key(email)))
    .map(({ email: person, role, expiresAt }) => {
      const end = expiresAt === undefined ? "" : ` on ${dateOf(expiresAt)}`;
      return found("expiredInvitation", name, `was invited ${asRole(role)}, and the invitation expired${end}`, {
        person,
      });
    });
}
