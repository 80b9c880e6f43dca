import { canonicalizeEmail } from "#provider";
import { isExcluded, type Reason, type Reasons } from "../access/reasons";
import { getOrganizationKey } from "./declaration";
import type { Side } from "./directory";
import { type GroupInvitation, listDeclaredGroups, listGroupInvitations } from "./groupInvitations";
import type { Model } from "./model";
import { isComplete, type Person } from "./organization";
import { isHidden } from "../hidden";
import type { MergedProject } from "./merging";
import { listGroupMembers, type ProjectAccess, readAccess } from "./projectAccess";
import { findProject, getPath } from "./properties";

// Effective access: the people who reach a project or cohort, as its grants, groups and openness and the roles of people give it.

/** The access to one project or cohort, before and after a change. */
export interface ObjectAccess {
  readonly object: MergedProject;
  /** The name of a project, or `firmware/canary` for a cohort. */
  readonly path: string;
  /** The project of a cohort, if a stack declares it. */
  readonly parent: MergedProject | undefined;
  /** Undefined if the object is absent. */
  readonly before: EffectiveAccess | undefined;
  readonly after: EffectiveAccess | undefined;
}

/** The access to one project or cohort on one side. */
export interface EffectiveAccess extends ProjectAccess {
  /** The reasons for which people can reach the object. */
  readonly effective: Reasons;
  /** Reasons that give no access: the person cannot reach the project of the cohort, or is not in the organization. */
  readonly dormant: Reasons;
  /** Reports if grants or group members that no stack declares may give access to a person too. */
  readonly mayBeGranted: (address: string) => boolean;
  /** Reports if a member reaches the object because it is open, and reaches its project. */
  readonly isOpenTo: (address: string) => boolean;
  /** True if all members of the organization can reach the object, because it and its project are open. */
  readonly isOpenToAll: boolean;
}

/** Computes the access to the projects and cohorts of all organizations, by `Organization.key`. */
export function listAllAccess(model: Model): ReadonlyMap<string, readonly ObjectAccess[]> {
  const keys = new Set(model.projects.flatMap((project) => getOrganizationKey(project) ?? []));
  return new Map([...keys].map((key) => [key, listObjectAccess(key, model)]));
}

/**
 * Computes who can reach each project and cohort of an organization. A review compares both sides, and `who` shows the one after
 * the change. A person reaches a cohort only together with its project. If the project's access is hidden or undeclared, the person counts as reaching it.
 */
export function listObjectAccess(key: string, model: Model): readonly ObjectAccess[] {
  const projects = model.projects.filter((project) => getOrganizationKey(project) === key);
  const readDeclared = createReader(key, model);
  const objects = projects.map((object) => ({
    object,
    path: getPath(object, model.projects),
    parent: object.kind === "Cohort" ? findProject(object, projects) : undefined,
    before: readDeclared(object, "before"),
    after: readDeclared(object, "after"),
  }));
  const byObject = new Map(objects.map((access) => [access.object, access]));
  const limit = (object: (typeof objects)[number], side: Side): EffectiveAccess | undefined => {
    const own = object[side];
    if (own === undefined) return undefined;
    const { parent } = object;
    const project = parent && byObject.get(parent)?.[side];
    // Nobody reaches a released cohort of a deleted project.
    const isGone = side === "after" && parent !== undefined && project === undefined;
    const isOutside = createMembershipCheck(key, model, side);
    const people = model[side].organizations.get(key)?.people ?? new Map<string, Person>();
    const isUnknown = project === undefined ? !isGone : project.hasHidden || hasUndeclared(project);
    const mayReach = (address: string) => {
      const person = people.get(address);
      // A person without a declared membership may be a member, who reaches an open project, and one with a hidden role an admin.
      return isUnknown || (person === undefined ? project?.isOpen === true : isHidden(person.role));
    };
    const isLimited = (address: string) =>
      isOutside(address) ||
      isExcluded({ reasons: project?.reasons.get(address) ?? [], doubts: mayReach(address) ? [address] : [] });
    const dormant = new Map<string, readonly Reason[]>();
    for (const [address, reasons] of own.reasons) if (isLimited(address)) dormant.set(address, reasons);
    return {
      ...own,
      effective:
        dormant.size === 0 ? own.reasons : new Map([...own.reasons].filter(([address]) => !dormant.has(address))),
      dormant,
      mayBeGranted: (address) =>
        !isLimited(address) && (hasUndeclared(own) || (own.isOpen && project !== undefined && hasUndeclared(project))),
      isOpenTo: (address) =>
        own.isOpen && (project === undefined ? !isGone : project.isOpen || project.reasons.has(address)),
      isOpenToAll: own.isOpen && (project === undefined ? !isGone : project.isOpen),
    };
  };
  return objects.map((object) => ({ ...object, before: limit(object, "before"), after: limit(object, "after") }));
}

function hasUndeclared({ isDeclared, unknownGroups }: ProjectAccess): boolean {
  return !isDeclared || unknownGroups.length > 0;
}

/** Returns a function that reads the declared access of a resource on one side. */
function createReader(key: string, model: Model) {
  const read = (side: Side) => ({
    people: model[side].organizations.get(key)?.people ?? new Map<string, Person>(),
    groups: listGroupMembers(model.groups, side, listInvitations(key, model, side)),
  });
  const sides = { before: read("before"), after: read("after") };
  return (resource: MergedProject, side: Side) => readAccess(resource, side, sides[side]);
}

/** Lists the invitations by which people join groups of an organization, until they accept. */
export function listInvitations(key: string, model: Model, side: Side): readonly GroupInvitation[] {
  const people = model[side].organizations.get(key)?.people;
  return model.separated
    .filter(
      (resource) =>
        (resource.kind === "Membership" || resource.kind === "OrganizationMembers") &&
        getOrganizationKey(resource) === key,
    )
    .flatMap((resource) => listGroupInvitations(resource, side, model.groups))
    .filter(({ email }) => people?.get(canonicalizeEmail(email))?.status !== "active");
}

/**
 * Lists the groups that resources declare on one side for people who are members on both sides. Such a group has no effect, because
 * people join it by accepting an invitation. An import declared nothing before the change.
 */
export function listInvitationsOfMembers(key: string, model: Model, side: Side): readonly GroupInvitation[] {
  const sides = [model.before, model.after].map(({ organizations }) => organizations.get(key)?.people);
  const isMember = ({ email }: GroupInvitation) =>
    sides.every((people) => people?.get(canonicalizeEmail(email))?.status === "active");
  return model.separated
    .filter(
      ({ kind, isImported, organization }) =>
        (kind === "Membership" || kind === "OrganizationMembers") &&
        organization[side] === key &&
        !(isImported && side === "before"),
    )
    .flatMap((resource) => listDeclaredGroups(resource, side, model.groups))
    .filter(isMember);
}

/**
 * Returns a function that reports if a person is certainly not in the organization on one side, or has an expired invitation. A
 * person with a grant and without a declared membership may be a member.
 */
function createMembershipCheck(key: string, model: Model, side: Side): (address: string) => boolean {
  const organization = model[side].organizations.get(key);
  const [former, present] = (["before", "after"] as const).map((one) => model[one].organizations.get(key)?.people);
  return (address) => {
    const person = organization?.people.get(address);
    if (person !== undefined) return person.status === "expired";
    const isRemoved = side === "after" && former?.has(address) === true;
    // Peridio does not invite a member.
    const isInvited = side === "before" && present?.get(address)?.status === "planned";
    return isRemoved || isInvited || (organization !== undefined && isComplete(organization));
  };
}
