import { byAge, type Limit, type MeteredResource, key, createMatcher } from "#provider";
import { formatCount, describeInvitedRole, describeHeldRole, formatNumber, joinAnd } from "../wording";
import { type Facts, type KnownMember, type Gap, getDate, countDaysSince, type AuditOptions } from "./facts";
import { type Finding, createFinding, type FindingKind, kindNames } from "./finding";

/** Finds members without recent activity. */
export function findInactiveMembers({ name, members = [] }: Facts, terms: AuditOptions): readonly Finding[] {
  return members.flatMap((member) => {
    const { email: person, lastActiveAt } = member;
    const worse = member.role === "admin";
    if (lastActiveAt === null) {
      const since = describeNeverActive(member, terms);
      return since === undefined ? [] : [createFinding("neverActive", name, since, { person, worse })];
    }
    if (lastActiveAt === undefined || countDaysSince(lastActiveAt, terms.now) < terms.inactiveDays) return [];
    return [
      createFinding("inactive", name, `was last active on ${describeDate(lastActiveAt, terms.now)}`, { person, worse }),
    ];
  });
}

/** Describes a member without any activity; undefined for a new member. */
function describeNeverActive({ joinedAt }: KnownMember, { now, inactiveDays }: AuditOptions): string | undefined {
  if (joinedAt === undefined) return "was never active, and Peridio does not report since when the person is a member";
  if (countDaysSince(joinedAt, now) < inactiveDays) return undefined;
  return `was never active, and joined on ${describeDate(joinedAt, now)}`;
}

function describeDate(moment: string, now: Date): string {
  return `${getDate(moment)}, ${formatCount(countDaysSince(moment, now), "day")} ago`;
}

export function findMembersWithoutTwoFactor({ name, members = [], security }: Facts): readonly Finding[] {
  const required = security?.requireTwoFactor === true;
  return members
    .filter(({ twoFactorEnabled }) => twoFactorEnabled === false)
    .map(({ email: person, role }) => {
      const predicate = required
        ? "has no second factor, which the organization requires"
        : role === "admin"
          ? "is an admin without a second factor"
          : "has no second factor";
      return createFinding("withoutTwoFactor", name, predicate, { person, worse: required || role === "admin" });
    });
}

/** Finds organizations with one admin or with too many. */
export function checkAdmins({ name, members, pending }: Facts, { maxAdmins }: AuditOptions): readonly Finding[] {
  if (members === undefined) return [];
  const active = members.filter(({ role }) => role === "admin");
  const invited = (pending ?? []).filter(({ role }) => role === "admin").length;
  const all = active.length + invited;
  const [only] = active;
  const alone = only !== undefined && active.length === 1;
  return [
    ...(alone ? [createFinding("oneAdmin", name, `has only one admin, ${only.email}`)] : []),
    ...(all > maxAdmins
      ? [createFinding("tooManyAdmins", name, `has ${all} admins${describeInvited(invited)}, more than ${maxAdmins}`)]
      : []),
  ];
}

function describeInvited(invited: number): string {
  return invited === 0 ? "" : `, ${invited} of them invited`;
}

/** Finds old pending invitations. */
export function findOldInvitations(
  { name, pending = [] }: Facts,
  { now, invitationDays }: AuditOptions,
): readonly Finding[] {
  return pending.flatMap(({ email: person, role, sentAt, expiresAt }) => {
    if (sentAt === undefined || countDaysSince(sentAt, now) < invitationDays) return [];
    const age = formatCount(countDaysSince(sentAt, now), "day");
    const end = expiresAt === undefined ? "" : `; the invitation expires on ${getDate(expiresAt)}`;
    const predicate = `was invited ${describeInvitedRole(role)} ${age} ago and has not accepted${end}`;
    return [createFinding("oldInvitation", name, predicate, { person })];
  });
}

/** Finds people with an expired invitation and no other access. */
export function findExpiredInvitations({ name, members, pending, expired }: Facts): readonly Finding[] {
  if (members === undefined || pending === undefined || expired === undefined) return [];
  const there = new Set([...members, ...pending].map(({ email }) => key(email)));
  const oldestFirst = [...expired].sort(byAge);
  const last = new Map(oldestFirst.map((invitation) => [key(invitation.email), invitation]));
  return [...last.values()]
    .filter(({ email }) => !there.has(key(email)))
    .map(({ email: person, role, expiresAt }) => {
      const end = expiresAt === undefined ? "" : ` on ${getDate(expiresAt)}`;
      return createFinding(
        "expiredInvitation",
        name,
        `was invited ${describeInvitedRole(role)}, and the invitation expired${end}`,
        {
          person,
        },
      );
    });
}

/** Finds organizations and people outside the layout, except people that its rosters ignore. */
export function findOutsideLayout(
  { name, members = [], pending = [] }: Facts,
  { layout }: AuditOptions,
): readonly Finding[] {
  if (layout === undefined) return [];
  const declared = layout.get(name);
  if (declared === undefined) return [createFinding("organizationOutsideLayout", name, "is not in the layout")];
  const known = new Set(Object.keys(declared.members).map(key));
  const ignored = createMatcher(declared.roster.ignore);
  const places = [
    ...members.map(({ email, role, isOwner }) => ({
      email,
      role,
      is: isOwner ? "owns the organization" : describeHeldRole(role),
    })),
    ...pending.map(({ email, role }) => ({ email, role, is: `is invited ${describeInvitedRole(role)}` })),
  ];
  return places
    .filter(({ email }) => !known.has(key(email)) && !ignored(email))
    .map(({ email: person, role, is }) =>
      createFinding("outsideLayout", name, `${is}, and is not in the layout`, { person, worse: role === "admin" }),
    );
}

