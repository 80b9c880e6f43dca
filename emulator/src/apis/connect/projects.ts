import { createProject } from "../../contract/access";
import type { Operations } from "../../contract/api";
import type { Organization, Project, Runtime } from "../../model/state";
import { changeRestricted, defineRestricted, findProject } from "./access";
import { paginate } from "./lists";
import { defineOperation } from "./operation";

export const projects = defineRestricted<Organization, Project>({
  prefix: "Project",
  wrapper: "project",
  open: ({ organization }) => ({ parent: organization, objects: organization.projects }),
  create: createProject,
  change: changeRestricted,
  showParent: ({ id }) => ({ organization_id: id }),
});

export const runtimes: Operations = {
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
