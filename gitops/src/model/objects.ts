import { createHash } from "node:crypto";
import type { Values } from "#framework";
import { claimToken } from "../objects/claimToken";
import { group } from "../objects/group";
import { projectAndCohortInputs } from "../objects/grants";
import type { Cohort, ReadingContext } from "../objects/property";
import { countHidden, findHidden, listTexts, readText, readValues } from "../objects/reading";
import {
  type ExpiringKind,
  isExpiring,
  type ObjectInSection,
  readExpiry,
  type ResourceKind,
  rows,
} from "../objects/rows";
import { describePolicy, readPolicyCohort, tunnelPolicy } from "../objects/tunnelPolicy";
import { type Host, readHost } from "../objects/webhook";
import { type Hidden, isHidden, unknown } from "../hidden";
import type { Declaration } from "./declaration";
import type { Side } from "./directory";
import { hidesInvitations, leadsTo, listGroupInvitations } from "./groupInvitations";
import { mayWrite, type MergedDeclaration } from "./merging";
import { type KnownRules, readRules } from "./tunnels";
import {
  describeObject,
  describePath,
  filterCreated,
  findCreated,
  findProject,
  getId,
  getName,
  getPath,
  getUuid,
  hidesIds,
  isObserved,
} from "./properties";

/** The groups, projects, tokens and webhooks of an organization that stacks declare, at one moment. */
export interface DeclaredObjects {
  readonly groups: readonly DeclaredGroup[];
  /** The UUIDs of the groups that have access to a project or cohort, and that no stack declares. */
  readonly undeclaredGroups: readonly string[];
  readonly invitedMembers: readonly InvitedMember[];
  /** The number of invitations to groups whose people the preview hides. */
  readonly hiddenInvitations: number;
  /** Projects and cohorts. */
  readonly projects: readonly DeclaredProject[];
  /**
   * The paths of cohorts, such as `firmware/canary`, by UUID or, before a cohort exists, by URN. Without the cohorts that no stack
   * declares, and those in a project that no stack declares.
   */
  readonly cohortPaths: ReadonlyMap<string, string | Hidden>;
  /** All objects with an expiry: API tokens and claim tokens. */
  readonly tokens: readonly DeclaredToken[];
  readonly webhooks: readonly DeclaredWebhook[];
  readonly tunnelPolicies: readonly DeclaredTunnelPolicy[];
}

interface DeclaredObject {
  /** Stays the same in a change: the id or, before the object exists, the URN. */
  readonly key: string;
  /** The object in words, such as `project firmware` or `cohort firmware/canary`. */
  readonly words: string;
}

export interface DeclaredGroup extends DeclaredObject {
  /** Unknown if stacks disagree. */
  readonly name: string | Hidden;
  /** The e-mail addresses; undefined if no preview shows the members. */
  readonly members: readonly string[] | undefined;
  /** False if no stack declares the members, or the change ends the declaration. */
  readonly isManaged: boolean;
  readonly hiddenMembers: number;
}

/** A person who joins a group by accepting the invitation to the organization. */
export interface InvitedMember {
  readonly email: string;
  /** The group, or its UUID if no stack declares the group. Undefined if the preview hides the group. */
  readonly group: DeclaredGroup | string | undefined;
}

export interface DeclaredProject extends DeclaredObject {
  /** The UUID of a cohort's project, if no stack declares the project. The words then contain it. */
  readonly undeclaredProject: string | undefined;
  /** The name in Peridio, as far as the preview shows it. */
  readonly name: string;
  readonly everyoneEnabled: boolean | Hidden;
  /** The e-mail addresses with a direct grant, as far as previews show them. */
  readonly users: readonly string[];
  /** False if no stack declares the grants, or the change ends the declaration. */
  readonly isManaged: boolean;
  /** True if the preview hides direct grants. */
  readonly hidesUsers: boolean;
  /** True if the preview hides groups with access, other than those that the same change creates. */
  readonly hidesGroups: boolean;
}

