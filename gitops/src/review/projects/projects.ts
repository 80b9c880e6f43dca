import { canonicalizeEmail } from "#provider";
import type { Side } from "../../access/directory";
import { listInvitations, listObjectAccess } from "../../access/effectiveAccess";
import { type GroupInvitation, leadsTo } from "../../access/groupInvitations";
import { describeObject, describeProject, getName, separate } from "../../access/properties";
import type { Sides } from "../../access/sides";
import type { Kind } from "../../preview/document";
import type { Resource } from "../../preview/resource";
import type { SettingReview } from "../review";
import {
  compareDescription,
  compareGroup,
  compareInvitations,
  compareName,
  compareProject,
  listHiddenInvitations,
} from "./comparison";
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
  const describe = (resource: Resource, name = getName(resource)) =>
    resource.kind === "Group" ? describeObject(resource, name) : describeProject(resource, projects, name);
  return [...keys].flatMap((key) => {
    const isOwn = (resource: Resource) => getKey(sides, resource) === key;
    const list = (side: Side) => listInvitations(key, resources, { sides, side, kind });
    const nameGroup = (invitation: GroupInvitation) => {
      const group = groups.find((one) => leadsTo(invitation, one));
      return group === undefined ? String(invitation.group) : getName(group);
    };
    const people = sides.after.organizations.get(key)?.people;
    // An accepted invitation is no change.
    const isInvited = (email: string) => {
      const status = people?.get(canonicalizeEmail(email))?.status;
      return kind === "change" && status !== undefined && status !== "active";
    };
    const named = [...groups, ...projects].filter(isOwn);
    return mergeRows(key, [
      ...named.flatMap((resource) => [
        ...compareName(resource, kind, (name) => describe(resource, name)),
        ...compareDescription(resource, kind, describe(resource)),
      ]),
      ...listObjectAccess(key, declared, sides, kind).flatMap((access) =>
        compareProject(describe(access.resources[0]), access, {
          former: sides.before.organizations.get(key),
          present: sides.after.organizations.get(key),
          kind,
        }),
      ),
      ...compareInvitations(list("before"), list("after"), { name: nameGroup, isInvited }),
      ...invitations.filter(isOwn).flatMap((resource) => listHiddenInvitations(resource, kind)),
      ...groups.filter(isOwn).flatMap((resource) => compareGroup(resource, kind)),
    ]);
  });
}

function getKey({ directory }: Sides, resource: Resource): string | undefined {
  return directory.getKey(resource, "after") ?? directory.getKey(resource, "before");
}
