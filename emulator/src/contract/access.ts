import {
  emptyTunnelPolicy,
  type Cohort,
  type Grants,
  type Group,
  type ListName,
  type Member,
  type Organization,
  type Row,
} from "../model/state";

/** The properties of a new project or cohort. */
export interface NewObject {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly everyone_enabled?: boolean | undefined;
}

/** Creates what a project and a cohort have in common. */
export function createAccessControlled(row: Row, { name, description = null, everyone_enabled = true }: NewObject) {
  return { ...row, name, description, everyone_enabled, user_ids: [], group_ids: [] };
}

export function createGroup({ sequence, id }: Row, name: string, description: string | null = null): Group {
  return { sequence, id, name, description, user_ids: [] };
}

export function createCohort(row: Row, properties: NewObject): Cohort {
  return { ...createAccessControlled(row, properties), device_count: 0, tunnel_policy: { ...emptyTunnelPolicy } };
}

/** Adds an id to a list, unless the list contains it. */
export function addOnce(ids: string[], id: string): void {
  if (!ids.includes(id)) ids.push(id);
}

/** Removes a value from a list. @returns false if the list does not contain it */
export function remove<Value>(values: Value[], value: Value): boolean {
  const index = values.indexOf(value);
  if (index !== -1) values.splice(index, 1);
  return index !== -1;
}

/** Reports whether `grants` of a project or a cohort give a member access. For a cohort, the caller also checks its project. */
export function hasAccess({ groups }: Organization, { user_id, role }: Member, grants: Grants): boolean {
  // The stored role of an owner is `admin`.
  if (role === "admin" || grants.everyone_enabled || grants.user_ids.includes(user_id)) return true;
  return groups.some(({ id, user_ids }) => grants.group_ids.includes(id) && user_ids.includes(user_id));
}

type WithUserIds = Pick<Grants, "user_ids">;

/** Removes the grants of a former group, and removes it from invitations. */
export function dropGroup(organization: Organization, group: Group): void {
  for (const { group_ids } of Object.values(listGrants(organization)).flat()) remove(group_ids, group.id);
  for (const invitation of organization.invitations) {
    if (invitation.group_id === group.id) invitation.group_id = null;
  }
}

/** Removes a former member from all groups and grants. */
export function dropAccess(organization: Organization, userId: string): void {
  // The type lists every list with users, so a missing one is a compile error.
  const lists: Readonly<Record<ListName<WithUserIds>, readonly WithUserIds[]>> = {
    groups: organization.groups,
    ...listGrants(organization),
  };
  for (const { user_ids } of Object.values(lists).flat()) remove(user_ids, userId);
}

/** Lists everything with grants. The type lists every list with groups, so a missing one is a compile error. */
function listGrants({
  projects,
}: Organization): Readonly<Record<ListName<Pick<Grants, "group_ids">>, readonly Grants[]>> {
  return { projects, cohorts: projects.flatMap(({ cohorts }) => cohorts) };
}
