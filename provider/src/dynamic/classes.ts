// Written by scripts/dynamicClasses.ts from what provider/src/resources says.

import type * as pulumi from "@pulumi/pulumi";
import { invoke } from "./invoke";
import { PeridioResource } from "./resource";

/**
 * A Peridio organization: the container of all resources, the security boundary and the billing entity. Its id is
 * its Peridio Resource Name (PRN). Deleting one is irreversible, so keep the resource option `protect` on;
 * Peridio itself refuses while there are devices, active deployments, other users or unpaid charges. If anything
 * but other users blocks the deletion, the provider changes nothing in the organization.
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

  /**
   * Where Peridio writes to about the organization as a whole. Its case does not matter. Unset in a new
   * organization.
   */
  declare readonly contactEmail: pulumi.Output<string | undefined>;

  /** The user who owns the organization, one of its admins. Absent with Avocado Connect. */
  declare readonly owner: pulumi.Output<Owner | undefined>;

  /** The plan, such as `teams` or `enterprise`. Only with Avocado Connect. */
  declare readonly tier: pulumi.Output<string | undefined>;

  /** When the organization was created: ISO 8601, UTC. Absent with Avocado Connect. */
  declare readonly createdAt: pulumi.Output<string | undefined>;

  /**
   * If `true`, deleting the organization also removes members that the program does not declare. The provider
   * removes them only if nothing else blocks the deletion. Peridio revokes pending invitations itself. `false` if
   * not set.
   */
  declare readonly forceDestroy: pulumi.Output<boolean | undefined>;

  /**
   * `delete` deletes the organization in Peridio. `retain` removes it only from the state. With `retain`, the
   * provider still removes people and resets settings. `delete` if not set. After changing this, run `pulumi up`
   * without `--target` before you delete the resource.
   */
  declare readonly deletionPolicy: pulumi.Output<DeletionPolicy | undefined>;

  constructor(name: string, args: OrganizationArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "peridio:index:Organization",
      name,
      args,
      [
        "name",
        "displayName",
        "description",
        "contactEmail",
        "owner",
        "tier",
        "createdAt",
        "forceDestroy",
        "deletionPolicy",
      ],
      opts,
    );
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

  /**
   * Where Peridio writes to about the organization as a whole. Its case does not matter. Unset in a new
   * organization.
   */
  contactEmail?: pulumi.Input<string | undefined>;

  /**
   * If `true`, deleting the organization also removes members that the program does not declare. The provider
   * removes them only if nothing else blocks the deletion. Peridio revokes pending invitations itself. `false` if
   * not set.
   */
  forceDestroy?: pulumi.Input<boolean | undefined>;

  /**
   * `delete` deletes the organization in Peridio. `retain` removes it only from the state. With `retain`, the
   * provider still removes people and resets settings. `delete` if not set. After changing this, run `pulumi up`
   * without `--target` before you delete the resource.
   */
  deletionPolicy?: pulumi.Input<DeletionPolicy | undefined>;
}

/**
 * A person's place in one organization: an invitation until it is accepted, a member from then on. Deleting it
 * removes the member or revokes the invitation. The membership of the owner and that of the key's own user stay,
 * with a warning, since Peridio refuses to remove them; they end with the organization. Do not set the option
 * `deletedWith` to an Organization: the destroy fails, and the person stays in Peridio without an entry in the
 * state.
 */
export class Membership extends PeridioResource {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the membership. */
  declare readonly organizationId: pulumi.Output<string>;

  /** The person's e-mail address. Its case does not matter. Another person replaces the membership. */
  declare readonly email: pulumi.Output<string>;

  /**
   * What the person may do: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member`
   * instead. A role that this provider does not know appears in Peridio's own word.
   */
  declare readonly role: pulumi.Output<string>;

  /**
   * What to do when the invitation runs out: `reinvite` revokes it and sends a new one, `ignore` leaves it.
   * `reinvite` if not set.
   */
  declare readonly onExpired: pulumi.Output<OnExpired | undefined>;

  /** The PRN of the user, once the invitation is accepted. */
  declare readonly userId: pulumi.Output<string | undefined>;

