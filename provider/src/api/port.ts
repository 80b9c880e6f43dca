import type { Client, Lack, Report } from "#framework";
import type { Unknown } from "./unknown";

/**
 * What the provider needs of Peridio, whichever API serves it. Adapters translate; nothing here knows HTTP.
 *
 * Every function rejects with an `ApiError` (see errors.ts) when Peridio refuses, cannot be reached or answers with
 * something that does not fit. Ids are Peridio Resource Names (PRNs), which are immutable and not secret.
 */

/**
 * What a person may do in an organization, the most first. Ownership is no role: see `Member.isOwner`. No API has all of
 * them (see `Feature`): a `member` has access to every project that is shared with the organization, and so more than a viewer.
 */
export const roles = ["admin", "manager", "developer", "member", "viewer"] as const;
export type Role = (typeof roles)[number];

export function isRole(role: Role | Unknown): role is Role {
  return roles.some((one) => one === role);
}

/** What not every API has. */
export type Feature =
  | "createOrganization"
  /** `displayName`. */
  | "renameOrganization"
  | "deleteOrganization"
  /** What stands in the way of deleting an organization. */
  | "deletionReadiness"
  /** `description` and `contactEmail`. */
  | "organizationDetails"
  | "ownership"
  | "securitySettings"
  | "billingSettings"
  /** When a member last did something. */
  | "activity"
  /** Whether a member has a second factor. */
  | "secondFactor"
  | `role ${Role}`;

/** A user, in short. */
export interface User {
  readonly id: string;
  readonly email: string;
}

/** Whose key this is, and what the key can see. */
export interface Caller extends User {
  /** The only organization that the key may touch, or null for a key of the whole account. */
  readonly boundTo: string | null;
  readonly organizations: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: Role | Unknown;
    readonly isOwner: boolean;
  }[];
}

/** The general settings that may change. `null` clears a value; what is left out stays. */
export interface OrganizationSettings {
  readonly displayName?: string;
  readonly description?: string | null;
  readonly contactEmail?: string | null;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Null for none; undefined where the API does not tell. */
  readonly description: string | null | undefined;
  /** Null for none; undefined where the API does not tell. */
  readonly contactEmail: string | null | undefined;
  /** Undefined where the API does not tell. */
  readonly owner: User | undefined;
  /** The plan that is paid for; absent where the API does not tell. */
  readonly tier?: string | undefined;
  /** ISO 8601, UTC; undefined where the API does not tell. */
  readonly createdAt: string | undefined;
}

/** One thing that stands in the way of deleting an organization. */
export interface Blocker {
  readonly code: string;
  readonly count: number;
  /** The precondition in words, for people. */
  readonly message: string;
}

export interface Member {
  readonly kind: "member";
  readonly organizationId: string;
  readonly userId: string;
  readonly email: string;
  /** The login name; null when there is none, undefined where the API does not tell. */
  readonly username: string | null | undefined;
  /** The person's name; null when Peridio does not know it. */
  readonly name: string | null;
  readonly role: Role | Unknown;
  readonly isOwner: boolean;
  /** Whether the user has a second factor; undefined where the API does not tell. */
  readonly twoFactorEnabled: boolean | undefined;
  /** When the user last did something, in ISO 8601, UTC; null for never, undefined where the API does not tell. */
  readonly lastActiveAt: string | null | undefined;
  /** When the user joined the organization, in ISO 8601, UTC; absent where Peridio does not say. */
  readonly joinedAt?: string | undefined;
}

/** The status of an invitation that has not been accepted. */
export type InvitationStatus = "pending" | "expired";

/** A person to invite. */
export interface Invitee {
  readonly email: string;
  readonly role: Role;
  /** The id of the group of users that the person will join. */
  readonly groupId?: string | undefined;
}

export interface Invitation {
  readonly kind: "invitation";
  readonly organizationId: string;
  readonly id: string;
  readonly email: string;
  readonly role: Role | Unknown;
  /** Whether who accepts it owns the organization, besides others, which no role stands for. */
  readonly asOwner?: true | undefined;
  readonly status: InvitationStatus | Unknown;
  /** Null if Peridio does not report the inviter. */
  readonly invitedBy: string | null;
  /** ISO 8601, UTC; undefined if Peridio does not report it. */
  readonly expiresAt: string | undefined;
  /** The id of the group of users that the person will join; absent for none, and if the API has no groups. */
  readonly groupId?: string | undefined;
  /** Secret: anybody who has the link can accept. Only in the answer to inviting, and only if Peridio sends no e-mail. */
  readonly inviteUrl?: string | undefined;
  /** When it was sent, in ISO 8601, UTC; absent where Peridio does not say. */
  readonly sentAt?: string | undefined;
}

