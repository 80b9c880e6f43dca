import type { Values } from "#framework";
import {
  ApiError,
  type ClaimToken,
  ForbiddenError,
  fromSeconds,
  getParentId,
  type Group,
  type Invitation,
  type Member,
  type User,
  type Webhook,
} from "#provider";
import { findLastExpired } from "../access/expired";
import type { ResourceKind } from "../objects/rows";
import { readHost } from "../objects/webhook";
import { catchApiError, describeUnreadableObjects, type LiveOrganization, type ProjectOrCohort } from "./live";
import { buildModel, type Model } from "./model";
import { mapOrganizations } from "./organization";
import { createResource, createState } from "./resource";

// Live organizations, as the model of a review reads them: with resources that declare all that Peridio has.

/** Returns the addresses of users as the roster has them, because an address can change while the program reads. */
type ListAddresses = (users: readonly User[]) => readonly string[];

/** A live object, and the values that its resource has after an import. Null stands for none. */
interface LiveObject {
  readonly kind: ResourceKind;
  readonly id: string;
  /** The name in words, for an object without one. */
  readonly name?: string | undefined;
  readonly values: Values | ((list: ListAddresses) => Values);
  /** The members of a roster. */
  readonly members?: readonly Member[];
  readonly gaps?: readonly Pick<LiveGap, "extent" | "sentence">[];
}

/** A fact about a live organization that its reading does not show. */
interface LiveGap {
  /** The PRN of the organization. */
  readonly organization: string;
  readonly part: LivePart;
  /** `some`: the part is incomplete. `later`: a person's access changes with an invitation. With an error, nothing is known. */
  readonly extent: "some" | "later" | ApiError;
  readonly sentence: string;
}

/** The parts of a live organization that rules and tests of access judge. */
const parts = {
  people: readRoster,
  /** The people without their invitations. */
  members: async (live) => [createRoster(live, await live.members(), [])],
  security: readSecurity,
  groups: async (live) => (await live.groups()).map(createGroup),
  projects: async (live, path) => (await live.projectsAndCohortsWithGrants(path)).map(createProjectOrCohort),
  apiTokens: readApiTokens,
  claimTokens: async (live) => (await live.claimTokens()).map(createClaimToken),
  webhooks: async (live) => (await live.webhooks()).map(createWebhook),
  tunnelPolicies: readTunnelPolicies,
} satisfies Readonly<Record<string, (live: LiveOrganization, path?: string) => Promise<readonly LiveObject[]>>>;

export type LivePart = keyof typeof parts;

/** The parts of which members who are neither admins nor owners see only some objects, with the objects in words. */
const partlyVisible: Readonly<Partial<Record<LivePart, string>>> = {
  projects: "projects and cohorts",
  apiTokens: "API tokens",
  tunnelPolicies: "projects and cohorts",
};

/**
 * Reads parts of live organizations as the model reads a stack. With a path, reads only this project or cohort, with its project. The
 * people have no last days, and the organizations no options of Pulumi.
 */
export async function readLiveModel(
  all: readonly LiveOrganization[],
  required: ReadonlySet<LivePart>,
  path?: string,
): Promise<{ readonly model: Model; readonly gaps: readonly LiveGap[] }> {
  const readings = await Promise.all(all.map(async (live) => readParts(live, required, path)));
  const resources = readings.flatMap((reading) => reading.resources);
  const nothing = { providers: [], uses: [], settings: {}, unknownTypes: [], others: [], remarks: [], unknowns: [] };
  const model = buildModel([{ stack: "live/peridio", digest: "", resources, ...nothing }], "drift");
  // Peridio itself names all people and owners.
  const after = mapOrganizations(model.after, (one) => ({ ...one, hasUnreportedOwners: false }));
  return { model: { ...model, after }, gaps: readings.flatMap(({ gaps }) => gaps) };
}

