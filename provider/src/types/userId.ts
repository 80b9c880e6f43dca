import type { Values } from "#framework";

/** Explains that an address belongs to a different user than the one in state. */
export function explainIdentityMismatch(
  email: string,
  { userId: prior }: Values,
  { userId: observed }: Values,
): string | undefined {
  if (typeof prior !== "string" || typeof observed !== "string" || prior === observed) return undefined;
  return `The address ${email} belongs to a different user (${observed}) than the one in state (${prior}).`;
}
