import {
  type ApiToken,
  type ClaimToken,
  type Group,
  type Limits,
  type SecuritySettings,
  type User,
  type Webhook,
  ApiError,
  ForbiddenError,
  type Invitation,
  type Member,
  type Organization,
  type Peridio,
  readGroups,
} from "#provider";
import type { LayoutOrganization } from "#layout";
import { collect, isAdmin, listProjectsAndCohorts, type ProjectOrCohort, readGrants } from "../access/live";
import type { Declarations } from "./declarations";
import { type FindingKind, getKind, type Part } from "./kinds";
import { createVisibilityGap, type Failure, type Gap, listGaps } from "./gaps";
import { toPerson } from "../roles";

/** The known facts about an organization. An undefined fact is unknown, neither good nor bad. */
export interface Facts {
  /** The PRN. */
  readonly id: string;
  readonly name: string;
  /** Undefined if the API does not report one owner. */
  readonly owner: User | undefined;
  readonly members: readonly KnownMember[] | undefined;
  /** The invitations of people who are not members. */
  readonly pending: readonly KnownInvitation[] | undefined;
  /** The pending invitations of members, which also use a seat. */
  readonly memberInvitations: readonly KnownInvitation[] | undefined;
  readonly expired: readonly KnownInvitation[] | undefined;
  readonly limits: Partial<Limits> | undefined;
  readonly security: KnownSecurity | undefined;
  readonly apiTokens: readonly ApiToken[] | undefined;
  readonly claimTokens: readonly ClaimToken[] | undefined;
  readonly webhooks: readonly Webhook[] | undefined;
  readonly groups: readonly Group[] | undefined;
  readonly projects: KnownProjects | undefined;
}

/** The projects and cohorts that the API key can see. */
export interface KnownProjects {
  readonly visible: readonly ProjectOrCohort[];
  /** True if the API key can see all projects and cohorts of the organization. */
  readonly isComplete: boolean;
}

export type KnownMember = Pick<Member, "email" | "role" | "isOwner" | "twoFactorEnabled" | "lastActiveAt" | "joinedAt">;

type KnownInvitation = Pick<Invitation, "email" | "role" | "expiresAt" | "sentAt" | "groupId">;

/** An absent setting is unknown. */
type KnownSecurity = Partial<Omit<SecuritySettings, "sessionTimeout">>;

/** The options of an audit. */
export interface AuditOptions {
  /** The moment from which the audit counts days. */
  readonly now: Date;
  /** The kinds of findings to which the user limits the audit; empty for all. */
  readonly kind: readonly FindingKind[];
  /** The days without activity after which a member is inactive. */
  readonly inactiveDays: number;
  /** The days after which a pending invitation is old. */
  readonly invitationDays: number;
  /** The largest number of admins that is no finding. */
  readonly maxAdmins: number;
  /** The used part of a limit, in percent, from which the audit warns. */
  readonly limitPercent: number;
  /** The days after its creation from which an API token is old. */
  readonly tokenDays: number;
  /** The days without a use from which an API token is unused. */
  readonly tokenUnusedDays: number;
  /** The organizations of the layout by name; undefined without a layout. */
  readonly layout: ReadonlyMap<string, LayoutOrganization> | undefined;
  /** The declarations of the layout and the previews; undefined without both. */
  readonly declarations: Declarations | undefined;
}

/** The readable facts about an organization. */
interface Reading {
  readonly facts: Facts;
  readonly gaps: readonly Gap[];
}

/** Reads the parts that the chosen kinds need. A part that cannot be read becomes a gap. */
export async function readFacts(
  api: Peridio,
  organization: Organization,
  kinds: ReadonlySet<FindingKind>,
): Promise<Reading> {
  const { id, name, owner } = organization;
  const required = new Set([...kinds].flatMap((kind) => getKind(kind).requires));
  const failures: Failure[] = [];
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
        members: roster.filter((entry): entry is Member => entry.kind === "member").map(toPerson),
        pending: roster.filter((entry): entry is Invitation => entry.kind === "invitation"),
        memberInvitations,
      };
    }
    const [failure] = failures.filter(({ part }) => part === "invitations");
    // A key without access to invitations may see members. After any other failure, a second request would fail too.
    const isPointless = failure !== undefined && !(failure.error instanceof ForbiddenError);
    if (isPointless && required.has("members")) failures.push({ ...failure, part: "members" });
    return {
      members: isPointless
        ? undefined
        : await readPart("members", async () => (await api.roster.members(id)).map(toPerson)),
      pending: undefined,
      memberInvitations: undefined,
    };
  };
  const readProjects = async (): Promise<KnownProjects> => {
    const listed = await listProjectsAndCohorts(api, id);
    return { visible: await readGrants(api, listed), isComplete: await isAdmin(api, id) };
  };
  const [people, expired, limits, security, apiTokens, claimTokens, webhooks, groups, projects] = await Promise.all([
    readPeople(),
    readPart("expiredInvitations", async () => api.roster.expired(id)),
    readPart("limits", async () => api.limits(id)),
    readPart("security", async () =>
      api.explainUnsupported("securitySettings") === undefined ? api.securitySettings.get(id) : {},
    ),
    readPart("apiTokens", async () => collect(api.apiTokens.list(id))),
    readPart("claimTokens", async () => collect(api.claimTokens.list(id))),
    readPart("webhooks", async () => collect(api.webhooks.list(id))),
    readPart("groups", async () => readGroups(api, id)),
    readPart("projects", readProjects),
  ]);
  return {
    facts: {
      id,
      name,
      owner,
      ...people,
      expired,
      limits,
      security,
      apiTokens,
      claimTokens,
      webhooks,
      groups,
      projects,
    },
    gaps: [
      ...listGaps(organization, failures, kinds),
      ...(apiTokens !== undefined && !(await isAdmin(api, id)) ? [createVisibilityGap("apiTokens", name, kinds)] : []),
      ...(projects?.isComplete === false ? [createVisibilityGap("projects", name, kinds)] : []),
    ],
  };
}
