import * as z from "zod";
import { description, name } from "./inputs";
import { accessInputs } from "./project";
import { createRow } from "./row";

export const cohort = createRow({
  kind: "Cohort",
  noun: "cohort",
  inputs: {
    projectId: { schema: z.string(), isPermanent: true, isIdentity: true },
    name,
    description,
    ...accessInputs,
  },
  kept: "object",
  outputs: ["pending", "userIds"],
});
