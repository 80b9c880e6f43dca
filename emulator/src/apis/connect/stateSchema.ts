import { z } from "zod";
import { cohortSchema, organizationBase, projectBase, stateBase, type Project, type State } from "../../model/state";
import { inOrganization, inProject } from "./stored";

// The schemas of the emulator's data: those of model/state.ts, with the lists of the files in this folder. A list that
// `Organization` or `Project` declares without a file that stores it is a type error here.

export const projectSchema: z.ZodType<Project, z.input<typeof projectBase>> = projectBase.extend({
  ...inProject,
  cohorts: z.array(cohortSchema).default([]),
});

export const organizationSchema = organizationBase.extend({
  ...inOrganization,
  projects: z.array(projectSchema).default([]),
});

export const stateSchema: z.ZodType<State> = stateBase.extend({ organizations: z.array(organizationSchema) });