  /**
   * `pending` (invited), `active` (accepted) or `expired`. Acceptance is not a change. An expired invitation is
   * drift, and the provider sends a new one. A status that this provider does not know appears in Peridio's own
   * word.
   */
  declare readonly status: pulumi.Output<string>;

  /**
   * The PRN of the invitation, until it is accepted. In a roster, besides, of one that waits at the former address
   * of somebody who is active: it is a change, and is repaired by revoking it.
   */
  declare readonly invitationId: pulumi.Output<string | undefined>;

  /**
   * Whether the invitation is one to own the organization, which somebody else sent and no role stands for. It is a
   * change, and is repaired by an invitation with the declared role. Only with Avocado Connect.
   */
  declare readonly asOwner: pulumi.Output<boolean | undefined>;

  /** The address that the user has by now, if it is another one. Declaring that one is no change. */
  declare readonly currentEmail: pulumi.Output<string | undefined>;

  /**
   * The link of the invitation. Anybody who has it can accept. Only with Avocado Connect, while the invitation
   * waits and e-mail delivery is off.
   */
  declare readonly inviteUrl: pulumi.Output<string | undefined>;

  /** The expiry of the invitation: ISO 8601, UTC. Absent after acceptance, or if Peridio does not report it. */
  declare readonly invitationExpiresAt: pulumi.Output<string | undefined>;

  constructor(name: string, args: MembershipArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "peridio:index:Membership",
      name,
      args,
      [
        "organizationId",
        "email",
        "role",
        "onExpired",
        "userId",
        "status",
        "invitationId",
        "asOwner",
        "currentEmail",
        "inviteUrl",
        "invitationExpiresAt",
      ],
      opts,
      { always: ["inviteUrl"] },
    );
  }
}

/** What a program declares with `new Membership`. */
export interface MembershipArgs {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the membership. */
  organizationId: pulumi.Input<string>;

  /** The person's e-mail address. Its case does not matter. Another person replaces the membership. */
  email: pulumi.Input<string>;

  /**
   * What the person may do: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member`
   * instead.
   */
  role: pulumi.Input<Role>;

  /**
   * What to do when the invitation runs out: `reinvite` revokes it and sends a new one, `ignore` leaves it.
   * `reinvite` if not set.
   */
  onExpired?: pulumi.Input<OnExpired | undefined>;

  /**
   * Pins the user, by PRN: with another user behind the address, or none, every refresh and every change stops and
   * nobody is invited. It can be set once the invitation is accepted, when the output of this name tells it.
   */
  userId?: pulumi.Input<string | undefined>;
}

/**
 * Everybody in one organization, as one roster. It is authoritative: whoever is in the organization and not
 * declared is removed, be it a member or an invitation. The owner, the user of the API key and those whom
 * `ignore` names are left alone when they are not declared. One update first invites and promotes, then demotes,
 * then removes; in a full organization as many removals as needed go first, those of admins never. Creating it
 * takes over people who are there already, provided that all of them are declared, each with the role that they
 * have. It fails if somebody is not declared, or declared with another role; import it then. Deleting it removes
 * the declared people, except the owner and the user of the API key, within `minAdmins` and `maxRemovals`. These
 * limits apply if the same run keeps the Organization. To stop managing people and keep them, use the option
 * `retainOnDelete`. Do not set the option `deletedWith` to an Organization: the destroy fails, and the people
 * stay in Peridio without an entry in the state.
 */
export class OrganizationMembers extends PeridioResource {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the roster. */
  declare readonly organizationId: pulumi.Output<string>;

  /**
   * Roles by e-mail address: the declared people and, after a refresh, undeclared people that the roster would
   * remove.
   */
  declare readonly members: pulumi.Output<Record<string, string>>;

  /**
   * How many active admins a change must leave, 1 to 500; invitations do not count. 1 if not set. A change that
   * takes nobody's admin role is never refused for it.
   */
  declare readonly minAdmins: pulumi.Output<number | undefined>;

  /** How many people one change may remove: a number or a share. */
  declare readonly maxRemovals: pulumi.Output<string | undefined>;

