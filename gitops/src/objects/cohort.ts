import * as z from "zod";
import { accessInputs } from "./project";
import { isReference } from "./property";
import { createRow } from "./row";

export const cohort = createRow({
  kind: "Cohort",
  noun: "cohort",
  inputs: {
    projectId: { schema: z.string(), isPermanent: true, isIdentity: true, ...isReference },
    ...accessInputs,
  },
  kept: "object",
  outputs: ["pending", "userIds"],
});
