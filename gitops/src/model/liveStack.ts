import type { Values } from "#framework";
import { ApiError, type ClaimToken, fromSeconds, getParentId, type Group, type Webhook } from "#provider";
import { findLastExpired } from "../access/expired";
import type { ResourceKind } from "../objects/rows";
import { readHost } from "../objects/webhook";
import { catchApiError, type LiveOrganization, type ProjectOrCohort } from "./live";
import { buildModel } from "./model";
import type { Access } from "./organization";
import { createResource, createState } from "./resource";

// Live organizations, as the model of a review reads them: with resources that declare all that Peridio has.

/** A live object, and the values that its resource has after an import. Null stands for none. */
interface LiveObject {
  readonly kind: ResourceKind;
  readonly id: string;
  /** The name in words, for an object without one. */
  readonly name?: string | undefined;
  readonly values: Values;
}

/** The parts of a live organization that access rules judge. If the API does not support a part, it is empty. */
const parts = {
  people: readRoster,
  security: readSecurity,
  groups: async (live) => (live.has("groups") ? (await live.groups()).map(createGroup) : []),
  projects: async (live) =>
    live.has("projects") ? (await live.projectsAndCohortsWithGrants()).map(createProjectOrCohort) : [],
  apiTokens: readApiTokens,
  claimTokens: async (live) => (live.has("claimTokens") ? (await live.claimTokens()).map(createClaimToken) : []),
  webhooks: async (live) => (live.has("webhooks") ? (await live.webhooks()).map(createWebhook) : []),
  tunnelPolicies: readTunnelPolicies,
} satisfies Readonly<Record<string, (live: LiveOrganization) => Promise<readonly LiveObject[]>>>;

export type LivePart = keyof typeof parts;

/** The parts of which members who are neither admins nor owners see only some objects. */
const partlyVisible: ReadonlySet<LivePart> = new Set<LivePart>(["projects", "apiTokens", "tunnelPolicies"]);

/** Live organizations, and the reason for each part that the API key cannot read, or not completely, by organization. */
interface LiveAccess {
  readonly access: Access;
  readonly unread: ReadonlyMap<string, ReadonlyMap<LivePart, string>>;
}

/** Reads parts of live organizations as the model reads a stack. The people have no last days, and the organizations no options of Pulumi. */
export async function readLiveAccess(
  organizations: readonly LiveOrganization[],
  required: ReadonlySet<LivePart>,
): Promise<LiveAccess> {
  const readings = await Promise.all(organizations.map(async (live) => readParts(live, required)));
  const resources = readings.flatMap(({ objects, isConnect }) => objects.map((one) => createLive(one, isConnect)));
  const nothing = { providers: [], uses: [], settings: {}, unknownTypes: [], others: [], remarks: [], unknowns: [] };
  const { after } = buildModel([{ stack: "live/peridio", digest: "", resources, ...nothing }], "drift");
  // Peridio itself names all people and owners.
  const all = [...after.organizations].map(([key, one]) => [key, { ...one, hasUnreportedOwners: false }] as const);
  return { access: { organizations: new Map(all) }, unread: new Map(readings.map(({ id, unread }) => [id, unread])) };
}

async function readParts(live: LiveOrganization, required: ReadonlySet<LivePart>) {
  const { id, name } = live;
  const results = await Promise.all(
    [...required].map(async (part) => ({ part, read: await catchApiError(parts[part](live)) })),
  );
  const unread = new Map<LivePart, string>();
  // People know names, not ids.
  for (const { part, read } of results)
    if (read instanceof ApiError) unread.set(part, read.message.replaceAll(id, name));
  const partly = [...required].filter((part) => partlyVisible.has(part) && !unread.has(part));
  if (partly.length > 0 && live.has("projects") && (await catchApiError(live.isAdmin())) !== true)
    for (const part of partly) unread.set(part, "the API key's user is neither an admin nor an owner.");
  return {
    id,
    objects: [createOrganization(live), ...results.flatMap(({ read }) => (read instanceof ApiError ? [] : read))],
    unread,
    isConnect: live.has("projects"),
  };
}

