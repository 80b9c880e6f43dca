import { z } from "zod";
import { cohortSchema, organizationBase, projectBase, stateBase } from "../../model/state";
import { inOrganization, inProject } from "./stored";

// Joins the base schemas of model/state.ts with the lists that the files of this folder store. stored.ts collects these lists. If an
// operation requires a list that no file stores, api.ts does not compile.

// Cohorts name people, so model/state.ts defines them, and `inProject` does not contain them.
export const projectSchema = projectBase.extend({ ...inProject, cohorts: z.array(cohortSchema).default([]) });

export const organizationSchema = organizationBase.extend({
  ...inOrganization,
  projects: z.array(projectSchema).default([]),
});

export const stateSchema = stateBase.extend({ organizations: z.array(organizationSchema) });

export type StoredState = z.infer<typeof stateSchema>;
export type StoredOrganization = z.infer<typeof organizationSchema>;
export type StoredProject = z.infer<typeof projectSchema>;

export function createState(): StoredState {
  return {
    version: 1,
    sequence: 0,
    clock_offset: 0,
    email_delivery: true,
    invitation_hours: null,
    users: {},
    user_ids: {},
    api_keys: {},
    organizations: [],
  };
}
