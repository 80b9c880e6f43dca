import type { Unknown } from "./contract";

/**
 * The roles in an organization, the most powerful first. No API has all roles (see `Feature`). Only Avocado Connect has the role
 * `owner`, which several members can have. The owner of the Admin API is an admin: see `Member.isOwner`. A `member` has access to
 * every shared project, and therefore more access than a viewer.
 */
export const roles = ["owner", "admin", "manager", "developer", "member", "viewer"] as const;
export type Role = (typeof roles)[number];

export function isRole(role: Role | Unknown): role is Role {
  return roles.some((one) => one === role);
}

/** Reports if the role has the rights of an admin, as the role `owner` does. */
export function hasAdminRights(role: unknown): boolean {
  return role === "owner" || role === "admin";
}

export interface User {
  readonly id: string;
  readonly email: string;
}

/** The API key's user, and the organizations that the key can see. */
export interface Caller extends User {
  /** The only organization that the key can access; null for a key of the whole account. */
  readonly boundTo: string | null;
  readonly organizations: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: Role | Unknown;
    readonly isOwner: boolean;
  }[];
}

/** The general settings. `null` clears a value, and an omitted value stays. */
export interface OrganizationSettings {
  readonly displayName?: string;
  readonly description?: string | null;
  readonly contactEmail?: string | null;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Null for none; undefined if the API does not report it. */
  readonly description: string | null | undefined;
  /** Null for none; undefined if the API does not report it. */
  readonly contactEmail: string | null | undefined;
  /** Undefined if the API does not report it. */
  readonly owner: User | undefined;
  /** The paid plan; absent if the API does not report it. */
  readonly tier?: string | undefined;
  /** ISO 8601, UTC; undefined if the API does not report it. */
  readonly createdAt: string | undefined;
}

/** A precondition of a deletion that is not met. */
export interface Blocker {
  readonly code: string;
  readonly count: number;
  /** The precondition, in words for people. */
  readonly message: string;
}

export interface Member {
  readonly kind: "member";
  readonly organizationId: string;
  readonly userId: string;
  readonly email: string;
  /** The login name; null for none, undefined if the API does not report it. */
  readonly username: string | null | undefined;
  /** The person's name; null if Peridio does not know it. */
  readonly name: string | null;
  readonly role: Role | Unknown;
  /** True for the owner of the Admin API, whose role is `admin`, and for each member with the role `owner`. */
  readonly isOwner: boolean;
  /** True if the user has a second factor; undefined if the API does not report it. */
  readonly twoFactorEnabled: boolean | undefined;
  /** The time of the last activity: ISO 8601, UTC; null for never, undefined if the API does not report it. */
  readonly lastActiveAt: string | null | undefined;
  /** The time of joining: ISO 8601, UTC; absent if Peridio does not report it. */
  readonly joinedAt?: string | undefined;
}

/** The status of an invitation that has not been accepted. */
export type InvitationStatus = "pending" | "expired";

/** A person to invite. */
export interface Invitee {
  readonly email: string;
  readonly role: Role;
  /** The id of the group that the person joins. */
  readonly groupId?: string | undefined;
}

export interface Invitation {
  readonly kind: "invitation";
  readonly organizationId: string;
  readonly id: string;
  readonly email: string;
  readonly role: Role | Unknown;
  readonly status: InvitationStatus | Unknown;
  /** Null if Peridio does not report the inviter. */
  readonly invitedBy: string | null;
  /** ISO 8601, UTC; undefined if Peridio does not report it. */
  readonly expiresAt: string | undefined;
  /** The id of the group that the person joins; absent for none, and if the API has no groups. */
  readonly groupId?: string | undefined;
  /** Secret: anyone with the link can accept. Only in the response to a new invitation, and only if Peridio sends no e-mail. */
  readonly inviteUrl?: string | undefined;
  /** The time of sending: ISO 8601, UTC; absent if Peridio does not report it. */
  readonly sentAt?: string | undefined;
}

/** A member or an invitation. */
export type RosterEntry = Member | Invitation;

/** Normalizes an e-mail address. Peridio ignores its case. */
export function canonicalizeEmail(email: string): string {
  return email.toLowerCase();
}

/** Sorts invitations, the newest last. Those without a date come first. */
export function compareAge(a: Dates, b: Dates): number {
  return getTime(a) - getTime(b);
}

type Dates = Pick<Invitation, "expiresAt" | "sentAt">;

function getTime({ expiresAt, sentAt }: Dates): number {
  return Date.parse(expiresAt ?? sentAt ?? "") || 0;
}

/** Finds an invitation to an address whose id is not in `before`. */
export async function findNewInvitation(
  before: ReadonlySet<string>,
  email: string,
  invitations: AsyncIterable<Invitation>,
): Promise<Invitation | undefined> {
  for await (const invitation of invitations) {
    if (canonicalizeEmail(invitation.email) === canonicalizeEmail(email) && !before.has(invitation.id))
      return invitation;
  }
  return undefined;
}

/** Returns true if a list of one status, or of all, includes invitations of this status. */
export function isListed(status: Invitation["status"], listed: InvitationStatus | undefined): boolean {
  return listed === undefined || status === listed || (listed === "pending" && status !== "expired");
}

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
  /** Seconds; null for Peridio's default. */
  readonly sessionTimeout: number | null;
  /** Null for no policy. */
  readonly apiKeyRotation: KeyRotation | null;
}

export const paymentMethods = ["credit_card", "invoice"] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

/** The resources with a limit. */
export const meteredResources = ["products", "devices", "users", "api_keys", "webhooks"] as const;
export type MeteredResource = (typeof meteredResources)[number];

export interface UsageAlert {
  readonly resourceType: MeteredResource | Unknown;
  /** Percent of the limit in force, from 1 to 100. */
  readonly thresholdPercent: number;
}

export interface BillingSettings {
  /** The address for invoices; null until set. */
  readonly billingEmail: string | null;
  /** Null until chosen. */
  readonly paymentMethod: PaymentMethod | Unknown | null;
  /** The thresholds at which Peridio writes to the billing e-mail address, or to the owner if there is none. */
  readonly usageAlerts: readonly UsageAlert[];
}

export interface Limit {
  /** The limit in force. */
  readonly limit: number;
  /** The limit of a new organization; undefined if the API does not report it. */
  readonly default?: number | undefined;
  /** The highest limit that Peridio grants; undefined if there is none, or if the API does not report it. */
  readonly maximum?: number | undefined;
  /** The number in use; undefined if the API does not report it. */
  readonly used: number | undefined;
}

/** The limits of an organization. A resource is absent if the API does not limit it or does not report the limit. */
export interface Limits {
  /** The plan; absent if the API does not report it. */
  readonly tier?: string | undefined;
  readonly products?: Limit | undefined;
  readonly devices?: Limit | undefined;
  /** Members are in use. Pending invitations also take seats, but are not in use. */
  readonly users?: Limit | undefined;
  readonly apiKeys?: Limit | undefined;
  readonly webhooks?: Limit | undefined;
  /** The tunnels that can be open at one time. */
  readonly tunnels?: Limit | undefined;
  readonly claimTokens?: Limit | undefined;
}