  /**
   * E-mail addresses of people who are left alone, with `*` for any characters, such as `*@partner.example`. At
   * most 100. Only these people may be declared by a Membership besides.
   */
  declare readonly ignore: pulumi.Output<string[] | undefined>;

  /** How far each person has come, by e-mail address. */
  declare readonly people: pulumi.Output<Record<string, Person>>;

  /**
   * The links of pending invitations, by e-mail address. Anybody who has a link can accept. Only with Avocado
   * Connect, while e-mail delivery is off.
   */
  declare readonly inviteUrls: pulumi.Output<Record<string, string> | undefined>;

  constructor(name: string, args: OrganizationMembersArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "peridio:index:OrganizationMembers",
      name,
      args,
      ["organizationId", "members", "minAdmins", "maxRemovals", "ignore", "people", "inviteUrls"],
      opts,
      { repeats: { people: "members" }, always: ["inviteUrls"] },
    );
  }
}

/** What a program declares with `new OrganizationMembers`. */
export interface OrganizationMembersArgs {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the roster. */
  organizationId: pulumi.Input<string>;

  /**
   * Everybody who belongs to the organization: roles by e-mail address, at least one. The case of an address does
   * not matter.
   */
  members: pulumi.Input<Record<string, pulumi.Input<Role>>>;

  /**
   * How many active admins a change must leave, 1 to 500; invitations do not count. 1 if not set. A change that
   * takes nobody's admin role is never refused for it.
   */
  minAdmins?: pulumi.Input<number | undefined>;

  /**
   * How many people one change may remove, put into a lower role or deprive of their invitation: a number such as
   * `3`, or a share of the people who are there and not ignored, such as `25%`, rounded up and at least one person.
   * `25%` if not set. It also limits the deletion of the roster, if the same run keeps the Organization.
   */
  maxRemovals?: pulumi.Input<string | number | undefined>;

  /**
   * E-mail addresses of people who are left alone, with `*` for any characters, such as `*@partner.example`. At
   * most 100. Only these people may be declared by a Membership besides.
   */
  ignore?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/**
 * The owner of one organization: the one admin who can delete it or give it away. Declaring another admin member
 * transfers the ownership, at once and without asking that person; the former owner stays an admin. It takes a
 * key of the present owner, which loses the ownership by that: only the new owner can give it back. Let this
 * resource depend on the one that makes the person an admin (`dependsOn`), so that the role is there before.
 * Deleting it leaves the ownership where it is, since an organization always has an owner.
 */
export class OrganizationOwner extends PeridioResource {
  /**
   * The organization: the `id` of an Organization, which is its PRN. Another one leaves the ownership of this one
   * where it is.
   */
  declare readonly organizationId: pulumi.Output<string>;

  /**
   * The e-mail address of the owner, who has to be an admin member. Its case does not matter. Another one transfers
   * the ownership.
   */
  declare readonly email: pulumi.Output<string>;

  /** The PRN of the user who owns the organization. */
  declare readonly userId: pulumi.Output<string>;

  /** The address that the owner has by now, if it is another one. Declaring that one is no change. */
  declare readonly currentEmail: pulumi.Output<string | undefined>;

  constructor(name: string, args: OrganizationOwnerArgs, opts?: pulumi.CustomResourceOptions) {
    super("peridio:index:OrganizationOwner", name, args, ["organizationId", "email", "userId", "currentEmail"], opts);
  }
}

/** What a program declares with `new OrganizationOwner`. */
export interface OrganizationOwnerArgs {
  /**
   * The organization: the `id` of an Organization, which is its PRN. Another one leaves the ownership of this one
   * where it is.
   */
  organizationId: pulumi.Input<string>;

