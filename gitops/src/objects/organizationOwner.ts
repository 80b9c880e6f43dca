import type { Values } from "#framework";
import { email, organizationId } from "./inputs";
import { createRow } from "./row";

/** Declarations of the only owner that an organization of the Admin API has. */
export const organizationOwner = createRow({
  noun: "owner",
  orderInReports: 60,
  inputs: { organizationId, email },
  isKeptOnDeletion: true,
  ignoredOutputs: {
    currentEmail: "The present address of the same user, who stays the owner.",
    userId: "The user of the address, which shows who the owner is.",
  },
});

/** Reads the owner from the outputs. */
export function readOwnerOutputs({ email, userId, currentEmail }: Values) {
  return { email, id: userId, currentEmail };
}
