import type { Limit, Limits, MeteredResource } from "#provider";
import { formatCount, formatNumber } from "../wording";
import { type Facts, isKnown } from "./facts";
import { type Finding, createFinding } from "./finding";
import type { FindingKind } from "./kinds";
import type { AuditOptions } from "./options";

// Checks of an organization as a whole: its limits and its security settings.

/** The use of a resource of which an organization can have a limited number. */
interface MeteredUse {
  readonly resource: MeteredResource;
  /** The word for one of them. */
  readonly noun: string;
  /** The number in use and its limit; undefined if Peridio does not report them. */
  readonly amount: { readonly used: number; readonly limit: number } | undefined;
  /** An addition to the amount, as the rest of a sentence. */
  readonly remark: string;
}

/** Finds limits that are nearly used up. */
export function checkLimits(facts: Facts, { limitPercent }: AuditOptions): readonly Finding[] {
  return listUses(facts).flatMap(({ resource, noun, amount, remark }) => {
    if (amount === undefined) return [];
    const { used, limit } = amount;
    if (used === 0 || used * 100 < limit * limitPercent) return [];
    const predicate = `uses ${formatNumber(used)} of ${formatCount(limit, noun)}${remark}`;
    return [createFinding("nearLimit", facts.name, predicate, { limit: resource, isHigh: used >= limit })];
  });
}

/** Returns the use of each metered resource. */
export function listUses({ limits, members, pending, memberInvitations }: Facts): readonly MeteredUse[] {
  const waiting =
    isKnown(pending) && isKnown(memberInvitations) ? pending.length + memberInvitations.length : undefined;
  const { products, devices, users, apiKeys, webhooks }: Partial<Limits> = isKnown(limits) ? limits : {};
  return [
    { resource: "products", noun: "product", amount: getAmount(products), remark: "" },
    { resource: "devices", noun: "device", amount: getAmount(devices), remark: "" },
    { resource: "users", noun: "seat", ...countSeats(users, isKnown(members) ? members.length : undefined, waiting) },
    { resource: "api_keys", noun: "API key", amount: getAmount(apiKeys), remark: "" },
    { resource: "webhooks", noun: "webhook", amount: getAmount(webhooks), remark: "" },
  ];
}

function getAmount(reported: Limit | undefined): MeteredUse["amount"] {
  return reported?.used === undefined ? undefined : { used: reported.used, limit: reported.limit };
}

/**
 * Returns the seats in use. Every pending invitation uses a seat. If invitations cannot be read, counts only members. If members cannot be
 * read, returns the number that Peridio reports.
 */
function countSeats(
  reported: Limit | undefined,
  members: number | undefined,
  waiting: number | undefined,
): Pick<MeteredUse, "amount" | "remark"> {
  if (reported === undefined || members === undefined) return { amount: getAmount(reported), remark: "" };
  const { limit } = reported;
  if (waiting === undefined) return { amount: { used: members, limit }, remark: ", not counting pending invitations" };
  const remark = `, ${formatNumber(waiting)} of them for pending invitations`;
  return { amount: { used: members + waiting, limit }, remark };
}

/** Finds weak security settings. */
export function checkSecurity({ name, security }: Facts): readonly Finding[] {
  if (!isKnown(security)) return [];
  const { requireTwoFactor, apiKeyRotation, ipAllowlist } = security;
  const weak: readonly (readonly [boolean, FindingKind, string])[] = [
    [!requireTwoFactor, "twoFactorNotRequired", "does not require a second factor"],
    [apiKeyRotation === null, "noKeyRotation", "has no API key rotation, so API keys have no maximum age"],
    [ipAllowlist.length === 0, "noAllowlist", "has no allowlist, so any address can reach the organization"],
  ];
  return weak.flatMap(([isWeak, kind, predicate]) => (isWeak ? [createFinding(kind, name, predicate)] : []));
}
