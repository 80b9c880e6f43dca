import type { Values } from "#framework";
import { email, organizationId } from "./inputs";
import { createRow } from "./row";

export const organizationOwner = createRow({
  noun: "owner",
  order: 60,
  inputs: { organizationId, email },
  isKeptOnDeletion: true,
  outputs: ["currentEmail", "userId"],
});

/** Reads the owner from the outputs. */
export function readOwnerOutputs({ email, userId, currentEmail }: Values) {
  return { email, id: userId, currentEmail };
}