  /**
   * The e-mail address of the owner, who has to be an admin member. Its case does not matter. Another one transfers
   * the ownership.
   */
  email: pulumi.Input<string>;
}

/**
 * The security settings of one organization. They exist from the start, so this resource manages those that it
 * declares and leaves the others alone. Creating it fails if a declared setting has been changed before; import
 * it then. Deleting it puts the declared settings back to their initial values, with a warning that names what is
 * less secure. If the same run deletes the organization, the provider leaves the settings as they are. The option
 * `deletedWith` is therefore not needed: if the destroy is refused, it drops the policy from the state.
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
    super(
      "peridio:index:SecurityPolicy",
      name,
      args,
      ["organizationId", "requireTwoFactor", "ipAllowlist", "sessionTimeout", "apiKeyRotation"],
      opts,
    );
  }
}

/** What a program declares with `new SecurityPolicy`. */
export interface SecurityPolicyArgs {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the policy. */
  organizationId: pulumi.Input<string>;

  /** Whether every user needs a second factor to sign in. Requests with an API key go on. Peridio starts with false. */
  requireTwoFactor?: pulumi.Input<boolean | undefined>;

  /**
   * The addresses that may reach the console and the API, at most 100 blocks such as `203.0.113.0/24` or `{ cidr:
   * 203.0.113.0/24, description: Berlin office }`; empty means any. It also binds the key of this provider: a list
   * without the address that it calls from locks it out. Order does not matter.
   */
  ipAllowlist?: pulumi.Input<pulumi.Input<string | AllowlistEntryArgs>[] | undefined>;

  /**
   * The longest that a session may last, however active: a duration such as `8h`, `90m` or `30d`, from 5 minutes to
   * 30 days. Unset means Peridio's own default.
   */
  sessionTimeout?: pulumi.Input<string | undefined>;

  /** How old API keys may get. Unset means that there is no policy. */
  apiKeyRotation?: pulumi.Input<ApiKeyRotationArgs | undefined>;
}

/**
 * The billing settings of one organization. They exist from the start, so this resource manages those that it
 * declares and leaves the others alone. Creating it fails if a declared setting has been changed before; import
 * it then. Deleting it puts the declared settings back to their initial values. If the same run deletes the
 * organization, the provider leaves the settings as they are. The option `deletedWith` is therefore not needed:
 * if the destroy is refused, it drops the settings from the state. The data of credit cards never passes here:
 * cards are entered in Peridio's console.
 */
export class BillingSettings extends PeridioResource {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the settings. */
  declare readonly organizationId: pulumi.Output<string>;

  /** Where invoices go. Its case does not matter. Unset in a new organization. */
  declare readonly billingEmail: pulumi.Output<string | undefined>;

  /**
   * The payment method: `credit_card` or `invoice`, or Peridio's own word for a method that this provider does not
   * know.
   */
  declare readonly paymentMethod: pulumi.Output<string | undefined>;

  /** The usage at which Peridio sends e-mails. */
  declare readonly usageAlerts: pulumi.Output<ObservedUsageAlert[]>;

  constructor(name: string, args: BillingSettingsArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "peridio:index:BillingSettings",
      name,
      args,
      ["organizationId", "billingEmail", "paymentMethod", "usageAlerts"],
      opts,
    );
  }
}

/** What a program declares with `new BillingSettings`. */
export interface BillingSettingsArgs {
  /** The organization: the `id` of an Organization, which is its PRN. Another one replaces the settings. */
  organizationId: pulumi.Input<string>;

  /** Where invoices go. Its case does not matter. Unset in a new organization. */
  billingEmail?: pulumi.Input<string | undefined>;

  /**
   * How invoices are paid: `credit_card` or `invoice`. `credit_card` needs a card that somebody has entered in
   * Peridio's console: the data of cards never passes here. Unset in a new organization.
   */
  paymentMethod?: pulumi.Input<PaymentMethod | undefined>;

  /**
   * Marks at which Peridio writes to the billing e-mail address or, while there is none, to the owner. Any number
   * for each kind of resource, none twice. Order does not matter. Empty in a new organization.
   */
  usageAlerts?: pulumi.Input<pulumi.Input<UsageAlertArgs>[] | undefined>;
}

/** The user whose API key this provider acts with, and the organizations that the key can see. */
export function getCurrentUser(): pulumi.Output<GetCurrentUserResult> {
  return invoke("peridio:index:getCurrentUser");
}

