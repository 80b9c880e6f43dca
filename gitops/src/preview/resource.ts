import type { Values } from "../../../provider/src/core/values";

/** The provider's resources, by the last part of their type. */
export const kinds = [
  "Organization",
  "Membership",
  "OrganizationMembers",
  "OrganizationOwner",
  "SecurityPolicy",
  "BillingSettings",
] as const;
export type ResourceKind = (typeof kinds)[number];

/** One of the provider's resources in one stack, before and after. */
export interface Resource {
  readonly urn: string;
  readonly kind: ResourceKind;
  /** The name in the program. */
  readonly name: string;
  /** Undefined if it is not there yet. */
  readonly before: State | undefined;
  /** Undefined if it is not there any more. */
  readonly after: State | undefined;
  /** Whether the program only looks at it, and manages nothing by it. */
  readonly external: boolean;
  /** Whether what it stands for is replaced by another. */
  readonly replaced: boolean;
  /** Whether Pulumi forgets it, and lets what it stands for be. */
  readonly released: boolean;
  /** Whether Pulumi does anything with it. */
  readonly changed: boolean;
  /** Whether it is made by this change: neither there before, nor taken over. */
  readonly created: boolean;
}

export interface State {
  /** Undefined while it is not known. */
  readonly id: string | undefined;
  /** What the program declares; values may be `Hidden`. */
  readonly inputs: Values;
  /** What Peridio was seen to have; undefined for what is only planned. */
  readonly outputs: Values | undefined;
  readonly protected: boolean;
  /** The URNs of the resources that the organization's id comes from. */
  readonly organizationFrom: readonly string[];
}

/** What people call it: `Membership bob`. */
export function called({ kind, name }: Pick<Resource, "kind" | "name">): string {
  return `${kind} ${name}`;
}
