import {
  type Limit,
  type Limits,
  type MeteredResource,
  canonicalizeEmail,
  createMatcher,
  hasAdminRights,
} from "#provider";
import { findLastExpired } from "../access/expired";
import { describeInvitedRole, describeHeldRole } from "../roles";
import { formatCount, formatNumber, joinAnd } from "../wording";
import { countDaysSince, describeDate, getDate } from "../days";
import { type Facts, isKnown, type KnownMember, listKnown } from "./facts";
import { type Finding, createFinding } from "./finding";
import { type FindingKind, kindNames } from "./kinds";
import type { Gap } from "./gaps";
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
    return until === undefined ? "is not in the layout" : `the layout granted access only until ${until}`;
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
function listUses({ limits, members, pending, memberInvitations }: Facts): readonly MeteredUse[] {
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

/** A fact that this API does not report. */
interface UnreportedFact {
  /** The kinds of findings that require the fact. */
  readonly kinds: readonly FindingKind[];
  /** The number of cases without the fact. */
  readonly count: number;
  /** The fact in words. */
  readonly fact: string;
}

/** Returns the facts that this API does not report, and that the chosen kinds of findings require. */
export function findUnknowns(facts: Facts, chosen: ReadonlySet<FindingKind>, api: string): readonly Gap[] {
  const { name: organization } = facts;
  const isChosen = (kind: FindingKind) => chosen.has(kind);
  const unreported = listUnreported(facts).filter(({ count, kinds }) => count > 0 && kinds.some(isChosen));
  if (unreported.length === 0) return [];
  const concerned = new Set(unreported.flatMap(({ kinds }) => kinds.filter(isChosen)));
  const sentence = `For ${organization}, ${api} does not report ${unreported.map(({ fact }) => fact).join(", ")}.`;
  return [{ organization, sentence, kinds: kindNames.filter((kind) => concerned.has(kind)), hasFailed: false }];
}

function listUnreported(facts: Facts): readonly UnreportedFact[] {
  const { limits, security } = facts;
  const [members, pending] = [listKnown(facts.members), listKnown(facts.pending)];
  const idle = members.filter(({ lastActiveAt }) => lastActiveAt === undefined).length;
  const factors = members.filter(({ twoFactorEnabled }) => twoFactorEnabled === undefined).length;
  const sent = pending.filter(({ sentAt }) => sentAt === undefined).length;
  const unmetered = isKnown(limits) ? listUses(facts).filter(({ amount }) => amount === undefined) : [];
  const nouns = joinAnd(unmetered.map(({ noun }) => `${noun}s`));
  const unsupportedSettings = Number(security === "unsupported");
  return [
    {
      kinds: ["inactive", "neverActive"],
      count: idle,
      fact: `the last activity of ${formatCount(idle, "member")}`,
    },
    { kinds: ["withoutTwoFactor"], count: factors, fact: `the second factor of ${formatCount(factors, "member")}` },
    { kinds: ["oldInvitation"], count: sent, fact: `the date of ${formatCount(sent, "invitation")}` },
    { kinds: ["nearLimit"], count: unmetered.length, fact: `the number of ${nouns} in use` },
    {
      kinds: ["twoFactorNotRequired", "withoutTwoFactor"],
      count: unsupportedSettings,
      fact: "the requirement of a second factor",
    },
    { kinds: ["noKeyRotation"], count: unsupportedSettings, fact: "the rotation of API keys" },
    { kinds: ["noAllowlist"], count: unsupportedSettings, fact: "the allowlist" },
  ];
}