/** What `getCurrentUser` answers. */
export interface GetCurrentUserResult {
  /** The user's PRN. */
  id: string;

  /** The user's e-mail address. */
  email: string;

  /** The PRN of the only organization that the key may touch. Absent for a key of the whole account. */
  boundTo?: string;

  /** The organizations that the key can see. */
  organizations: OwnPlace[];
}

/**
 * An organization that exists, by its PRN or by its name, without managing it. Fails if the API key cannot see
 * it.
 */
export function getOrganization(args: GetOrganizationArgs = {}): pulumi.Output<GetOrganizationResult> {
  return invoke("peridio:index:getOrganization", args);
}

/** What `getOrganization` is asked. */
export interface GetOrganizationArgs {
  /** The organization's PRN. Give either this or `name`. */
  id?: pulumi.Input<string | undefined>;

  /** The organization's name, compared exactly. Give either this or `id`. */
  name?: pulumi.Input<string | undefined>;
}

/** What `getOrganization` answers. */
export interface GetOrganizationResult {
  /**
   * The unique name, 1 to 128 characters. Unique across all of Peridio, compared exactly, and fixed for the life of
   * the organization.
   */
  name: string;

  /** The label that people see. */
  displayName: string;

  /** What the organization is for, 1 to 256 characters. */
  description?: string;

  /**
   * Where Peridio writes to about the organization as a whole. Its case does not matter. Unset in a new
   * organization.
   */
  contactEmail?: string;

  /** The user who owns the organization, one of its admins. Absent with Avocado Connect. */
  owner?: Owner;

  /** The plan, such as `teams` or `enterprise`. Only with Avocado Connect. */
  tier?: string;

  /** When the organization was created: ISO 8601, UTC. Absent with Avocado Connect. */
  createdAt?: string;

  /** The organization's PRN. */
  id: string;
}

/** The organizations that the API key can see, all of them or those whose name fits a pattern. */
export function getOrganizations(args: GetOrganizationsArgs = {}): pulumi.Output<GetOrganizationsResult> {
  return invoke("peridio:index:getOrganizations", args);
}

/** What `getOrganizations` is asked. */
export interface GetOrganizationsArgs {
  /**
   * Only organizations of this name, in which `*` stands for any characters, such as `acme-*`. Compared exactly
   * otherwise.
   */
  name?: pulumi.Input<string | undefined>;
}

/** What `getOrganizations` answers. */
export interface GetOrganizationsResult {
  /** The organizations, sorted by name. */
  organizations: VisibleOrganization[];
}

/**
 * The people of one organization: members and invitations, all of them or those whom filters choose. With several
 * filters, those who pass all. It tells what resources do not keep since it changes by itself: who was last
 * active when, and who has a second factor.
 */
export function getMembers(args: GetMembersArgs): pulumi.Output<GetMembersResult> {
  return invoke("peridio:index:getMembers", args);
}

/** What `getMembers` is asked. */
export interface GetMembersArgs {
  /** The organization: its PRN, which is the `id` of an Organization, or its name. */
  organizationId: pulumi.Input<string>;

  /** Only people with this role: `admin`, `manager`, `developer`, `member`, `viewer`. */
  role?: pulumi.Input<string | undefined>;

  /** Only people of this status: `pending`, `active`, `expired`. Without it, all but the expired ones. */
  status?: pulumi.Input<string | undefined>;

  /**
   * Only members whose last activity is at least so many days ago when the function is called, 1 to 3650, or who
   * never were active. Whoever has not accepted is none of them.
   */
  inactiveForDays?: pulumi.Input<number | undefined>;

  /** If true, only members who have no second factor. Whoever has not accepted is none of them. */
  withoutTwoFactor?: pulumi.Input<boolean | undefined>;
}

/** What `getMembers` answers. */
export interface GetMembersResult {
  /** The people, sorted by e-mail address. */
  members: FoundPerson[];
}

/** The limits of an organization, with the current usage, Peridio's default and the maximum. */
export function getLimits(args: GetLimitsArgs): pulumi.Output<GetLimitsResult> {
  return invoke("peridio:index:getLimits", args);
}

