import type { Values } from "#framework";
import { claimToken } from "../objects/claimToken";
import { group } from "../objects/group";
import { projectAndCohortInputs } from "../objects/grants";
import { countHidden, findHidden, listTexts, readText, readValues } from "../objects/reading";
import { isExpiring, readExpiry, type ResourceKind } from "../objects/rows";
import { describePolicy, readPolicyCohort, tunnelPolicy } from "../objects/tunnelPolicy";
import { readHost } from "../objects/webhook";
import { type Hidden, isHidden, unknown } from "../hidden";
import { computeDigest } from "../digest";
import type { Declaration } from "./declaration";
import type { Side } from "./directory";
import { hidesInvitations, leadsTo, listGroupInvitations } from "./groupInvitations";
import { mayWrite, type MergedDeclaration } from "./merging";
import { readRules } from "./tunnels";
import {
  describeObject,
  describePath,
  filterCreated,
  findProject,
  getId,
  getIdOrUrn,
  getName,
  getUuid,
  hidesIds,
} from "./properties";
import type {
  DeclaredContents,
  DeclaredGroup,
  DeclaredObject,
  DeclaredObjects,
  DeclaredProject,
  DeclaredToken,
  DeclaredTunnelPolicy,
  DeclaredWebhook,
  InvitedMember,
  WrittenObject,
} from "./declaredObjects";
import { createContext } from "./objectChanges";

// Reads what stacks declare about the objects of an organization, on one side of a change.

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
  return { key: getIdOrUrn(resource), words: describeObject(resource) };
}

function readWrittenObject(present: Present): WrittenObject {
  const { resource, side } = present;
  return {
    ...readObject(present),
    declaration: { urn: resource.urn, properties: digestValues(resource.contents[side]) },
    isWritten: side === "after" && mayWrite(resource),
  };
}

/** An approval holds for one organization anyway, so its id is left out. */
function digestValues(values: Values): DeclaredContents["properties"] {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || name === "organizationId"
        ? []
        : [[name, findHidden(value)?.reason ?? computeDigest(JSON.stringify(value))]],
    ),
  );
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
