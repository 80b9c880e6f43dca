import type {
  AllowlistEntry,
  KeyRotation,
  MeteredResource,
  PaymentMethod,
  Role,
  Unknown,
} from "../../../provider/src/api";
import type { Hidden } from "../preview/resource";

/**
 * Who may do what, and under which rules, in all organizations of some stacks at one moment. A review compares two of these;
 * rules are held against the second.
 */
export interface Access {
  /** By `Organization.key`. */
  readonly organizations: ReadonlyMap<string, Organization>;
}

export interface Organization {
  /** The same before and after a change: the PRN or, of one that is still to be created, the URN that declares it. */
  readonly key: string;
  /** The PRN; undefined while it is still to be created. */
  readonly id: string | undefined;
  /** Undefined where no stack declares the organization itself, so that only its PRN is known. */
  readonly name: string | undefined;
  /** Whether Pulumi's `protect` keeps it from being deleted; undefined where no stack declares it. */
  readonly protected: boolean | undefined;
  /** The owner's e-mail address; undefined where nothing tells. */
  readonly owner: string | Hidden | undefined;
  readonly general: GeneralSettings;
  /** By canonical e-mail address. */
  readonly people: ReadonlyMap<string, Person>;
  /** Whether a roster that ignores nobody declares everybody, perhaps but owners: a roster leaves owners alone. */
  readonly hasRoster: boolean;
  /** Whether there may be owners whom nothing tells, since the API does not. */
  readonly hasUntoldOwners: boolean;
  /** How many people are known to be there whose addresses are hidden. */
  readonly hiddenPeople: number;
  /** True if a roster declares people that the preview hides. */
  readonly hasHiddenRoster: boolean;
  /** Undefined where no stack declares a SecurityPolicy and the organization is not a new one. */
  readonly security: SecuritySettings | undefined;
  /** Undefined where no stack declares BillingSettings and the organization is not a new one. */
  readonly billing: BillingSettings | undefined;
}

/** How far somebody has come into an organization. `planned` is not invited yet. */
export type Standing = "active" | "pending" | "expired" | "planned";

export interface Person {
  /** As it is written. */
  readonly email: string;
  readonly role: Role | Hidden;
  readonly standing: Standing;
  readonly isOwner: boolean;
  /** The user's PRN, once somebody has accepted. */
  readonly userId: string | undefined;
  /** The URNs of the resources that declare the person; none for somebody who was only found. */
  readonly declaredBy: readonly string[];
}

/** A setting that is undefined is one that nothing tells: it is not declared, and was never observed. */
export interface GeneralSettings {
  readonly displayName?: string | Hidden | undefined;
  readonly description?: string | Hidden | null | undefined;
  readonly contactEmail?: string | Hidden | null | undefined;
}

/** The same, with null for Peridio's initial value of what has no other. */
export interface SecuritySettings {
  readonly requireTwoFactor?: boolean | Hidden | undefined;
  /** Empty means that any address may come in. */
  readonly ipAllowlist?: readonly AllowlistEntry[] | Hidden | undefined;
  /** Seconds; null is Peridio's own default. */
  readonly sessionTimeout?: number | Hidden | null | undefined;
  /** Null means that no key has to be renewed. */
  readonly apiKeyRotation?: KeyRotation | Hidden | null | undefined;
}

export interface BillingSettings {
  readonly billingEmail?: string | Hidden | null | undefined;
  readonly paymentMethod?: PaymentMethod | Unknown | Hidden | null | undefined;
  readonly usageAlerts?:
    | readonly { readonly resourceType: MeteredResource | Unknown; readonly thresholdPercent: number }[]
    | Hidden
    | undefined;
}

/** Whether nobody else can be in it. */
export function isComplete({ hasRoster, hasUntoldOwners }: Organization): boolean {
  return hasRoster && !hasUntoldOwners;
}

/** What to call an organization: its name, or its PRN where no stack says the name. */
export function nameOf({ name, id, key }: Organization): string {
  return name ?? id ?? key;
}