/** What `getLimits` is asked. */
export interface GetLimitsArgs {
  /** The organization: its PRN, which is the `id` of an Organization, or its name. */
  organizationId: pulumi.Input<string>;
}

/** What `getLimits` answers. */
export interface GetLimitsResult {
  /** Products. Absent with Avocado Connect, which does not tell. */
  products?: Limit;

  /** Devices. Absent if Peridio tells no limit. */
  devices?: Limit;

  /** Users: members, and people who are invited. */
  users: Seats;

  /** API keys. Absent with Avocado Connect, which does not tell. */
  apiKeys?: Limit;

  /** Webhooks. Absent with Avocado Connect, which does not tell. */
  webhooks?: Limit;
}

/**
 * Whether an organization could be deleted when the function is called, and what stands in the way: devices,
 * active deployments, users other than the owner, and unpaid charges.
 */
export function getDeletionReadiness(args: GetDeletionReadinessArgs): pulumi.Output<GetDeletionReadinessResult> {
  return invoke("peridio:index:getDeletionReadiness", args);
}

/** What `getDeletionReadiness` is asked. */
export interface GetDeletionReadinessArgs {
  /** The organization: its PRN, which is the `id` of an Organization, or its name. */
  organizationId: pulumi.Input<string>;
}

/** What `getDeletionReadiness` answers. */
export interface GetDeletionReadinessResult {
  /** Whether nothing stands in the way. */
  ready: boolean;

  /** What stands in the way; empty when nothing does. */
  blockers: DeletionBlocker[];
}

/** The user who owns the organization, one of its admins. */
export interface Owner {
  /** The user's PRN. */
  id: string;

  /** The user's e-mail address. */
  email: string;
}

/** The effect of deleting the resource on the organization. */
export type DeletionPolicy = "delete" | "retain";

/** What to do about an invitation that ran out. */
export type OnExpired = "reinvite" | "ignore";

/**
 * What the person may do: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member`
 * instead.
 */
export type Role = "admin" | "manager" | "developer" | "member" | "viewer";

/** How far somebody has come into the organization. */
export interface Person {
  /**
   * `pending` (invited), `active` (accepted) or `expired`. Acceptance is not a change. An expired invitation is
   * drift, and the provider sends a new one. A status that this provider does not know appears in Peridio's own
   * word.
   */
  status: string;

  /** The PRN of the user, once the invitation is accepted. */
  userId?: string;

  /**
   * The PRN of the invitation, until it is accepted. In a roster, besides, of one that waits at the former address
   * of somebody who is active: it is a change, and is repaired by revoking it.
   */
  invitationId?: string;

  /**
   * Whether the invitation is one to own the organization, which somebody else sent and no role stands for. It is a
   * change, and is repaired by an invitation with the declared role. Only with Avocado Connect.
   */
  asOwner?: boolean;
}

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

/** A usage at which Peridio sends an e-mail. */
export interface ObservedUsageAlert {
  /** The limited resource, such as `devices`. */
  resourceType: string;

  /** The usage at which Peridio sends the e-mail, in percent of the limit. */
  thresholdPercent: number;
}

/** How invoices are paid: by `credit_card`, or on `invoice`. */
export type PaymentMethod = "credit_card" | "invoice";

/** What an organization can have only so many of. */
export type MeteredResource = "products" | "devices" | "users" | "api_keys" | "webhooks";

/** A usage at which Peridio sends an e-mail. */
export interface UsageAlertArgs {
  /** What an organization can have only so many of. */
  resourceType: pulumi.Input<MeteredResource>;

  /** How much of the limit in force must be in use, in percent: 1 to 100. */
  thresholdPercent: pulumi.Input<number>;
}

/** The user's place in an organization. */
export interface OwnPlace {
  /** The organization's PRN. */
  id: string;

  /** The organization's name. */
  name: string;

  /**
   * What the person may do: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member`
   * instead. A role that this provider does not know appears in Peridio's own word.
   */
  role: string;

  /** Whether the user owns the organization. */
  isOwner: boolean;
}