/** The declaration of an object in one program, without its values, so that a review and the policy pack can compare them. */
export interface DeclaredContents {
  readonly urn: string;
  /** The SHA-256 digests of the declared values, by property. A hidden value has the reason instead. */
  readonly properties: Readonly<Record<string, string>>;
}

/** An object with values that are secret or work without further permission. */
interface WrittenObject extends DeclaredObject {
  readonly declaration: DeclaredContents;
  /** True if the change writes the object. */
  readonly isTouched: boolean;
}

export interface DeclaredToken extends WrittenObject {
  readonly kind: ExpiringKind;
  /** The expiry: ISO 8601, UTC; null if the token does not expire; `dayAfterCreation` for a new claim token by default. */
  readonly expiresAt: string | Hidden | null;
  /** The limit of uses of a claim token; null for none. */
  readonly maxUses: number | Hidden | null;
  /**
   * The cohort of the devices that a claim token admits; null for the default one of the organization, or for none. Undefined if rules
   * may not judge it.
   */
  readonly cohort: Cohort | Hidden | null | undefined;
}

export interface DeclaredWebhook extends WrittenObject {
  /** Undefined if programs can disagree about the host of the URL. */
  readonly host: Host | Hidden | undefined;
}

export const noObjects: DeclaredObjects = {
  groups: [],
  undeclaredGroups: [],
  invitedMembers: [],
  hiddenInvitations: 0,
  projects: [],
  cohortPaths: new Map(),
  tokens: [],
  webhooks: [],
  tunnelPolicies: [],
};

export interface DeclaredTunnelPolicy extends DeclaredObject {
  /** True for the policy of the organization, and false for the policy of a cohort. */
  readonly isOfOrganization: boolean;
  readonly rules: KnownRules;
}

/** A thing that exists on one side, and the side with the values that count. */
interface Present {
  readonly resource: MergedDeclaration;
  readonly side: Side;
  readonly values: Values;
}

/** The declarations that are about an organization on either side. */
interface OwnDeclarations {
  readonly things: readonly MergedDeclaration[];
  /** The Memberships and rosters. */
  readonly inviting: readonly Declaration[];
}

/** Returns the objects of an organization on one side. */
export function readObjects(key: string, { things, inviting }: OwnDeclarations, side: Side): DeclaredObjects {
  // Peridio keeps a released object as it was.
  const findSide = ({ after, isReleased }: Declaration) => (after === undefined && isReleased ? "before" : side);
  const isPresent = (declaration: Declaration) => declaration.organization[findSide(declaration)] === key;
  const present = things.filter(isPresent).map((resource): Present => {
    const known = findSide(resource);
    return { resource, side: known, values: resource.values[known] };
  });
  const inviters = inviting.filter(isPresent);
  const pick = (...expected: readonly ResourceKind[]) =>
    present.filter(({ resource }) => expected.includes(resource.kind));
  const projects = pick("Project", "Cohort");
  const groups = pick("Group").map((present) => ({
    resource: present.resource,
    group: {
      ...readGroup(present),
      name: readText(present.values.name) ?? unknown,
      isManaged: isManaged(present, "members", side),
    },
  }));
  const known = things.filter(({ kind }) => kind === "Group");
  const declared = new Set(known.flatMap(readUuid));
  return {
    groups: groups.map(({ group }) => group),
    undeclaredGroups: [...new Set(projects.flatMap(listGroups))].filter((uuid) => !declared.has(uuid)),
    invitedMembers: inviters.flatMap((one) => listInvitedMembers(one, findSide(one), groups)),
    hiddenInvitations: inviters.filter((one) => hidesInvitations(one, findSide(one))).length,
    projects: projects.map((project) => ({
      ...readProject(project, known),
      words: describePath(project.resource, things),
      undeclaredProject: findUndeclaredProject(project, things),
      isManaged: isManaged(project, "access", side),
    })),
    cohortPaths: readCohortPaths(projects, things),
    tokens: present.flatMap((token) => readToken(token, things)),
    webhooks: pick("Webhook").map(readWebhook),
    tunnelPolicies: pick("TunnelPolicy").map((policy) => readTunnelPolicy(policy, things)),
  };
}

