import type { billingSettings } from "../objects/billingSettings";
import type { organization } from "../objects/organization";
import type { ValuesOf } from "../objects/property";
import type { securityPolicy } from "../objects/securityPolicy";
import type { PersonRole } from "../roles";
import type { Hidden } from "../hidden";
import type { DeclaredObjects } from "./declaredObjects";

/** The access of all people in all organizations of some stacks, before or after a change. Access rules apply to the access after it. */
export interface Access {
  /** By `Organization.key`. */
  readonly organizations: ReadonlyMap<string, Organization>;
}

/** Returns the access with other organizations in the place of each. */
export function mapOrganizations({ organizations }: Access, map: (organization: Organization) => Organization): Access {
  return { organizations: new Map([...organizations].map(([key, organization]) => [key, map(organization)])) };
}

/** An organization before or after a change, with everything that stacks declare about it. */
export interface Organization {
  /** Stays the same in a change: the PRN or, before the organization exists, the URN of its declaration. */
  readonly key: string;
  /** The PRN; undefined before the organization exists. */
  readonly id: string | undefined;
  /** True if the organization may exist already, although no preview shows its PRN. */
  readonly hasUnknownId?: boolean;
  /** The way in which the change adds the organization: it creates or adopts it. Undefined if a stack has it already. */
  readonly change?: "created" | "adopted" | undefined;
  /** Undefined if no stack declares the organization, so that only its PRN is known. */
  readonly name: string | undefined;
  /** True if Pulumi's `protect` prevents the deletion of the organization; undefined if no stack declares the organization. */
  readonly isProtected: boolean | undefined;
  /** The owner's e-mail address; undefined if it is unknown. */
  readonly owner: string | Hidden | undefined;
  readonly general: GeneralSettings;
  /** By canonical e-mail address. */
  readonly people: ReadonlyMap<string, Person>;
  /** True if a roster without ignored people declares all people except owners. */
  readonly hasRoster: boolean;
  /** True if the API is Avocado Connect, which has several owners and no security settings. */
  readonly isConnect: boolean;
  /** True if unknown people may be owners, because previews with Avocado Connect do not show undeclared owners. */
  readonly hasUnreportedOwners: boolean;
  /** The number of people with hidden addresses. */
  readonly hiddenPeople: number;
  /** True if a roster declares people that the preview hides. */
  readonly hasHiddenRoster: boolean;
  /** Undefined if no stack declares a SecurityPolicy and the organization exists. */
  readonly security: SecuritySettings | undefined;
  /** Undefined if no stack declares BillingSettings and the organization exists. */
  readonly billing: BillingSettings | undefined;
  readonly objects: DeclaredObjects;
  /** The endpoints that programs set for the organization's resources. */
  readonly endpoints: readonly (string | Hidden)[];
}

/** The status of a member or an invitation. A `planned` invitation is not sent yet. */
export type MemberStatus = "active" | "pending" | "expired" | "planned";

/** A person in an organization, before or after a change: a member, or someone with an invitation. */
export interface Person {
  /** In its original spelling. */
  readonly email: string;
  readonly role: PersonRole | Hidden;
  readonly status: MemberStatus;
  /** True if a planned person may be a member already, because the source does not show the state before the change. */
  readonly mayBeMember?: boolean;
  readonly isOwner: boolean;
  /** True for an owner of Avocado Connect without a declaration of the role `owner`. The provider does not lower this person. */
  readonly isKeptOwner?: boolean;
  /** The end of access in canonical form: the last day, UTC, such as `2027-01-31`, or a moment; undefined for none. */
  readonly lastDay: string | Hidden | undefined;
  /** The role after this end; undefined for none. */
  readonly afterwards?: PersonRole | Hidden | undefined;
  /** The user's PRN; undefined before the person accepts. */
  readonly userId: string | undefined;
  /** The URNs of the resources that declare the person; empty for a person that Peridio alone knows. */
  readonly declaredBy: readonly string[];
}

/** An undefined setting is unknown: no stack declares it, and Pulumi never read it. */
export type GeneralSettings = ValuesOf<typeof organization.settings.properties>;

/** Null stands for Peridio's default. An empty allowlist allows any address. */
export type SecuritySettings = ValuesOf<typeof securityPolicy.settings.properties>;

/** Null stands for none. An undefined setting is unknown. */
export type BillingSettings = ValuesOf<typeof billingSettings.settings.properties>;

/** Reports if no other person can be in the organization. */
export function isComplete({ hasRoster, hasUnreportedOwners }: Organization): boolean {
  return hasRoster && !hasUnreportedOwners;
}

/** Returns the name of an organization, or its PRN if the name is unknown. */
export function getOrganizationName({ name, id, key }: Organization): string {
  return name ?? id ?? key;
}
