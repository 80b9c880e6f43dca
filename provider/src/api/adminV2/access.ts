import type { ApiTokens, Groups, Projects } from "../client";
import { rejectUnsupported } from "./unsupported";

const rejectGroups = async (): Promise<never> => rejectUnsupported("groups");
const rejectProjects = async (): Promise<never> => rejectUnsupported("projects");
const rejectApiTokens = async (): Promise<never> => rejectUnsupported("apiTokens");

/** This API has no groups. */
export const groups: Groups = {
  async *list() {
    yield await rejectGroups();
  },
  get: rejectGroups,
  create: rejectGroups,
  update: rejectGroups,
  addMember: rejectGroups,
  removeMember: rejectGroups,
  delete: rejectGroups,
};

/** This API has no projects and no cohorts. */
export const projects: Projects = {
  async *list() {
    yield await rejectProjects();
  },
  get: rejectProjects,
  create: rejectProjects,
  update: rejectProjects,
  addUser: rejectProjects,
  removeUser: rejectProjects,
  addGroup: rejectProjects,
  removeGroup: rejectProjects,
  listContents: rejectProjects,
  delete: rejectProjects,
};

/** This API has no API tokens of organizations. */
export const apiTokens: ApiTokens = {
  async *list() {
    yield await rejectApiTokens();
  },
  create: rejectApiTokens,
  revoke: rejectApiTokens,
};
