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
import { catchApiError, type LiveOrganization, type ProjectOrCohort } from "../model/live";
import { type AuditedPart, type FindingKind, getKind } from "./kinds";
import { createVisibilityGap, type UnreadPart, type Gap, listGaps } from "./gaps";
import { toPerson } from "../roles";

/**
 * A fact about an organization. `unread`: no chosen kind of findings needs it, or a gap tells why the audit could not read it.
 * `unsupported`: this API does not report it. Neither is good or bad.
 */
export type Fact<T> = T | "unread" | "unsupported";

/** The facts about an organization. */
export interface Facts extends Pick<Organization, "id" | "name"> {
  /** Undefined if the API does not report one owner. */
  readonly owner: Organization["owner"];
  readonly members: Fact<readonly KnownMember[]>;
  /** The invitations of people who are not members. */
  readonly pending: Fact<readonly KnownInvitation[]>;
  /** The pending invitations of members, which also use a seat. */
  readonly memberInvitations: Fact<readonly KnownInvitation[]>;
  readonly expired: Fact<readonly KnownInvitation[]>;
  readonly limits: Fact<Partial<Limits>>;
  readonly security: Fact<Omit<SecuritySettings, "sessionTimeout">>;
  /** The API tokens that the API key can see. */
  readonly apiTokens: Fact<readonly ApiToken[]>;
  readonly claimTokens: Fact<readonly ClaimToken[]>;
  readonly webhooks: Fact<readonly Webhook[]>;
  readonly groups: Fact<readonly Group[]>;
  /** The projects and cohorts that the API key can see. */
  readonly projects: Fact<readonly ProjectOrCohort[]>;
  /** False if the API key's user is neither an admin nor an owner, who see all objects. A gap then tells it. */
  readonly seesAll: boolean;
}

/** The facts about a member that an audit uses. */
export type KnownMember = Pick<Member, "email" | "role" | "isOwner" | "twoFactorEnabled" | "lastActiveAt" | "joinedAt">;

type KnownInvitation = Pick<Invitation, "email" | "role" | "expiresAt" | "sentAt" | "groupId">;

/** Reports if the audit knows a fact. */
export function isKnown<T>(fact: Fact<T>): fact is T {
  return fact !== "unread" && fact !== "unsupported";
}

/** Returns a list if the audit knows it, and otherwise an empty one. */
export function listKnown<T>(fact: Fact<readonly T[]>): readonly T[] {
  return isKnown(fact) ? fact : [];
}

/** The facts about an organization, and the gaps for those that could not be read. */
interface FactsAndGaps {
  readonly facts: Facts;
  readonly gaps: readonly Gap[];
}

/** Reads the parts that the chosen kinds need. A part that cannot be read becomes a gap. */
export async function readFacts(live: LiveOrganization, kinds: ReadonlySet<FindingKind>): Promise<FactsAndGaps> {
  const { id, name, listed } = live;
  const required = new Set([...kinds].flatMap((kind) => getKind(kind).requires));
  const failures: UnreadPart[] = [];
  const read = async <T>(part: AuditedPart, request: () => Promise<T>): Promise<T | "unread"> => {
    if (!required.has(part)) return "unread";
    const result = await catchApiError(request());
    if (!(result instanceof ApiError)) return result;
    failures.push({ part, error: result });
    return "unread";
  };
  const readPeople = async () => {
    const people = await read("people", live.people);
    if (people !== "unread") return people;
    const failure = failures.find(({ part }) => part === "people");
    // A key without access to invitations may see members. After any other failure, a second request would fail too.
    const isPointless = failure !== undefined && !(failure.error instanceof ForbiddenError);
    if (isPointless && required.has("members")) failures.push({ ...failure, part: "members" });
    const members = isPointless ? "unread" : await read("members", live.members);
    return { members, pending: "unread", memberInvitations: "unread" } as const;
  };
  const [people, expired, limits, security, apiTokens, claimTokens, webhooks, groups, projects] = await Promise.all([
    readPeople(),
    read("expiredInvitations", live.expiredInvitations),
    read("limits", live.limits),
    read("security", live.security),
    read("apiTokens", live.apiTokens),
    read("claimTokens", live.claimTokens),
    read("webhooks", live.webhooks),
    read("groups", live.groups),
    read("projects", live.projectsAndCohortsWithGrants),
  ]);
  const partlyVisible = [
    ...(isKnown(apiTokens) ? ["apiTokens" as const] : []),
    ...(isKnown(projects) ? ["projects" as const] : []),
  ];
  const seesAll = partlyVisible.length === 0 || (await catchApiError(live.isAdmin())) === true;
  return {
    facts: {
      id,
      name,
      owner: listed.owner,
      ...people,
      members: isKnown(people.members) ? people.members.map((member) => toPerson(member)) : people.members,
      expired,
      limits,
      security: security ?? "unsupported",
      apiTokens,
      claimTokens,
      webhooks,
      groups,
      projects,
      seesAll,
    },
    gaps: [
      ...listGaps(live, failures),
      ...(seesAll ? [] : partlyVisible.map((part) => createVisibilityGap(part, name))),
    ],
  };
}
