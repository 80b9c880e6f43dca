import { description, list, name, organizationId } from "./inputs";
import { createRow } from "./row";

export const group = createRow({
  kind: "Group",
  noun: "group",
  inputs: { organizationId, name, description, members: list },
  kept: "object",
  outputs: ["pending", "userIds"],
});
