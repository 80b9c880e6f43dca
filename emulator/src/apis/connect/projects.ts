import { addProject, remove } from "../../contract/access";
import { created, ok, type Operations } from "../../contract/api";
import type { Call } from "../../contract/call";
import type { Project, Runtime } from "../../model/state";
import {
  changeSettings,
  defineGrants,
  filterAccessible,
  findProject,
  showGrants,
  showRestricted,
  toNewObject,
  type NewSettings,
  type Settings,
} from "./access";
import { paginate } from "./lists";
import { acknowledge, defineOperation } from "./operation";

const grants = defineGrants((call, { id }) => findProject(call, id), showWithAccess);

export const projects: Operations = {
  Project_index: defineOperation((call, { query }) => {
    const { id, projects } = call.organization;
    const show = (project: Project) => showProject(call, project);
    const rows = filterAccessible(call, projects);
    return { status: 200, body: paginate({ name: `projects of ${id}`, rows, show }, query) };
  }),

  Project_create: defineOperation<{ readonly project: NewSettings }>((call, { body }) => {
    const { state, now, organization } = call;
    const properties = toNewObject(organization.projects, body.project);
    return created(showProject(call, addProject(state, now, organization, properties)));
  }),

  Project_show: defineOperation((call, { path }) => ok(showWithAccess(call, findProject(call, path.id)))),

  Project_update: defineOperation<{ readonly project: Settings }>((call, { path, body }) => {
    const project = findProject(call, path.id);
    changeSettings(call, call.organization.projects, project, body.project);
    return ok(showProject(call, project));
  }),

  Project_delete: defineOperation((call, { path }) => {
    remove(call.organization.projects, findProject(call, path.id));
    return acknowledge();
  }),

  Project_grant_user_access: grants.grantUser,
  Project_revoke_user_access: grants.revokeUser,
  Project_grant_group_access: grants.grantGroup,
  Project_revoke_group_access: grants.revokeGroup,

  Runtime_index: defineOperation((call, { path, query }) => {
    const { id, runtimes } = findProject(call, path.project_id);
    const search = query.search?.toLowerCase() ?? "";
    const matches = ({ version, status }: Runtime) =>
      version.toLowerCase().includes(search) && status === (query.status ?? status);
    const show = ({ id: runtimeId, version, status, inserted_at, updated_at }: Runtime) => ({
      id: runtimeId,
      version,
      status,
      project_id: id,
      inserted_at,
      updated_at,
    });
    const name = `runtimes of ${id}${query.status === undefined ? "" : ` with ${query.status}`}`;
    return { status: 200, body: paginate({ name, rows: runtimes.filter(matches), show }, query) };
  }),
};

function showProject({ organization }: Call, project: Project) {
  return { ...showRestricted(project), organization_id: organization.id };
}

function showWithAccess(call: Call, project: Project) {
  return { ...showProject(call, project), ...showGrants(call, project) };
}
