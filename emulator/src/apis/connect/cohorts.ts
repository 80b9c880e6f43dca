import { addCohort, remove } from "../../contract/access";
import { created, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import type { Cohort } from "../../model/state";
import {
  changeSettings,
  defineGrants,
  filterAccessible,
  findCohort,
  findProject,
  showGrants,
  showRestricted,
  toNewObject,
  type NewSettings,
  type Settings,
} from "./access";
import { paginate } from "./lists";
import { acknowledge, defineOperation, type PathParameters } from "./operation";

const grants = defineGrants((call, { project_id, id }) => findCohort(call, project_id, id), showWithAccess);

export const cohorts: Operations = {
  Cohort_index: defineOperation((call, { path, query }) => {
    const { id, cohorts } = findProject(call, path.project_id);
    const show = (cohort: Cohort) => showInList(id, cohort);
    const rows = filterAccessible(call, cohorts);
    return { status: 200, body: paginate({ name: `cohorts of ${id}`, rows, show }, query) };
  }),

  Cohort_create: defineOperation<{ readonly cohort: NewSettings }>((call, { path, body }) => {
    const project = findProject(call, path.project_id);
    const properties = toNewObject(project.cohorts, body.cohort);
    return created(showCohort(project.id, addCohort(call.state, call.now, project, properties)));
  }),

  Cohort_show: defineOperation((call, { path }) =>
    ok(showWithAccess(call, findCohort(call, path.project_id, path.id), path)),
  ),

  Cohort_update: defineOperation<{ readonly cohort: Settings }>((call, { path, body }) => {
    const cohort = findCohort(call, path.project_id, path.id);
    changeSettings(call, findProject(call, path.project_id).cohorts, cohort, body.cohort);
    return ok(showCohort(path.project_id, cohort));
  }),

  Cohort_delete: defineOperation((call, { path }) => {
    remove(findProject(call, path.project_id).cohorts, findCohort(call, path.project_id, path.id));
    return acknowledge();
  }),

  Cohort_grant_user_access: grants.grantUser,
  Cohort_revoke_user_access: grants.revokeUser,
  Cohort_grant_group_access: grants.grantGroup,
  Cohort_revoke_group_access: grants.revokeGroup,

  Cohort_index_all: defineOperation((call, { query }) => {
    const rows = filterAccessible(call, call.organization.projects)
      .flatMap(({ id, cohorts }) => filterAccessible(call, cohorts).map((cohort) => ({ ...cohort, projectId: id })))
      .sort((a, b) => a.sequence - b.sequence);
    const show = ({ projectId, ...cohort }: Cohort & { readonly projectId: string }) => showInList(projectId, cohort);
    const name = `cohorts of all projects of ${call.organization.id}`;
    return { status: 200, body: paginate({ name, rows, show }, query) };
  }),
};

function showCohort(projectId: string, cohort: Cohort) {
  return { ...showRestricted(cohort), project_id: projectId };
}

function showInList(projectId: string, cohort: Cohort) {
  return { ...showCohort(projectId, cohort), device_count: cohort.device_count };
}

function showWithAccess(call: Call, cohort: Cohort, { project_id }: PathParameters) {
  return { ...showCohort(project_id, cohort), ...showGrants(call, cohort) };
}
