import { isRecord } from "#framework";
import { isSameEmail } from "#provider";
import type { Hidden } from "../hidden";
import { readOwnerOutput } from "../objects/organization";
import { organizationOwner, readOwnerOutputs } from "../objects/organizationOwner";
import { readValues } from "../objects/reading";
import type { State } from "./resource";
import type { Declaration } from "./declaration";

/** The owner in one declaration or state. */
export interface KnownOwner {
  readonly email: string;
  /** The id in the state. */
  readonly id?: unknown;
  /** The present address of the user. */
  readonly currentEmail?: unknown;
}

/** Returns the address of the owner in one state of an Organization, also if the preview hides the address. */
export function readOwner(organization: State | undefined): string | Hidden | undefined {
  return readOwnerOutput(organization?.outputs?.owner).email;
}

/** Returns the owner of an Organization before the change, with the id of the user. Undefined for other resources, and if the preview hides the address. */
export function readFormerOwner({ kind, before }: Declaration): KnownOwner | undefined {
  const owner = kind === "Organization" ? before?.outputs?.owner : undefined;
  const { email, id } = readOwnerOutput(owner);
  return isRecord(owner) && typeof email === "string" ? { email, id } : undefined;
}

/** Returns the owner that an OrganizationOwner declares after the change, unless the preview hides the address. */
export function readDeclaredOwner({ before, after }: Declaration): KnownOwner | undefined {
  if (after === undefined) return undefined;
  const { email } = readValues(organizationOwner.inputs, after.inputs);
  if (typeof email !== "string") return undefined;
  const { email: observed, ...user } = readOwnerOutputs(after.outputs ?? before?.outputs ?? {});
  // The id belongs to the declared person only if the state is about the same address.
  const isSame = isSameEmail(observed, email);
  return isSame ? { email, ...user } : { email };
}
