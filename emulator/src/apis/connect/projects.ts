import { createRestricted, type NewObject } from "../../contract/access";
import type { Organization, Project, Row } from "../../model/state";
import { changeRestricted, defineRestricted } from "./access";
import { projectSchema, type StoredProject } from "./stateSchema";

export const projects = defineRestricted<Organization, Project>({
  prefix: "Project",
  wrapper: "project",
  open: ({ organization }) => ({ parent: organization, objects: organization.projects }),
  create: createProject,
  change: changeRestricted,
  showParent: ({ id }) => ({ organization_id: id }),
});

export function createProject(row: Row, properties: NewObject): StoredProject {
  return projectSchema.parse(createRestricted(row, properties));
}
