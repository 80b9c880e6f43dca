import * as z from "zod";
import { accessInputs } from "./project";
import { createRow } from "./row";

export const cohort = createRow({
  kind: "Cohort",
  noun: "cohort",
  inputs: {
    projectId: { schema: z.string(), isPermanent: true, isIdentity: true },
    ...accessInputs,
  },
  kept: "object",
  outputs: ["pending", "userIds"],
});