/** A person's place in an organization. */
export type Place = Member | Invitation;

export interface AllowlistEntry {
  readonly cidr: string;
  readonly description: string | null;
}

export interface KeyRotation {
  readonly maxAgeDays: number;
  readonly gracePeriodDays: number;
}

export interface SecuritySettings {
  readonly requireTwoFactor: boolean;
  readonly ipAllowlist: readonly AllowlistEntry[];
  /** Seconds; null is Peridio's own default. */
  readonly sessionTimeout: number | null;
  /** Null means no policy. */
  readonly apiKeyRotation: KeyRotation | null;
}

/** How invoices can be paid. */
export const paymentMethods = ["credit_card", "invoice"] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

/** What an organization can have only so many of. */
export const meteredResources = ["products", "devices", "users", "api_keys", "webhooks"] as const;
export type MeteredResource = (typeof meteredResources)[number];

export interface UsageAlert {
  readonly resourceType: MeteredResource | Unknown;
  /** Percent of the limit in force, from 1 to 100. */
  readonly thresholdPercent: number;
}

export interface BillingSettings {
  /** Where invoices go; null until set. */
  readonly billingEmail: string | null;
  /** Null until chosen. */
  readonly paymentMethod: PaymentMethod | Unknown | null;
  /** Marks at which Peridio writes to the billing e-mail address or, while there is none, to the owner. */
  readonly usageAlerts: readonly UsageAlert[];
}

/** How many of something an organization may have, and has. */
export interface Limit {
  /** The limit in force. */
  readonly limit: number;
  /** The limit of a new organization. Undefined if the API does not report it. */
  readonly default?: number | undefined;
  /** The highest limit that Peridio grants. Undefined if there is none, or if the API does not report it. */
  readonly maximum?: number | undefined;
  /** Undefined where the API does not tell. */
  readonly used: number | undefined;
}

/** What an API does not tell, or does not limit, is absent. */
export interface Limits {
  readonly products?: Limit | undefined;
  readonly devices?: Limit | undefined;
  /** Uses are members. A pending invitation is no use yet, but takes a seat when somebody is invited. */
  readonly users?: Limit | undefined;
  readonly apiKeys?: Limit | undefined;
  readonly webhooks?: Limit | undefined;
}

/** One backend: an adapter of one API. It decides nothing. What needs a feature that it lacks rejects with `UnsupportedError`, and sends nothing. */
export interface Backend {
  /** What people call this API. */
  readonly name: string;

  /** Undefined if the API has it. Asks nobody. */
  lacks(feature: Feature): Lack | undefined;

  caller(): Promise<Caller>;

  readonly organizations: {
    /** How many one request of `list` brings; infinite where the list costs none. */
    readonly perPage: number;
    /** Each as whole as `get` has it. */
    list(): AsyncIterable<Organization>;
    /** The organization of that exact name among those that the key can see. */
    find(name: string): Promise<Organization | undefined>;
    get(id: string): Promise<Organization>;
    /**
     * Creates it, and never twice: when the answer is lost, looks whether it was made before trying again.
     * Rejects with `Invalid` on property `name` if the name is in use.
     */
    create(name: string, settings: OrganizationSettings): Promise<Organization>;
    update(id: string, settings: OrganizationSettings): Promise<Organization>;
    /** Deletes it. Rejects with `Conflict` while something blocks. */
    delete(id: string): Promise<void>;
    /** What blocks a deletion; empty when nothing does. */
    blockers(id: string): Promise<readonly Blocker[]>;
    /**
     * Makes another admin member the owner, at once; the former owner stays an admin. When the answer is lost, looks
     * who owns it before trying again. Rejects with `Invalid` on property `newOwner` for anybody else, the present
     * owner included, and with `Forbidden` if the caller is not the owner.
     */
    transferOwnership(id: string, email: string): Promise<Organization>;
  };

