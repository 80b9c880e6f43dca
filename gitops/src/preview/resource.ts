import { parsePath } from "../../../provider/src/core/path";
import { isRecord, type Values } from "../../../provider/src/core/values";

/** A value that cannot be told. It is said, never guessed. */
export interface Hidden {
  /** `unknown`: a preview cannot know it yet. `secret`: Pulumi keeps it so. */
  readonly hidden: "unknown" | "secret";
}

export const unknown: Hidden = { hidden: "unknown" };
export const secret: Hidden = { hidden: "secret" };

export function isHidden(value: unknown): value is Hidden {
  return isRecord(value) && (value.hidden === "unknown" || value.hidden === "secret");
}

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

/** One of the provider's resources in one stack, before and after. What a program only looks at is on neither side. */
export interface Resource {
  readonly urn: string;
  /** `project/stack`. */
  readonly stack: string;
  readonly kind: ResourceKind;
  /** The name in the program. */
  readonly name: string;
  /** Undefined if it is not there yet. */
  readonly before: State | undefined;
  /** Undefined if it is not there any more. */
  readonly after: State | undefined;
  /** The id of what the program only looks at from now on. */
  readonly lookedAt: string | undefined;
  /** Whether what it stands for is replaced by another. */
  readonly replaced: boolean;
  /** Whether Pulumi forgets what it stood for before, and lets that be. */
  readonly released: boolean;
  /** Whether Pulumi does anything with it. */
  readonly changed: boolean;
  /** The paths of the properties that differ, as far as Pulumi tells them. */
  readonly differs: readonly string[];
  /** Whether it is made by this change: neither there before, nor taken over. */
  readonly created: boolean;
  /** True if this change imports an object that exists. */
  readonly imported: boolean;
  /** Whether it is managed with Avocado Connect, as far as a preview shows it. */
  readonly connect: boolean;
  /** The address of Peridio; undefined if only the environment sets it. */
  readonly endpoint: string | undefined;
  /** Whether it is an organization that is there already, and that this change takes over as it is. */
  readonly adopted: boolean;
}

export interface State {
  /** Undefined while it is not known. */
  readonly id: string | undefined;
  /** What the program declares; values may be `Hidden`. */
  readonly inputs: Values;
  /** What Peridio was seen to have; undefined for what is only planned. */
  readonly outputs: Values | undefined;
  readonly protected: boolean;
  /** When Pulumi last changed the state, in milliseconds since 1970; 0 if it has none yet. */
  readonly modified: number;
  /** True if the option `retainOnDelete` keeps the object in Peridio when its resource is deleted. */
  readonly retained: boolean;
  /** The URNs of the resources that the organization's id comes from. */
  readonly organizationFrom: readonly string[];
}

/** Orders states by the time when Pulumi observed them. An import has no such time and comes first. */
export function bySight(a: State, b: State): number {
  return Number(a.outputs !== undefined) - Number(b.outputs !== undefined) || a.modified - b.modified;
}

/** Reports if this change may write the resource to Peridio. An import only reads. */
export function isWritten({ changed, imported }: Resource): boolean {
  return changed && !imported;
}

/** Whether a property, or one entry of a map, may differ although both values are hidden. */
export function mayDiffer({ changed, differs }: Resource, property: string, entry?: string): boolean {
  if (!changed || differs.length === 0) return changed;
  return differs.some((text) => {
    const [first, second] = parsePath(text) ?? [];
    if (first !== property) return false;
    return entry === undefined || second === undefined || String(second).toLowerCase() === entry.toLowerCase();
  });
}

/** What people call it: `Membership bob`. */
export function called({ kind, name }: Pick<Resource, "kind" | "name">): string {
  return `${kind} ${name}`;
}

/** What Pulumi prints in place of a value that a preview does not know. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What Pulumi prints in place of a secret. */
const secretText = "[secret]";

/** The values that Pulumi printed, with `Hidden` for what it does not tell. */
export function told(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toldValue(value)]));
}

function toldValue(value: unknown): unknown {
  if (value === unknownText) return unknown;
  if (value === secretText) return secret;
  if (Array.isArray(value)) return value.map(toldValue);
  return isRecord(value) ? told(value) : value;
}