/** Something that an organization can have a limited number of. */
interface Use {
  readonly limit: MeteredResource;
  /** The word for one of them. */
  readonly what: string;
  /** The limit and the number in use; undefined if Peridio does not report them. */
  readonly known: { readonly limit: number; readonly used: number } | undefined;
  /** An addition to the number, as the rest of a sentence. */
  readonly remark: string;
}

/** Finds limits that are nearly used up. */
export function checkLimits(facts: Facts, { limitPercent }: AuditOptions): readonly Finding[] {
  return listUses(facts).flatMap(({ limit, what, known, remark }) => {
    if (known === undefined || known.used === 0 || known.used * 100 < known.limit * limitPercent) return [];
    const predicate = `uses ${formatNumber(known.used)} of ${formatCount(known.limit, what)}${remark}`;
    return [createFinding("nearLimit", facts.name, predicate, { limit, worse: known.used >= known.limit })];
  });
}

/** Returns all limits with their use. */
function listUses({ limits = {}, members, pending, beside }: Facts): readonly Use[] {
  const waiting = pending && beside && pending.length + beside.length;
  const { products, devices, users, apiKeys, webhooks } = limits;
  return [
    { limit: "products", what: "product", known: getKnownUse(products), remark: "" },
    { limit: "devices", what: "device", known: getKnownUse(devices), remark: "" },
    { limit: "users", what: "seat", ...countSeats(users, members?.length, waiting) },
    { limit: "api_keys", what: "API key", known: getKnownUse(apiKeys), remark: "" },
    { limit: "webhooks", what: "webhook", known: getKnownUse(webhooks), remark: "" },
  ];
}

function getKnownUse(limit: Limit | undefined): Use["known"] {
  return limit?.used === undefined ? undefined : { limit: limit.limit, used: limit.used };
}

/** Every pending invitation takes a seat. If their number is unknown, the members alone count. */
function countSeats(
  limit: Limit | undefined,
  members: number | undefined,
  waiting: number | undefined,
): Pick<Use, "known" | "remark"> {
  const used = members ?? limit?.used;
  if (limit === undefined || used === undefined) return { known: undefined, remark: "" };
  if (members === undefined) return { known: { limit: limit.limit, used }, remark: "" };
  if (waiting === undefined) {
    return { known: { limit: limit.limit, used }, remark: ", without pending invitations" };
  }
  return {
    known: { limit: limit.limit, used: used + waiting },
    remark: `, ${formatNumber(waiting)} of them for pending invitations`,
  };
}

/** Finds weak security settings. */
export function checkSecurity({ name, security }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  if (security?.requireTwoFactor === false) {
    findings.push(createFinding("twoFactorNotRequired", name, "does not require a second factor"));
  }
  if (security?.apiKeyRotation === null) {
    findings.push(createFinding("noKeyRotation", name, "never requires new API keys"));
  }
  if (security?.ipAllowlist?.length === 0) {
    findings.push(createFinding("noAllowlist", name, "has no allowlist, so any address can reach it"));
  }
  return findings;
}

/** Returns the facts that this API does not report. */
export function findUnknowns(facts: Facts, wanted: ReadonlySet<FindingKind>, api: string): readonly Gap[] {
  const { name: organization, members = [], pending = [], limits, security } = facts;
  const untold: string[] = [];
  const concerned = new Set<FindingKind>();
  const tell = (some: readonly FindingKind[], unknown: number, what: string) => {
    const asked = some.filter((kind) => wanted.has(kind));
    if (unknown === 0 || asked.length === 0) return;
    untold.push(what);
    for (const kind of asked) concerned.add(kind);
  };
  const people = (is: (member: (typeof members)[number]) => boolean) => members.filter(is).length;

  const idle = people(({ lastActiveAt }) => lastActiveAt === undefined);
  tell(["inactive", "neverActive"], idle, `the last activity of ${formatCount(idle, "member")}`);
  const factors = people(({ twoFactorEnabled }) => twoFactorEnabled === undefined);
  tell(
    ["withoutTwoFactor"],
    factors,
    `whether ${formatCount(factors, "member")} ${factors === 1 ? "has" : "have"} a second factor`,
  );
  const sent = pending.filter(({ sentAt }) => sentAt === undefined).length;
  tell(["oldInvitation"], sent, `when ${formatCount(sent, "invitation")} ${sent === 1 ? "was" : "were"} sent`);
  if (limits !== undefined) {
    const vague = listUses(facts).filter(({ known }) => known === undefined);
    tell(
      ["nearLimit"],
      vague.length,
      `how much is used of the limits of ${joinAnd(vague.map(({ what }) => `${what}s`))}`,
    );
  }
  if (security !== undefined) {
    const { requireTwoFactor, apiKeyRotation, ipAllowlist } = security;
    tell(
      ["twoFactorNotRequired", "withoutTwoFactor"],
      Number(requireTwoFactor === undefined),
      "whether a second factor is required",
    );
    tell(["noKeyRotation"], Number(apiKeyRotation === undefined), "whether keys expire");
    tell(["noAllowlist"], Number(ipAllowlist === undefined), "whether there is an allowlist");
  }
  if (untold.length === 0) return [];
  const sentence = `For ${organization}, ${api} does not report ${untold.join(", ")}.`;
  return [{ organization, sentence, kinds: kindNames.filter((kind) => concerned.has(kind)), failed: false }];
}
