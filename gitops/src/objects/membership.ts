import * as z from "zod";
import { email, organizationId, role } from "./inputs";
import { createRow } from "./row";

export const membership = createRow({
  kind: "Membership",
  noun: "membership",
  inputs: {
    organizationId,
    email,
    role,
    onExpired: { schema: z.enum(["reinvite", "ignore"]) },
    userId: { schema: z.string() },
    groupId: { schema: z.string() },
  },
  kept: "people",
  outputs: ["asOwner", "currentEmail", "invitationExpiresAt", "invitationId", "inviteUrl", "status"],
});
