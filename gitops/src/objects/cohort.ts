import * as z from "zod";
import { accessInputs } from "./project";
import { isReference } from "./property";
import { createRow } from "./row";

export const cohort = createRow({
  noun: "cohort",
  order: 90,
  type: "cohort",
  isInLayout: true,
  inputs: {
    projectId: { schema: z.string(), isPermanent: true, isIdentity: true, ...isReference },
    ...accessInputs,
  },
  outputs: ["pending", "userIds"],
});
