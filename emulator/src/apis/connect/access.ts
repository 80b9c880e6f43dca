import { addOnce, hasAccess, remove, type NewObject } from "../../contract/access";
import { ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import { notFound } from "../../contract/errors";
import { getUserById, type Cohort, type Grants, type Organization, type Project, type Row } from "../../model/state";
import { defineCollection, findObject, type CollectionRules } from "./collection";
import { checkName, toOptionalText } from "./checks";
import { acknowledge, defineOperation, findById, type PathParameters } from "./operation";
import { findMember, getDisplayName } from "./people";

type AccessControlled = Project | Cohort;

interface ProjectSettings {
  readonly name: string;
  readonly description?: string;
  readonly everyone_enabled?: boolean;
}

/** Selects the objects to which the caller has access. */
export function filterAccessible<Stored extends Grants>(
  { organization, member }: Call,
  objects: readonly Stored[],
): Stored[] {
  return objects.filter((object) => hasAccess(organization, member, object));
}

/** Finds a project. @throws ApiError (404) without access */
export function findProject<P extends Project>(call: Call<Organization<P>>, id: string): P {
  return findById(filterAccessible(call, call.organization.projects), id);
}

/** Finds a cohort. @throws ApiError (404) without access to the cohort or its project */
export function findCohort(call: Call, projectId: string, id: string): Cohort {
  return findById(filterAccessible(call, findProject(call, projectId).cohorts), id);
}

/** The rules of projects that are not those of cohorts, or the reverse. */
interface AccessControlledRules<Parent extends { readonly id: string }, Stored extends AccessControlled> extends Pick<
  CollectionRules<Organization, Stored, ProjectSettings, Parent>,
  "prefix" | "wrapper" | "open" | "change" | "showInList"
> {
  readonly create: (row: Row, properties: NewObject) => Stored;
  readonly showParent: (parent: Parent) => object;
}

/** Defines the operations on projects or cohorts, and those that give access to one and revoke it. */
export function defineAccessControlled<Parent extends { readonly id: string }, Stored extends AccessControlled>(
  rules: AccessControlledRules<Parent, Stored>,
): Operations {
  const { prefix, open, create, showParent } = rules;
  const collection: CollectionRules<Organization, Stored, ProjectSettings, Parent> = {
    ...rules,
    open(call, path) {
      const contents = open(call, path);
      return { ...contents, visible: filterAccessible(call, contents.objects) };
    },
    check: checkName,
    create: (row, { description, ...rest }) => create(row, { ...rest, description: toOptionalText(description) }),
    show: (object, parent) => ({ ...showAccessControlled(object), ...showParent(parent) }),
    showDetails: showGrants,
  };
  const find = (call: Call, path: PathParameters) => findObject(collection.open(call, path), path);
  const showWithGrants = (call: Call, { object, parent }: ReturnType<typeof find>) =>
    ok({ ...collection.show(object, parent), ...showGrants(object, call) });
  return {
    ...defineCollection(collection),

    [`${prefix}_grant_user_access`]: defineOperation<{ readonly user_id: string }>((call, { path, body }) => {
      const found = find(call, path);
      addOnce(found.object.user_ids, findMember(call.organization, body.user_id).user_id);
      return showWithGrants(call, found);
    }),

    [`${prefix}_revoke_user_access`]: defineOperation((call, { path }) => {
      if (!remove(find(call, path).object.user_ids, path.user_id)) throw notFound();
      return acknowledge();
    }),

    [`${prefix}_grant_group_access`]: defineOperation<{ readonly group_id: string }>((call, { path, body }) => {
      const found = find(call, path);
      addOnce(found.object.group_ids, findById(call.organization.groups, body.group_id).id);
      return showWithGrants(call, found);
    }),

    [`${prefix}_revoke_group_access`]: defineOperation((call, { path }) => {
      if (!remove(find(call, path).object.group_ids, path.group_id)) throw notFound();
      return acknowledge();
    }),
  };
}

export function changeAccessControlled({ name, description, everyone_enabled }: Partial<ProjectSettings>) {
  return { name, description: toOptionalText(description), everyone_enabled };
}

export function showAccessControlled(object: AccessControlled) {
  const { id, name, description, everyone_enabled, inserted_at, updated_at } = object;
  return { id, name, description, everyone_enabled, inserted_at, updated_at };
}

function showGrants({ user_ids, group_ids }: Grants, { state, organization }: Call) {
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
