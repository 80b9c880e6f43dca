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

/** Something that an organization can have a limited number of. */
interface Use {
  readonly limit: MeteredResource;
  /** The word for one of them. */
  readonly noun: string;
  /** The limit and the number in use; undefined if Peridio does not report them. */
  readonly use: { readonly limit: number; readonly used: number } | undefined;
  /** An addition to the number, as the rest of a sentence. */
  readonly remark: string;
}

/** Finds limits that are nearly used up. */
export function checkLimits(facts: Facts, { limitPercent }: AuditOptions): readonly Finding[] {
  return listUses(facts).flatMap(({ limit, noun, use, remark }) => {
    if (use === undefined || use.used === 0 || use.used * 100 < use.limit * limitPercent) return [];
    const predicate = `uses ${formatNumber(use.used)} of ${formatCount(use.limit, noun)}${remark}`;
    return [createFinding("nearLimit", facts.name, predicate, { limit, isHigh: use.used >= use.limit })];
  });
}

/** Returns all limits with their use. */
function listUses({ limits, members, pending, memberInvitations }: Facts): readonly Use[] {
  const waiting =
    isKnown(pending) && isKnown(memberInvitations) ? pending.length + memberInvitations.length : undefined;
  const { products, devices, users, apiKeys, webhooks }: Partial<Limits> = isKnown(limits) ? limits : {};
  return [
    { limit: "products", noun: "product", use: getKnownUse(products), remark: "" },
    { limit: "devices", noun: "device", use: getKnownUse(devices), remark: "" },
    { limit: "users", noun: "seat", ...countSeats(users, isKnown(members) ? members.length : undefined, waiting) },
    { limit: "api_keys", noun: "API key", use: getKnownUse(apiKeys), remark: "" },
    { limit: "webhooks", noun: "webhook", use: getKnownUse(webhooks), remark: "" },
  ];
}

function getKnownUse(limit: Limit | undefined): Use["use"] {
  return limit?.used === undefined ? undefined : { limit: limit.limit, used: limit.used };
}

/** Every pending invitation uses a seat. If the number of invitations is unknown, only members count. */
function countSeats(
  limit: Limit | undefined,
  members: number | undefined,
  waiting: number | undefined,
): Pick<Use, "use" | "remark"> {
  if (limit === undefined || members === undefined) return { use: getKnownUse(limit), remark: "" };
  if (waiting === undefined)
    return { use: { limit: limit.limit, used: members }, remark: ", not counting pending invitations" };
  const remark = `, ${formatNumber(waiting)} of them for pending invitations`;
  return { use: { limit: limit.limit, used: members + waiting }, remark };
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

/** Returns the facts that this API does not report. */
export function findUnknowns(facts: Facts, kinds: ReadonlySet<FindingKind>, api: string): readonly Gap[] {
  const { name: organization, limits, security } = facts;
  const [members, pending] = [listKnown(facts.members), listKnown(facts.pending)];
  const unreported: string[] = [];
  const concerned = new Set<FindingKind>();
  const addUnreported = (possible: readonly FindingKind[], unknown: number, fact: string) => {
    const affected = possible.filter((kind) => kinds.has(kind));
    if (unknown === 0 || affected.length === 0) return;
    unreported.push(fact);
    for (const kind of affected) concerned.add(kind);
  };
  const countMembers = (test: (member: (typeof members)[number]) => boolean) => members.filter(test).length;

  const idle = countMembers(({ lastActiveAt }) => lastActiveAt === undefined);
  addUnreported(["inactive", "neverActive"], idle, `the last activity of ${formatCount(idle, "member")}`);
  const factors = countMembers(({ twoFactorEnabled }) => twoFactorEnabled === undefined);
  addUnreported(["withoutTwoFactor"], factors, `the second factor of ${formatCount(factors, "member")}`);
  const sent = pending.filter(({ sentAt }) => sentAt === undefined).length;
  addUnreported(["oldInvitation"], sent, `the date of ${formatCount(sent, "invitation")}`);
  if (isKnown(limits)) {
    const withoutUse = listUses(facts).filter(({ use }) => use === undefined);
    const nouns = joinAnd(withoutUse.map(({ noun }) => `${noun}s`));
    addUnreported(["nearLimit"], withoutUse.length, `the number of ${nouns} in use`);
  }
  const settings = Number(security === "unsupported");
  addUnreported(["twoFactorNotRequired", "withoutTwoFactor"], settings, "the requirement of a second factor");
  addUnreported(["noKeyRotation"], settings, "the rotation of API keys");
  addUnreported(["noAllowlist"], settings, "the allowlist");
  if (unreported.length === 0) return [];
  const sentence = `For ${organization}, ${api} does not report ${unreported.join(", ")}.`;
  return [{ organization, sentence, kinds: kindNames.filter((kind) => concerned.has(kind)), hasFailed: false }];
}
