import { addOnce, hasAccess, remove, type NewObject } from "../../contract/access";
import { ok, type Operation } from "../../contract/api";
import type { Call } from "../../contract/call";
import { notFound } from "../../contract/errors";
import { applyChanges } from "../../contract/rules";
import { getUserById, type Cohort, type Grants, type Project } from "../../model/state";
import {
  acknowledge,
  checkName,
  defineOperation,
  findById,
  findMember,
  getDisplayName,
  toOptionalText,
  type Naming,
  type PathParameters,
} from "./operation";

/** The properties in a request for a project or a cohort. */
export interface Settings extends Naming {
  readonly everyone_enabled?: boolean;
}

export type NewSettings = Settings & { readonly name: string };

/** A project or a cohort. */
type Restricted = Project | Cohort;

/** Selects the objects to which the caller has access. */
export function filterAccessible<Row extends Grants>(call: Call, rows: readonly Row[]): Row[] {
  return rows.filter((row) => hasAccess(call.organization, call.member, row));
}

/** Finds a project. @throws ApiError (404) without access */
export function findProject(call: Call, id: string): Project {
  return findById(filterAccessible(call, call.organization.projects), id);
}

/** Finds a cohort. @throws ApiError (404) without access to the cohort or its project */
export function findCohort(call: Call, projectId: string, id: string): Cohort {
  return findById(filterAccessible(call, findProject(call, projectId).cohorts), id);
}

/** Checks the properties of a new object. @throws ApiError */
export function toNewObject(siblings: readonly Restricted[], { description = "", ...rest }: NewSettings): NewObject {
  checkName(siblings, rest.name);
  return { ...rest, description: toOptionalText(description) };
}

/** Changes the properties that a request names. @throws ApiError if the name is blank or taken */
export function changeSettings(
  { now }: Call,
  siblings: readonly Restricted[],
  target: Restricted,
  { description, ...rest }: Settings,
): void {
  if (rest.name !== undefined) checkName(siblings, rest.name, target);
  const changes = { ...rest, ...(description !== undefined && { description: toOptionalText(description) }) };
  if (applyChanges(target, changes, ["name", "description", "everyone_enabled"])) target.updated_at = now;
}

export function showRestricted({ id, name, description, everyone_enabled, inserted_at, updated_at }: Restricted) {
  return { id, name, description, everyone_enabled, inserted_at, updated_at };
}

export function showGrants({ state, organization }: Call, { user_ids, group_ids }: Grants) {
  const access_users = user_ids.map((userId) => {
    const user = getUserById(state, userId);
    return { id: user.id, name: getDisplayName(user), email: user.email, username: user.username };
  });
  const access_groups = group_ids.map((groupId) => {
    const { id, name } = findById(organization.groups, groupId);
    return { id, name };
  });
  return { access_users, access_groups };
}

/** Defines the operations that give access to an object and revoke it. */
export function defineGrants<Target extends Grants>(
  find: (call: Call, path: PathParameters) => Target,
  show: (call: Call, target: Target, path: PathParameters) => object,
): Readonly<Record<"grantUser" | "revokeUser" | "grantGroup" | "revokeGroup", Operation>> {
  return {
    grantUser: defineOperation<{ readonly user_id: string }>((call, { path, body }) => {
      const target = find(call, path);
      addOnce(target.user_ids, findMember(call.organization, body.user_id).user_id);
      return ok(show(call, target, path));
    }),

    revokeUser: defineOperation((call, { path }) => {
      if (!remove(find(call, path).user_ids, path.user_id)) throw notFound();
      return acknowledge();
    }),

    grantGroup: defineOperation<{ readonly group_id: string }>((call, { path, body }) => {
      const target = find(call, path);
      addOnce(target.group_ids, findById(call.organization.groups, body.group_id).id);
      return ok(show(call, target, path));
    }),

    revokeGroup: defineOperation((call, { path }) => {
      if (!remove(find(call, path).group_ids, path.group_id)) throw notFound();
      return acknowledge();
    }),
  };
}