/** Reports if a stack declares a property, and the change does not end the declaration. A released object declares nothing after the change. */
function isManaged({ resource, values }: Present, property: string, requested: Side): boolean {
  const isEnded = resource.after === undefined || resource.dropped.has(property) || resource.released.has(property);
  return values[property] !== undefined && !(requested === "after" && isEnded);
}

function readObject({ resource }: Present): DeclaredObject {
  return { key: getId(resource) ?? resource.urn, words: describeObject(resource) };
}

function readWrittenObject(present: Present): WrittenObject {
  const { resource, side } = present;
  return {
    ...readObject(present),
    declaration: { urn: resource.urn, properties: digestValues(resource.contents[side]) },
    isTouched: side === "after" && mayWrite(resource),
  };
}

/** An approval holds for one organization anyway, so its id is left out. */
function digestValues(values: Values): DeclaredContents["properties"] {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || name === "organizationId"
        ? []
        : [[name, findHidden(value)?.reason ?? digest(JSON.stringify(value))]],
    ),
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function readUuid(resource: Declaration): readonly string[] {
  const id = getId(resource);
  return id === undefined ? [] : [getUuid(id)];
}

function readGroup(present: Present): Omit<DeclaredGroup, "name" | "isManaged"> {
  const { members } = readValues(group.inputs, present.values);
  return {
    ...readObject(present),
    members: members === undefined ? undefined : listTexts(members),
    hiddenMembers: countHidden(members),
  };
}

/** Returns the UUIDs of the groups with access to a project or cohort. */
function listGroups({ values }: Present): readonly string[] {
  const { access } = readValues(projectAndCohortInputs, values);
  return isHidden(access) ? [] : listTexts(access?.groups).map(getUuid);
}

/** A group of the organization, and its resource. */
interface GroupResource {
  readonly resource: Declaration;
  readonly group: DeclaredGroup;
}

function listInvitedMembers(
  inviter: Declaration,
  side: Side,
  groups: readonly GroupResource[],
): readonly InvitedMember[] {
  const resources = groups.map((group) => group.resource);
  return listGroupInvitations(inviter, side, resources).map((invitation) => ({
    email: invitation.email,
    group: groups.find((group) => leadsTo(invitation, group.resource))?.group ?? invitation.group,
  }));
}

function readProject(
  present: Present,
  allGroups: readonly Declaration[],
): Omit<DeclaredProject, "isManaged" | "undeclaredProject"> {
  const { resource, side, values } = present;
  const { everyoneEnabled = unknown, access } = readValues(projectAndCohortInputs, values);
  const { users, groups } = isHidden(access) ? { users: access, groups: access } : (access ?? {});
  const created = filterCreated(allGroups, resource[side]?.dependencies.get("access"));
  return {
    ...readObject(present),
    name: getName(resource),
    everyoneEnabled,
    users: listTexts(users),
    hidesUsers: countHidden(users) > 0,
    hidesGroups: hidesIds(groups, created),
  };
}

function findUndeclaredProject({ resource, values }: Present, all: readonly MergedDeclaration[]): string | undefined {
  const { projectId } = values;
  return typeof projectId === "string" && findProject(resource, all) === undefined ? getUuid(projectId) : undefined;
}

