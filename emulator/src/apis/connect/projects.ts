import { createProject } from "../../contract/access";
import type { Organization, Project } from "../../model/state";
import { changeRestricted, defineRestricted } from "./access";

export const projects = defineRestricted<Organization, Project>({
  prefix: "Project",
  wrapper: "project",
  open: ({ organization }) => ({ parent: organization, objects: organization.projects }),
  create: createProject,
  change: changeRestricted,
  showParent: ({ id }) => ({ organization_id: id }),
});
