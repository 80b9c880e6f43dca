import { email, organizationId } from "./inputs";
import { createRow } from "./row";

export const organizationOwner = createRow({
  noun: "owner",
  inputs: { organizationId, email },
  isOnlyDeclared: true,
  outputs: ["currentEmail", "userId"],
});
