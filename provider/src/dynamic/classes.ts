// Written by scripts/dynamicClasses.ts from what provider/src/resources says.

import type * as pulumi from "@pulumi/pulumi";
import { PeridioResource } from "./resource";

/**
 * A Peridio organization: the container of all resources, the security boundary and the billing entity. Its id is
 * its Peridio Resource Name (PRN). Deleting one is irreversible, so keep the resource option `protect` on;
 * Peridio itself refuses while there are devices, active deployments, other users or unpaid charges.
 */
export class Organization extends PeridioResource {
  /**
   * The unique name, 1 to 128 characters. Unique across all of Peridio, compared exactly, and fixed for the life of
   * the organization.
   */
  declare readonly name: pulumi.Output<string>;

  /** The label that people see. */
  declare readonly displayName: pulumi.Output<string>;

  /** What the organization is for, 1 to 256 characters. */
  declare readonly description: pulumi.Output<string | undefined>;

  /** Where Peridio writes to about the organization as a whole. Unset in a new organization. */
  declare readonly contactEmail: pulumi.Output<string | undefined>;

  /** The user who owns the organization, one of its admins. */
  declare readonly owner: pulumi.Output<Owner>;

  /** When the organization was created: ISO 8601, UTC. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: OrganizationArgs, opts?: pulumi.CustomResourceOptions) {
    super("peridio:index:Organization", name, args, ["owner", "createdAt"], opts);
  }
}

/** What a program declares with `new Organization`. */
export interface OrganizationArgs {
  /**
   * The unique name, 1 to 128 characters. Unique across all of Peridio, compared exactly, and fixed for the life of
   * the organization.
   */
  name: pulumi.Input<string>;

  /** The label that people see, 1 to 128 characters. Peridio starts with the name. */
  displayName?: pulumi.Input<string | undefined>;

  /** What the organization is for, 1 to 256 characters. */
  description?: pulumi.Input<string | undefined>;

  /** Where Peridio writes to about the organization as a whole. Unset in a new organization. */
  contactEmail?: pulumi.Input<string | undefined>;
}

/**
 * A person's place in one organization: an invitation until it is accepted, a member from then on. Deleting it
 * removes the member or revokes the invitation. The membership of the owner and that of the key's own user stay,
 * with a warning, since Peridio refuses to remove them; they end with the organization.
 */
export class Membership extends PeridioResource {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the membership. */
  declare readonly organizationId: pulumi.Output<string>;

  /** The person's e-mail address. Its case does not matter. Another person replaces the membership. */
  declare readonly email: pulumi.Output<string>;

  /** What the person may do: `admin`, `manager`, `developer` or `viewer`. */
  declare readonly role: pulumi.Output<Role>;

  /**
   * `pending` while the invitation waits, `active` once it is accepted, `expired` if it ran out. Acceptance is no
   * change; an expired invitation is one, and is repaired by inviting again.
   */
  declare readonly status: pulumi.Output<MembershipStatus>;

  /** The PRN of the user, once the invitation is accepted. */
  declare readonly userId: pulumi.Output<string | undefined>;

  /** The PRN of the invitation, until it is accepted. */
  declare readonly invitationId: pulumi.Output<string | undefined>;

  /** When the invitation runs out: ISO 8601, UTC. Absent once it is accepted. */
  declare readonly invitationExpiresAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: MembershipArgs, opts?: pulumi.CustomResourceOptions) {
    super("peridio:index:Membership", name, args, ["status", "userId", "invitationId", "invitationExpiresAt"], opts);
  }
}

/** What a program declares with `new Membership`. */
export interface MembershipArgs {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the membership. */
  organizationId: pulumi.Input<string>;

  /** The person's e-mail address. Its case does not matter. Another person replaces the membership. */
  email: pulumi.Input<string>;

  /** What the person may do: `admin`, `manager`, `developer` or `viewer`. */
  role: pulumi.Input<Role>;
}

