import * as z from "zod";
import { description, name, organizationId } from "./inputs";
import { createRow } from "./row";

export const group = createRow({
  kind: "Group",
  noun: "group",
  inputs: { organizationId, name, description, members: { schema: z.array(z.string()) } },
  kept: "object",
  outputs: ["pending", "userIds"],
});
