import {
  type AllowlistEntry,
  type KeyRotation,
  type Limits,
  type Role,
  type Unknown,
  ApiError,
  ForbiddenError,
  type Invitation,
  type Member,
  type Organization,
  type Peridio,
} from "#provider";
import type { LayoutOrganization } from "#layout";
import { joinAnd } from "../wording";
import { type FindingKind, getKind, kindNames, type Part } from "./finding";

/** The known facts about an organization. An undefined fact is unknown, neither good nor bad. */
export interface Facts {
  readonly name: string;
  readonly members: readonly KnownMember[] | undefined;
  /** The invitations of people who are not members. */
  readonly pending: readonly KnownInvitation[] | undefined;
  /** The pending invitations of members, which also use a seat. */
  readonly memberInvitations: readonly KnownInvitation[] | undefined;
  readonly expired: readonly KnownInvitation[] | undefined;
  readonly limits: Partial<Limits> | undefined;
  readonly security: KnownSecurity | undefined;
}

export interface KnownMember {
  readonly email: string;
  readonly role: Role | Unknown;
  readonly isOwner: boolean;
  readonly twoFactorEnabled: boolean | undefined;
  /** ISO 8601; null for never. */
  readonly lastActiveAt: string | null | undefined;
  /** ISO 8601. */
  readonly joinedAt?: string | undefined;
}

interface KnownInvitation {
  readonly email: string;
  readonly role: Role | Unknown;
  /** ISO 8601. */
  readonly expiresAt: string | undefined;
  /** ISO 8601. */
  readonly sentAt?: string | undefined;
}

interface KnownSecurity {
  readonly requireTwoFactor: boolean | undefined;
  readonly ipAllowlist: readonly AllowlistEntry[] | undefined;
  /** Null means no policy. */
  readonly apiKeyRotation: KeyRotation | null | undefined;
}

/** A fact that an audit does not know. */
export interface Gap {
  readonly organization: string;
  /** The whole sentence, with the reason. */
  readonly sentence: string;
  /** The kinds that the audit cannot find, or not completely. */
  readonly kinds: readonly FindingKind[];
  /** True if a request failed, so that the audit is incomplete. False if this API never reports the fact. */
  readonly hasFailed: boolean;
}

/** The options of an audit. */
export interface AuditOptions {
  /** The moment from which the audit counts days. */
  readonly now: Date;
  readonly inactiveDays: number;
  readonly invitationDays: number;
  readonly maxAdmins: number;
  readonly limitPercent: number;
  /** The organizations of the layout by name; undefined without a layout. */
  readonly layout: ReadonlyMap<string, LayoutOrganization> | undefined;
}

const day = 86_400_000;

/** Counts the whole days since a moment. */
export function countDaysSince(moment: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(moment)) / day);
}

/** Returns the day of a moment, UTC. */
export function getDate(moment: string): string {
  return moment.slice(0, 10);
}

/** The readable facts about an organization. */
interface Reading {
  readonly facts: Facts;
  readonly gaps: readonly Gap[];
}

/** The names of the parts in sentences. */
const names: Readonly<Record<Part, string>> = {
  members: "members",
  invitations: "invitations",
  expiredInvitations: "expired invitations",
  limits: "limits",
  security: "security settings",
};

interface Failed {
  readonly part: Part;
  readonly error: ApiError;
}

/** The settings of an API that has none. */
const unreportedSecurity: KnownSecurity = {
  requireTwoFactor: undefined,
  ipAllowlist: undefined,
  apiKeyRotation: undefined,
};

/** Reads the parts that the chosen kinds need. A part that cannot be read becomes a gap. */
export async function readFacts(
  api: Peridio,
  organization: Organization,
  kinds: ReadonlySet<FindingKind>,
): Promise<Reading> {
  const { id, name } = organization;
  const required = new Set([...kinds].flatMap((kind) => getKind(kind).requires));
  const failures: Failed[] = [];
  const readPart = async <T>(part: Part, request: () => Promise<T>): Promise<T | undefined> => {
    if (!required.has(part)) return undefined;
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures.push({ part, error });
      return undefined;
    }
  };
  const readPeople = async (): Promise<Pick<Facts, "members" | "pending" | "memberInvitations">> => {
    // Both calls use the same lists.
    const lists = await readPart("invitations", async () =>
      Promise.all([api.roster.list(id), api.roster.memberInvitations(id)]),
    );
    if (lists !== undefined) {
      const [roster, memberInvitations] = lists;
      return {
        members: roster.filter((entry): entry is Member => entry.kind === "member"),
        pending: roster.filter((entry): entry is Invitation => entry.kind === "invitation"),
        memberInvitations,
      };
    }
    const [failure] = failures.filter(({ part }) => part === "invitations");
    // A key without access to invitations may see members. After any other failure, a second request would fail too.
    const isPointless = failure !== undefined && !(failure.error instanceof ForbiddenError);
    if (isPointless && required.has("members")) failures.push({ ...failure, part: "members" });
    return {
      members: isPointless ? undefined : await readPart("members", async () => api.roster.members(id)),
      pending: undefined,
      memberInvitations: undefined,
    };
  };
  const [people, expired, limits, security] = await Promise.all([
    readPeople(),
    readPart("expiredInvitations", async () => api.roster.expired(id)),
    readPart("limits", async () => api.limits(id)),
    readPart("security", async () =>
      api.explainUnsupported("securitySettings") === undefined ? api.securitySettings.get(id) : unreportedSecurity,
    ),
  ]);
  return { facts: { name, ...people, expired, limits, security }, gaps: listGaps(organization, failures, kinds) };
}

/** Returns one gap for each kind of failure, because a wrong API key or network affects all parts. */
function listGaps(
  { id, name: organization }: Organization,
  failures: readonly Failed[],
  chosen: ReadonlySet<FindingKind>,
): readonly Gap[] {
  const order = Object.keys(names);
  const sorted = [...failures].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  return [...new Set(sorted.map(({ error }) => error.name))].map((errorName) => {
    const same = sorted.filter(({ error }) => error.name === errorName);
    const parts = joinAnd(same.map(({ part }) => names[part]));
    // People know names, not ids.
    const message = (same[0]?.error.message ?? "").replaceAll(id, organization);
    const kinds = kindNames.filter(
      (kind) =>
        chosen.has(kind) && getKind(kind).requires.some((part) => same.some((failure) => failure.part === part)),
    );
    const sentence = `The audit cannot read the ${parts} of ${organization}: ${message}`;
    return { organization, sentence, kinds, hasFailed: true };
  });
}
