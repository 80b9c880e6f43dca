import type { Limit, MeteredResource } from "../../../../provider/src/api";
import type { Facts } from "../facts";
import { type Finding, found } from "../finding";
import { counted, numbered } from "../../wording/counted";
import type { Terms } from "../terms";

/** Limits that are nearly used up. */
export function limits({ name, limits = {}, members, pending }: Facts, { limitPercent }: Terms): readonly Finding[] {
  const seats = limits.users && members && pending && { members: members.length, pending: pending.length };
  const uses: readonly (readonly [MeteredResource, string, Limit | undefined])[] = [
    ["products", "product", limits.products],
    ["devices", "device", limits.devices],
    ["users", "seat", limits.users && seats ? { ...limits.users, used: seats.members + seats.pending } : limits.users],
    ["api_keys", "API key", limits.apiKeys],
    ["webhooks", "webhook", limits.webhooks],
  ];
  return uses.flatMap(([limit, what, use]) => {
    if (use?.used === undefined || use.used === 0 || use.used * 100 < use.limit * limitPercent) return [];
    const waiting = limit === "users" && seats ? `, ${numbered(seats.pending)} of them for invitations that wait` : "";
    const predicate = `uses ${numbered(use.used)} of ${counted(use.limit, what)}${waiting}`;
    return [found("nearLimit", name, predicate, { limit, worse: use.used >= use.limit })];
  });
}