function createLive({ kind, id, name = id, values }: LiveObject, isConnect: boolean) {
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
  const state = createState({ id, inputs: known, outputs: known });
  const urn = `urn:pulumi:peridio::live::peridio:index:${kind}::${id}`;
  return createResource(urn, kind, { name, before: state, after: state, isChanged: false, isConnect });
}

function createOrganization({ id, listed }: LiveOrganization): LiveObject {
  const { name, displayName, description, contactEmail, owner = null } = listed;
  return { kind: "Organization", id, values: { name, displayName, description, contactEmail, owner } };
}

/** Reads the members and invitations. The newest expired invitation of a person counts only if the person has nothing else. */
async function readRoster(live: LiveOrganization): Promise<readonly LiveObject[]> {
  const [{ members, pending }, expired] = await Promise.all([live.people(), live.expiredInvitations()]);
  const invited = [...pending, ...findLastExpired(expired, [...members, ...pending])];
  const people = [
    ...members.map(({ email, role, userId }) => ({ email, role, details: { status: "active", userId } })),
    ...invited.map(({ email, role, status }) => ({ email, role, details: { status } })),
  ];
  const groups = invited.flatMap(({ email, groupId }) => (groupId === undefined ? [] : [[email, groupId] as const]));
  const values = {
    organizationId: live.id,
    members: Object.fromEntries(people.map(({ email, role }) => [email, role])),
    groups: Object.fromEntries(groups),
    people: Object.fromEntries(people.map(({ email, details }) => [email, details])),
  };
  return [{ kind: "OrganizationMembers", id: live.id, values }];
}

async function readSecurity(live: LiveOrganization): Promise<readonly LiveObject[]> {
  const settings = await live.security();
  if (settings === undefined) return [];
  const { ipAllowlist, sessionTimeout, ...others } = settings;
  const values = {
    organizationId: live.id,
    ...others,
    ipAllowlist: ipAllowlist.map(({ cidr, description }) => ({ cidr, ...(description !== null && { description }) })),
    sessionTimeout: sessionTimeout === null ? null : fromSeconds(sessionTimeout),
  };
  return [{ kind: "SecurityPolicy", id: live.id, values }];
}

function createGroup({ id, name, members }: Group): LiveObject {
  const values = { organizationId: getParentId(id), name, members: members.map(({ email }) => email) };
  return { kind: "Group", id, values };
}

function createProjectOrCohort({ id, kind, name, everyoneEnabled, users, groups }: ProjectOrCohort): LiveObject {
  const access = { users: users.map(({ email }) => email), groups };
  const values = { name, everyoneEnabled, access };
  return kind === "project"
    ? { kind: "Project", id, values: { organizationId: getParentId(id), ...values } }
    : { kind: "Cohort", id, values: { projectId: getParentId(id), ...values } };
}

async function readApiTokens(live: LiveOrganization): Promise<readonly LiveObject[]> {
  if (!live.has("apiTokens")) return [];
  return (await live.apiTokens()).map(({ id, name, owner, expiresAt }) => ({
    kind: "OrganizationApiToken",
    id,
    values: { organizationId: live.id, name, owner: owner?.email ?? null, expiresAt },
  }));
}

function createClaimToken({ id, name, expiresAt, maxUses, cohortId, tags }: ClaimToken): LiveObject {
  const values = { organizationId: getParentId(id), name, expiresAt, maxUses, cohortId, tags };
  return { kind: "ClaimToken", id, values };
}

function createWebhook({ id, name, url, events, enabled }: Webhook): LiveObject {
  // A URL can contain secrets.
  return {
    kind: "Webhook",
    id,
    name: readHost(url)?.name,
    values: { organizationId: getParentId(id), name, url, events, enabled },
  };
}

/** Reads the own rules of the organization and of each cohort. */
async function readTunnelPolicies(live: LiveOrganization): Promise<readonly LiveObject[]> {
  if (!live.has("tunnelPolicies")) return [];
  return [...(await live.tunnelPolicies())].map(([id, { maxTtlSeconds, cidrAllowlist, requireReason }]) => ({
    kind: "TunnelPolicy",
    id,
    values: {
      organizationId: live.id,
      cohortId: id === live.id ? null : id,
      maxTtlSeconds,
      cidrAllowlist,
      requireReason,
    },
  }));
}
