import { list, name, organizationId, text } from "./inputs";
import { createRow } from "./row";

export const group = createRow({
  noun: "group",
  order: 70,
  type: "group",
  isInLayout: true,
  inputs: { organizationId, name, description: text, members: list },
  outputs: ["pending", "userIds"],
});
