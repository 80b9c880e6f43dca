import { list, name, organizationId, text } from "./inputs";
import { createRow } from "./row";

export const group = createRow({
  kind: "Group",
  noun: "group",
  inputs: { organizationId, name, description: text, members: list },
  kept: "object",
  outputs: ["pending", "userIds"],
});
