import { canonicalizeEmail, isSameEmail } from "#provider";
import type { Resource } from "./resource";

/** Returns the former address of a user whose present one the program of a Membership starts to declare. */
export function findFormerAddress({ kind, before, after, isReplaced }: Resource): string | undefined {
  if (kind !== "Membership" || isReplaced || before === undefined) return undefined;
  const { inputs, outputs } = before;
  const [former, current, declared] = [inputs.email, outputs?.currentEmail, after?.inputs.email];
  if (typeof former !== "string" || typeof current !== "string" || typeof declared !== "string") return undefined;
  const isMoved = canonicalizeEmail(former) !== canonicalizeEmail(current);
  return isMoved && isSameEmail(current, declared) ? former : undefined;
}

/** Gives the person before the change the present address. */
export function moveFormer(resource: Resource): Resource {
  const { before } = resource;
  if (before === undefined) return resource;
  const { inputs, outputs = {} } = before;
  const email = outputs.currentEmail;
  return { ...resource, before: { ...before, inputs: { ...inputs, email }, outputs: { ...outputs, email } } };
}
