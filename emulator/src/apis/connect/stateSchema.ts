import { z } from "zod";
import { cohortSchema, organizationBase, projectBase, stateBase } from "../../model/state";
import { inOrganization, inProject } from "./stored";

// The schemas of the emulator's data: those of model/state.ts, with the lists of the files in this folder. If no file stores a list that an
// operation requires, api.ts has a type error.

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
