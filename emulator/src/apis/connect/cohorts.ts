import { createCohort } from "../../contract/access";
import type { Operations } from "../../contract/api";
import type { Cohort, Project } from "../../model/state";
import {
  changeAccessControlled,
  defineAccessControlled,
  filterAccessible,
  findProject,
  showAccessControlled,
} from "./access";
import { paginate } from "./lists";
import { defineOperation } from "./operation";

const showParent = ({ id }: { readonly id: string }) => ({ project_id: id });
const showInList = ({ device_count }: Cohort) => ({ device_count });

export const cohorts: Operations = {
  ...defineAccessControlled<Project, Cohort>({
    prefix: "Cohort",
    wrapper: "cohort",
    open(call, { project_id }) {
      const parent = findProject(call, project_id);
      return { parent, objects: parent.cohorts };
    },
    create: createCohort,
    change: changeAccessControlled,
    showParent,
    showInList,
  }),

  Cohort_index_all: defineOperation((call, { query }) => {
    const rows = filterAccessible(call, call.organization.projects)
      .flatMap((project) => filterAccessible(call, project.cohorts).map((cohort) => ({ ...cohort, project })))
      .sort((a, b) => a.sequence - b.sequence);
    const show = ({ project, ...cohort }: Cohort & { readonly project: Project }) => ({
      ...showAccessControlled(cohort),
      ...showParent(project),
      ...showInList(cohort),
    });
    const name = `cohorts of all projects of ${call.organization.id}`;
    return { status: 200, body: paginate({ name, rows, show }, query) };
  }),
};