async function readParts(live: LiveOrganization, required: ReadonlySet<LivePart>, path: string | undefined) {
  const { id, name } = live;
  // An unsupported part is empty.
  const supported = [...required].filter(
    (part) => part === "people" || part === "members" || part === "security" || live.has(part),
  );
  const readPart = async (part: LivePart) => {
    const list = (extent: LiveGap["extent"], sentence: string) => ({ organization: id, part, extent, sentence });
    const read = await catchApiError(parts[part](live, path));
    // People know names, not ids.
    if (read instanceof ApiError) return { read: [], gaps: [list(read, read.message.replaceAll(id, name))] };
    const own = read.flatMap(({ gaps = [] }) => gaps.map(({ extent, sentence }) => list(extent, sentence)));
    const hidden = partlyVisible[part];
    if (hidden === undefined || (await catchApiError(live.isAdmin())) === true) return { read, gaps: own };
    return { read, gaps: [...own, list("some", describeUnreadableObjects(name, hidden))] };
  };
  const results = await Promise.all(supported.map(readPart));
  const objects = [createOrganization(live), ...results.flatMap(({ read }) => read)];
  const members = objects.flatMap((one) => one.members ?? []);
  const addresses = new Map(members.map(({ userId, email }) => [userId, email]));
  const list = (users: readonly User[]) => users.map((user) => addresses.get(user.id) ?? user.email);
  return {
    resources: objects.map((one) => createLive(one, list, live.has("projects"))),
    gaps: results.flatMap(({ gaps }) => gaps),
  };
}

function createLive({ kind, id, name = id, values }: LiveObject, list: ListAddresses, isConnect: boolean) {
  const all = Object.entries(typeof values === "function" ? values(list) : values);
  const known = Object.fromEntries(all.filter(([, value]) => value !== null));
  const state = createState({ id, inputs: known, outputs: known });
  const urn = `urn:pulumi:peridio::live::peridio:index:${kind}::${id}`;
  return createResource(urn, kind, { name, before: state, after: state, isChanged: false, isConnect });
}

function createOrganization({ id, listed }: LiveOrganization): LiveObject {
  const { name, displayName, description, contactEmail, owner = null } = listed;
  return { kind: "Organization", id, values: { name, displayName, description, contactEmail, owner } };
}

/** Reads the members and invitations. Some API keys see only the members. */
async function readRoster(live: LiveOrganization): Promise<readonly LiveObject[]> {
  const { name } = live;
  const lists = await catchApiError(Promise.all([live.people(), live.expiredInvitations()]));
  if (lists instanceof ForbiddenError) {
    const sentence = `This API key cannot read the invitations to ${name}.`;
    return [{ ...createRoster(live, await live.members(), []), gaps: [{ extent: "some", sentence }] }];
  }
  if (lists instanceof ApiError) throw lists;
  const [{ members, pending, memberInvitations }, expired] = lists;
  // The newest expired invitation of a person counts only if the person has nothing else.
  const invited = [...pending, ...findLastExpired(expired, [...members, ...pending])];
  const describe = ({ email }: Invitation) =>
    `${email} is a member of ${name} and has a pending invitation, which can change the access. Revoke the invitation.`;
  const gaps = memberInvitations.map((one) => ({ extent: "later" as const, sentence: describe(one) }));
  return [{ ...createRoster(live, members, invited), gaps }];
}

function createRoster(
  { id }: LiveOrganization,
  members: readonly Member[],
  invited: readonly Invitation[],
): LiveObject {
  const people = [
    ...members.map(({ email, role, userId }) => ({ email, role, details: { status: "active", userId } })),
    ...invited.map(({ email, role, status }) => ({ email, role, details: { status } })),
  ];
  const groups = invited.flatMap(({ email, groupId }) => (groupId === undefined ? [] : [[email, groupId] as const]));
  const values = {
    organizationId: id,
    members: Object.fromEntries(people.map(({ email, role }) => [email, role])),
    groups: Object.fromEntries(groups),
    people: Object.fromEntries(people.map(({ email, details }) => [email, details])),
  };
  return { kind: "OrganizationMembers", id, values, members };
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
  return { kind: "Group", id, values: (list) => ({ organizationId: getParentId(id), name, members: list(members) }) };
}

function createProjectOrCohort({ id, kind, name, everyoneEnabled, users, groups }: ProjectOrCohort): LiveObject {
  const parent = kind === "project" ? "organizationId" : "projectId";
  return {
    kind: kind === "project" ? "Project" : "Cohort",
    id,
    values: (list) => ({ [parent]: getParentId(id), name, everyoneEnabled, access: { users: list(users), groups } }),
  };
}

async function readApiTokens(live: LiveOrganization): Promise<readonly LiveObject[]> {
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