/** An organization that the API key can see. */
export interface VisibleOrganization {
  /**
   * The unique name, 1 to 128 characters. Unique across all of Peridio, compared exactly, and fixed for the life of
   * the organization.
   */
  name: string;

  /** The label that people see. */
  displayName: string;

  /** What the organization is for, 1 to 256 characters. */
  description?: string;

  /**
   * Where Peridio writes to about the organization as a whole. Its case does not matter. Unset in a new
   * organization.
   */
  contactEmail?: string;

  /** The user who owns the organization, one of its admins. Absent with Avocado Connect. */
  owner?: Owner;

  /** The plan, such as `teams` or `enterprise`. Only with Avocado Connect. */
  tier?: string;

  /** When the organization was created: ISO 8601, UTC. Absent with Avocado Connect. */
  createdAt?: string;

  /** The organization's PRN. */
  id: string;
}

/** Somebody in an organization, or invited to it. */
export interface FoundPerson {
  /** The e-mail address. */
  email: string;

  /**
   * What the person may do: `admin`, `manager`, `developer` or `viewer`. Avocado Connect has `admin` and `member`
   * instead. A role that this provider does not know appears in Peridio's own word.
   */
  role: string;

  /**
   * `pending` (invited), `active` (accepted) or `expired`. Acceptance is not a change. An expired invitation is
   * drift, and the provider sends a new one. A status that this provider does not know appears in Peridio's own
   * word.
   */
  status: string;

  /** The PRN of the user, once the invitation is accepted. */
  userId?: string;

  /**
   * The PRN of the invitation, until it is accepted. In a roster, besides, of one that waits at the former address
   * of somebody who is active: it is a change, and is repaired by revoking it.
   */
  invitationId?: string;

  /**
   * Whether the invitation is one to own the organization, which somebody else sent and no role stands for. It is a
   * change, and is repaired by an invitation with the declared role. Only with Avocado Connect.
   */
  asOwner?: boolean;

  /** Whether the person owns the organization. */
  isOwner: boolean;

  /** The person's name, if Peridio knows it. */
  name?: string;

  /**
   * When the member was last active: ISO 8601, UTC. Absent for never, until the invitation is accepted, and with
   * Avocado Connect, which does not tell.
   */
  lastActiveAt?: string;

  /**
   * Whether the member has a second factor. Absent until the invitation is accepted, and with Avocado Connect,
   * which does not tell.
   */
  twoFactorEnabled?: boolean;

  /** The expiry of the invitation: ISO 8601, UTC. Absent after acceptance, or if Peridio does not report it. */
  invitationExpiresAt?: string;

  /** The PRN of the user who sent the invitation, if Peridio knows it. Absent once it is accepted. */
  invitedBy?: string;
}

/** How many of something an organization may have, and has. */
export interface Limit {
  /** How many the organization may have: the limit in force. */
  limit: number;

  /** How many it has. Absent with Avocado Connect, which does not tell. */
  used?: number;

  /** The limit of a new organization. Absent with Avocado Connect, which does not report it. */
  default?: number;

  /**
   * The highest limit that Peridio grants. Absent if there is none, and with Avocado Connect, which does not report
   * it.
   */
  maximum?: number;
}

/** The places for people in an organization. */
export interface Seats {
  /** How many seats the organization has: the limit in force. Absent if Peridio tells none. */
  limit?: number;

  /** How many of them members take. */
  used: number;

  /** How many of them wait for people whose invitations are pending. */
  pending: number;

  /** How many people can still be invited. Absent if Peridio tells no limit. */
  free?: number;

  /** The limit of a new organization. Absent with Avocado Connect, which does not report it. */
  default?: number;

  /**
   * The highest limit that Peridio grants. Absent if there is none, and with Avocado Connect, which does not report
   * it.
   */
  maximum?: number;
}

/** One thing that stands in the way of deleting an organization. */
export interface DeletionBlocker {
  /** What it is: `devices`, `active_deployments`, `other_users` or `outstanding_charges`. */
  code: string;

  /** How many there are. */
  count: number;

  /** What has to be done about it, in Peridio's words. */
  message: string;
}
