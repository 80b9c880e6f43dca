import type { Person } from "../../access/access";
import type { Side } from "../../access/directory";
import { describeObject, describeProject, getName, listProjects, separate } from "../../access/properties";
import type { Sides } from "../../access/sides";
import type { Kind } from "../../preview/document";
import type { Resource } from "../../preview/resource";
import type { SettingReview } from "../review";
import { compareGroup, compareInvitations, compareName, compareProject, listHiddenInvitations } from "./comparison";
import { type GroupInvitation, leadsTo, listGroupInvitations } from "../../access/groupInvitations";
import { isExcluded, readAccess } from "./projectAccess";
import { mergeRows } from "./rows";

/**
 * Lists changes of the effective access to projects and cohorts: by a grant, through a group, or because they are open to everyone.
 * Admins always have access. People and projects with the same change share a row.
 */
export function reviewProjects(sides: Sides, declared: readonly Resource[], kind: Kind): readonly SettingReview[] {
  const resources = declared.flatMap(separate);
  const projects = resources.filter((resource) => resource.kind === "Project" || resource.kind === "Cohort");
  const groups = resources.filter((resource) => resource.kind === "Group");
  const invitations = resources.filter(({ kind }) => kind === "Membership" || kind === "OrganizationMembers");
  const keys = new Set([...projects, ...groups, ...invitations].flatMap((resource) => getKey(sides, resource) ?? []));
  return [...keys].flatMap((key) => {
    const isOwn = (resource: Resource) => getKey(sides, resource) === key;
    const getPeople = (side: Side) => sides[side].organizations.get(key)?.people ?? new Map<string, Person>();
    const listInvitations = (side: Side) =>
      invitations.filter(isOwn).flatMap((resource) => listGroupInvitations(resource, side, kind, groups));
    const [former, present] = [listInvitations("before"), listInvitations("after")];
    const read = (resource: Resource, side: Side) =>
      readAccess(resource, side, {
        kind,
        groups,
        people: getPeople(side),
        invitations: side === "before" ? former : present,
      });
    const nameGroup = (invitation: GroupInvitation) => {
      const group = groups.find((one) => leadsTo(invitation, one));
      return group === undefined ? String(invitation.group) : getName(group);
    };
    const own = projects.filter(isOwn);
    const readings = new Map(
      own.map((resource) => [resource, { before: read(resource, "before"), after: read(resource, "after") }]),
    );
    // A person has access to a cohort only together with its project.
    const describeLimit = (cohort: Resource) => {
      const parents = cohort.kind === "Cohort" ? listProjects(cohort, own) : [];
      const [parent] = parents;
      const declarations = parents.flatMap((project) => readings.get(project)?.after ?? []);
      return (address: string) =>
        parent !== undefined && isExcluded(address, declarations) ? `, but no access to ${describeObject(parent)}` : "";
    };
    return mergeRows(key, [
      ...[...groups, ...projects]
        .filter(isOwn)
        .flatMap((resource) =>
          compareName(resource, kind, (name) =>
            resource.kind === "Group" ? describeObject(resource, name) : describeProject(resource, projects, name),
          ),
        ),
      ...own.flatMap((resource) =>
        compareProject(describeProject(resource, projects), resource, {
          ...readings.get(resource),
          formerPeople: getPeople("before"),
          members: getPeople("after"),
          describeLimit: describeLimit(resource),
        }),
      ),
      ...compareInvitations(former, present, nameGroup),
      ...invitations.filter(isOwn).flatMap((resource) => listHiddenInvitations(resource, kind)),
      ...groups.filter(isOwn).flatMap((resource) => compareGroup(resource, kind)),
    ]);
  });
}

function getKey({ directory }: Sides, resource: Resource): string | undefined {
  return directory.getKey(resource, "after") ?? directory.getKey(resource, "before");
}
