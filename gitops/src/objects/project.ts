import * as z from "zod";
import { description, name, organizationId } from "./inputs";
import { createRow } from "./row";

/** The grants, with the values that the review understands. */
export const accessInput = z.strictObject({ users: z.array(z.string()), groups: z.array(z.string()) }).partial();

/** The inputs that decide about the access to projects and cohorts. */
export const accessInputs = {
  everyoneEnabled: { schema: z.boolean(), isPermanent: true },
  access: { schema: accessInput },
} as const;

export const project = createRow({
  kind: "Project",
  noun: "project",
  inputs: { organizationId, name, description, ...accessInputs },
  kept: "object",
  outputs: ["pending", "userIds"],
});
