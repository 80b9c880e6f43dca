import { randomUUID } from "node:crypto";
import {
  emptyTunnelPolicy,
  type Cohort,
  type Grants,
  type Group,
  type Member,
  type Organization,
  type Project,
  type Runtime,
  type State,
} from "../model/state";

/** The properties of a new project or cohort. */
export interface NewObject {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly everyone_enabled?: boolean | undefined;
}

function createRow(state: State, now: string) {
  state.sequence += 1;
  return { sequence: state.sequence, id: randomUUID(), inserted_at: now, updated_at: now };
}

function createObject(state: State, now: string, { name, description = null, everyone_enabled = true }: NewObject) {
  return { ...createRow(state, now), name, description, everyone_enabled, user_ids: [], group_ids: [] };
}

export function addGroup(
  state: State,
  organization: Organization,
  name: string,
  description: string | null = null,
): Group {
  state.sequence += 1;
  const group = { sequence: state.sequence, id: randomUUID(), name, description, user_ids: [] };
  organization.groups.push(group);
  return group;
}

export function addProject(state: State, now: string, { projects }: Organization, properties: NewObject): Project {
  const project = { ...createObject(state, now, properties), runtimes: [], cohorts: [] };
  projects.push(project);
  return project;
}

export function addCohort(state: State, now: string, { cohorts }: Project, properties: NewObject): Cohort {
  const cohort = { ...createObject(state, now, properties), device_count: 0, tunnel_policy: { ...emptyTunnelPolicy } };
  cohorts.push(cohort);
  return cohort;
}

export function createRuntime(state: State, now: string, version: string): Runtime {
  return { ...createRow(state, now), version, status: "ready" };
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

/** Reports whether a member has access to a project, or to a cohort of a project to which the member has access. */
export function hasAccess({ groups }: Organization, { user_id, role }: Member, grants: Grants): boolean {
  // The owner is also an admin.
  if (role === "admin" || grants.everyone_enabled || grants.user_ids.includes(user_id)) return true;
  return groups.some(({ id, user_ids }) => grants.group_ids.includes(id) && user_ids.includes(user_id));
}

/** Removes a group with its grants, and removes it from invitations. */
export function removeGroup(organization: Organization, group: Group): void {
  remove(organization.groups, group);
  for (const { group_ids } of listGrants(organization)) remove(group_ids, group.id);
  for (const invitation of organization.invitations) {
    if (invitation.group_id === group.id) invitation.group_id = null;
  }
}

/** Removes a former member from all groups and grants. */
export function dropAccess(organization: Organization, userId: string): void {
  for (const { user_ids } of [...organization.groups, ...listGrants(organization)]) remove(user_ids, userId);
}

function listGrants({ projects }: Organization): readonly Grants[] {
  return projects.flatMap((project) => [project, ...project.cohorts]);
}
