import {
  ApiError,
  type ApiToken,
  type ClaimToken,
  ForbiddenError,
  type Group,
  type Invitation,
  type Limits,
  type Member,
  type Organization,
  type SecuritySettings,
  type Webhook,
} from "#provider";
import type { LayoutOrganization } from "#layout";
import { attempt, type LiveOrganization, type ProjectOrCohort } from "../model/live";
import type { Declarations } from "./declarations";
import { type FindingKind, getKind, type Part } from "./kinds";
import { createVisibilityGap, type Failure, type Gap, listGaps } from "./gaps";
import { toPerson } from "../roles";

/** The known facts about an organization. An undefined fact is unknown, neither good nor bad. */
export interface Facts extends Pick<Organization, "id" | "name"> {
  /** Undefined if the API does not report one owner. */
  readonly owner: Organization["owner"];
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
export async function readFacts(live: LiveOrganization, kinds: ReadonlySet<FindingKind>): Promise<Reading> {
  const { id, name, listed } = live;
  const required = new Set([...kinds].flatMap((kind) => getKind(kind).requires));
  const failures: Failure[] = [];
  const read = async <T>(part: Part, request: () => Promise<T>) => {
    if (!required.has(part)) return undefined;
    const reading = await attempt(request());
    if (!(reading instanceof ApiError)) return reading;
    failures.push({ part, error: reading });
    return undefined;
  };
  const readPeople = async () => {
    const people = await read("invitations", live.people);
    if (people !== undefined) return people;
    const [failure] = failures.filter(({ part }) => part === "invitations");
    // A key without access to invitations may see members. After any other failure, a second request would fail too.
    const isPointless = failure !== undefined && !(failure.error instanceof ForbiddenError);
    if (isPointless && required.has("members")) failures.push({ ...failure, part: "members" });
    const members = isPointless ? undefined : await read("members", live.members);
    return { members, pending: undefined, memberInvitations: undefined };
  };
  const [people, expired, limits, security, apiTokens, claimTokens, webhooks, groups, visible] = await Promise.all([
    readPeople(),
    read("expiredInvitations", live.expiredInvitations),
    read("limits", live.limits),
    read("security", live.security),
    read("apiTokens", live.apiTokens),
    read("claimTokens", live.claimTokens),
    read("webhooks", live.webhooks),
    read("groups", live.groups),
    read("projects", live.projectsAndCohorts),
  ]);
  const isComplete = (apiTokens === undefined && visible === undefined) || (await attempt(live.isAdmin())) === true;
  return {
    facts: {
      id,
      name,
      owner: listed.owner,
      ...people,
      members: people.members?.map((member) => toPerson(member)),
      expired,
      limits,
      security: live.has("securitySettings") ? security : {},
      apiTokens,
      claimTokens,
      webhooks,
      groups,
      projects: visible && { visible, isComplete },
    },
    gaps: [
      ...listGaps(live, failures, kinds),
      ...(apiTokens === undefined || isComplete ? [] : [createVisibilityGap("apiTokens", name, kinds)]),
      ...(visible === undefined || isComplete ? [] : [createVisibilityGap("projects", name, kinds)]),
    ],
  };
}
