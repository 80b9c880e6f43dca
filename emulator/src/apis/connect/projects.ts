import { createAccessControlled, type NewObject } from "../../contract/access";
import type { Organization, Project, Row } from "../../model/state";
import { changeAccessControlled, defineAccessControlled } from "./access";
import { projectSchema, type StoredProject } from "./stateSchema";

export const projects = defineAccessControlled<Organization, Project>({
  prefix: "Project",
  wrapper: "project",
  open: ({ organization }) => ({ parent: organization, objects: organization.projects }),
  create: createProject,
  change: changeAccessControlled,
  showParent: ({ id }) => ({ organization_id: id }),
});

export function createProject(row: Row, properties: NewObject): StoredProject {
  return projectSchema.parse(createAccessControlled(row, properties));
}