  readonly members: {
    list(organizationId: string): AsyncIterable<Member>;
    setRole(member: Member, role: Role): Promise<Member>;
    remove(organizationId: string, userId: string): Promise<void>;
  };

  readonly invitations: {
    /** Whether the API lists those of one status alone; if not, all of them are no more work than some. */
    readonly listsByStatus: boolean;
    /**
     * Lists the invitations of a status, or all. Accepted ones are never listed. An unknown status may mean pending, so such
     * invitations are listed with the pending ones.
     */
    list(organizationId: string, status?: InvitationStatus): AsyncIterable<Invitation>;
    /**
     * Sends one e-mail, never two: if the answer is lost or unreadable, looks for the invitation. `before` holds the ids of all
     * earlier invitations. Any other invitation to this address is the result.
     */
    create(organizationId: string, invitee: Invitee, before: ReadonlySet<string>): Promise<Invitation>;
    /** Rejects with `Conflict` if it has been accepted. */
    revoke(organizationId: string, invitationId: string): Promise<void>;
  };

  readonly securitySettings: {
    get(organizationId: string): Promise<SecuritySettings>;
    update(organizationId: string, changes: Partial<SecuritySettings>): Promise<SecuritySettings>;
  };

  readonly billingSettings: {
    get(organizationId: string): Promise<BillingSettings>;
    /** Rejects with `Invalid` on property `paymentMethod` for `credit_card` while no card is on file. */
    update(organizationId: string, changes: Partial<BillingSettings>): Promise<BillingSettings>;
  };

  limits(organizationId: string): Promise<Limits>;

  /** The same backend, whose requests (waits for a retry included) end when the signal aborts. */
  within(signal: AbortSignal): Backend;
  /**
   * The same backend, for writes that make one change: once one has taken effect, the others go before what has not begun, and an
   * abort leaves them a moment to follow.
   */
  asOne(): Backend;
  /** The same backend, which reports each write that Peridio accepted. */
  tracing(report: Report): Backend;
}

/** Who is in an organization, read once for all who ask. E-mail addresses are compared without case. */
export interface Roster {
  /**
   * The person's place: member, else pending invitation, else the newest expired one, else undefined.
   * Undefined is definitive: the organization was readable and has no such person.
   */
  find(organizationId: string, email: string): Promise<Place | undefined>;
  /** The member with that user id, whatever the e-mail address. */
  findUser(organizationId: string, userId: string): Promise<Member | undefined>;
  /** All people: members, then invitations that are pending or of an unknown status. */
  list(organizationId: string): Promise<readonly Place[]>;
  /** The members alone, for those who may not see invitations. */
  members(organizationId: string): Promise<readonly Member[]>;
  /** All invitations that have expired, also those of people who are members or have been invited again. */
  expired(organizationId: string): Promise<readonly Invitation[]>;
  /** The pending invitations of people who are members all the same: somebody added them by another way. */
  beside(organizationId: string): Promise<readonly Invitation[]>;
  invite(organizationId: string, email: string, role: Role): Promise<Invitation>;
  setRole(member: Member, role: Role): Promise<Member>;
  /** Removes the member, with the invitation that may wait besides. */
  remove(member: Member): Promise<void>;
  /** Revokes it; fine if it is gone already. Rejects with `Conflict` if it has been accepted meanwhile. */
  revoke(invitation: Invitation): Promise<void>;
  /** Revokes it and sends another one, in its group, as one change. Rejects with `Conflict` as both do. */
  replace(invitation: Invitation, role: Role): Promise<Invitation>;
  /** What is known of the organization's people is read again when next asked for. */
  forget(organizationId: string): void;
}

/** Peridio as resources see it: a backend whose reads are shared within one operation of the engine. */
export interface Peridio extends Client<Peridio> {
  lacks(feature: Feature): Lack | undefined;
  /** The blocks of addresses from which this provider calls; undefined if the settings do not name them. */
  readonly runnerCidrs: readonly string[] | undefined;
  /** Asked once a process, and again after a transfer of ownership that failed. */
  caller(): Promise<Caller>;
  readonly organizations: Backend["organizations"];
  readonly roster: Roster;
  readonly securitySettings: Backend["securitySettings"];
  readonly billingSettings: Backend["billingSettings"];
  /** As they were when this process first asked. */
  limits(organizationId: string): Promise<Limits>;
}