/**
 * The security settings of one organization. They exist from the start, so this resource manages those that it
 * declares and leaves the others alone. Creating it fails if a declared setting has been changed before; import
 * it then. Deleting it puts the declared settings back to their initial values.
 */
export class SecurityPolicy extends PeridioResource {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the policy. */
  declare readonly organizationId: pulumi.Output<string>;

  /** Whether every user needs a second factor to sign in. */
  declare readonly requireTwoFactor: pulumi.Output<boolean>;

  /** The addresses that may reach the console and the API; empty means any. */
  declare readonly ipAllowlist: pulumi.Output<AllowlistEntry[]>;

  /**
   * The longest that a session may last, however active: a duration such as `8h`, `90m` or `30d`, from 5 minutes to
   * 30 days. Unset means Peridio's own default.
   */
  declare readonly sessionTimeout: pulumi.Output<string | undefined>;

  /** How old API keys may get. Unset means that there is no policy. */
  declare readonly apiKeyRotation: pulumi.Output<ApiKeyRotation | undefined>;

  constructor(name: string, args: SecurityPolicyArgs, opts?: pulumi.CustomResourceOptions) {
    super("peridio:index:SecurityPolicy", name, args, [], opts);
  }
}

/** What a program declares with `new SecurityPolicy`. */
export interface SecurityPolicyArgs {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the policy. */
  organizationId: pulumi.Input<string>;

  /** Whether every user needs a second factor to sign in. Requests with an API key go on. Peridio starts with false. */
  requireTwoFactor?: pulumi.Input<boolean | undefined>;

  /**
   * The addresses that may reach the console and the API, at most 100 blocks; empty means any. It also binds the
   * key of this provider: a list without the address that it calls from locks it out. Order does not matter.
   */
  ipAllowlist?: pulumi.Input<pulumi.Input<AllowlistEntryArgs>[] | undefined>;

  /**
   * The longest that a session may last, however active: a duration such as `8h`, `90m` or `30d`, from 5 minutes to
   * 30 days. Unset means Peridio's own default.
   */
  sessionTimeout?: pulumi.Input<string | undefined>;

  /** How old API keys may get. Unset means that there is no policy. */
  apiKeyRotation?: pulumi.Input<ApiKeyRotationArgs | undefined>;
}

/** The user who owns the organization, one of its admins. */
export interface Owner {
  /** The user's PRN. */
  id: string;

  /** The user's e-mail address. */
  email: string;
}

/** What the person may do: `admin`, `manager`, `developer` or `viewer`. */
export type Role = "admin" | "manager" | "developer" | "viewer";

/**
 * `pending` while the invitation waits, `active` once it is accepted, `expired` if it ran out. Acceptance is no
 * change; an expired invitation is one, and is repaired by inviting again.
 */
export type MembershipStatus = "pending" | "active" | "expired";

/** A block of addresses that may reach the organization. */
export interface AllowlistEntry {
  /** An IPv4 or IPv6 block, such as `203.0.113.0/24`. Compared by the addresses it covers, not by its spelling. */
  cidr: string;

  /** What the block is, 1 to 256 characters. */
  description?: string;
}

/** How old API keys may get. */
export interface ApiKeyRotation {
  /** The age in days at which a key must have been replaced: 1 to 3650. */
  maxAgeDays: number;

  /** For how many days past that age a key still works: 0 to 90. */
  gracePeriodDays?: number;
}

/** A block of addresses that may reach the organization. */
export interface AllowlistEntryArgs {
  /** An IPv4 or IPv6 block, such as `203.0.113.0/24`. Compared by the addresses it covers, not by its spelling. */
  cidr: pulumi.Input<string>;

  /** What the block is, 1 to 256 characters. */
  description?: pulumi.Input<string | undefined>;
}

/** How old API keys may get. */
export interface ApiKeyRotationArgs {
  /** The age in days at which a key must have been replaced: 1 to 3650. */
  maxAgeDays: pulumi.Input<number>;

  /** For how many days past that age a key still works: 0 to 90. */
  gracePeriodDays?: pulumi.Input<number | undefined>;
}