function readCohortPaths(
  projects: readonly Present[],
  all: readonly MergedDeclaration[],
): ReadonlyMap<string, string | Hidden> {
  const named = new Map(projects.map(({ resource, values }) => [resource, readText(values.name)]));
  return new Map(
    projects.flatMap((present): readonly (readonly [string, string | Hidden])[] => {
      const { resource, side } = present;
      if (resource.kind !== "Cohort" || findUndeclaredProject(present, all) !== undefined) return [];
      const [key = resource.urn] = readUuid(resource);
      const project = findProject(resource, all);
      // A replacement can move the cohort to another project.
      const parts =
        (side === "before" && resource.isReplaced) || project === undefined
          ? [undefined]
          : [named.get(project), named.get(resource)];
      const path = parts.every((part) => typeof part === "string") ? parts.join("/") : parts.find(isHidden);
      return [[key, path ?? unknown]];
    }),
  );
}

function readToken(present: Present, all: readonly Declaration[]): readonly DeclaredToken[] {
  const { resource, side, values } = present;
  const { kind } = resource;
  if (!isExpiring(kind)) return [];
  const context = createContext(resource, side, all);
  const expiry = readExpiry(kind, values.expiresAt, context);
  const { maxUses = null, cohortId: cohort = null } =
    kind === "ClaimToken" ? readValues(claimToken.object.properties, values, context) : {};
  return [{ ...readWrittenObject(present), kind, expiresAt: expiry === undefined ? unknown : expiry, maxUses, cohort }];
}

function readWebhook(present: Present): DeclaredWebhook {
  const url = readText(present.values.url);
  return { ...readWrittenObject(present), host: typeof url === "string" ? readHost(url) : url };
}

function readTunnelPolicy({ resource, side, values }: Present, all: readonly Declaration[]): DeclaredTunnelPolicy {
  const cohort = readPolicyCohort(
    readValues(tunnelPolicy.object.properties, values, createContext(resource, side, all)),
  );
  return {
    key: isHidden(cohort) ? resource.urn : (cohort?.key ?? ""),
    words: describePolicy(cohort),
    isOfOrganization: cohort === null,
    rules: readRules(values),
  };
}

/** An object whose properties share a row of the review. */
export interface ObjectChange {
  readonly declaration: MergedDeclaration;
  /** The object in words, such as `webhook "alerts"`. */
  readonly words: string;
  readonly row: ObjectInSection;
  /** True if a program changes the name. */
  readonly isRenamed: boolean;
  /** The values of the properties, by name; undefined if the object is absent. */
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

/** Returns the objects that have one row each. `declarations` contains the cohorts that tokens refer to, and their projects. */
export function findChanges(declarations: readonly MergedDeclaration[]): readonly ObjectChange[] {
  return declarations.flatMap((declaration) => {
    const { object: row } = rows[declaration.kind];
    if (row === undefined) return [];
    const read = (side: Side) =>
      declaration[side] === undefined
        ? undefined
        : readValues(row.properties, declaration.values[side], createContext(declaration, side, declarations));
    const isRenamed = declaration.before?.inputs.name !== declaration.after?.inputs.name;
    const [before, after] = [read("before"), read("after")];
    const values = after ?? before;
    const words =
      row.describe === undefined || values === undefined
        ? describePath(declaration, declarations)
        : row.describe(values);
    return [{ declaration, words, row, isRenamed, before, after }];
  });
}

function createContext(
  declaration: Declaration,
  side: Side,
  declarations: readonly Declaration[] = [],
): ReadingContext {
  return {
    isObserved: isObserved(declaration, side),
    findCohort: (id) => findCohort(declarations, id, declaration[side]?.dependencies.get("cohortId") ?? []),
  };
}

function findCohort(
  resources: readonly Declaration[],
  id: string | Hidden,
  sources: readonly string[],
): Cohort | Hidden {
  const cohorts = resources.filter(({ kind }) => kind === "Cohort");
  if (isHidden(id)) {
    const created = findCreated(id, cohorts, sources);
    return created === undefined ? id : { key: created.urn, name: getPath(created, resources) };
  }
  const uuid = getUuid(id);
  const declared = cohorts.find((resource) => getUuid(getId(resource) ?? "") === uuid);
  return { key: uuid, name: declared === undefined ? uuid : getPath(declared, resources) };
}
