import type { Client, UnsupportedFeature } from "#framework";
import type { Collection } from "./connect/collection";
import type { CollectionFeature, Collections } from "./connect/collections";
import type { MissingFeature } from "./connect/features";
import type { RequestOptions } from "#framework/http";
import type {
  BillingSettings,
  Blocker,
  Caller,
  Invitation,
  InvitationStatus,
  Invitee,
  Limits,
  Member,
  Organization,
  OrganizationSettings,
  RosterEntry,
  Role,
  SecuritySettings,
} from "./model";

/** A feature that not every API has. */
export type Feature = MissingFeature | CollectionFeature | `role ${Role}` | "backend connect" | `connection ${string}`;

/**
 * The operations that the provider needs of an API of Peridio, in the terms of `model.ts`. Each API implements them with HTTP requests.
 *
 * Every function rejects with an `ApiError` (see errors.ts) if Peridio rejects the request, cannot be reached or sends an invalid
 * response. It rejects with `UnsupportedError`, and sends nothing, if the API does not support a feature. Ids are Peridio Resource
 * Names (PRNs), which are immutable and not secret.
 */
export interface Backend {
  /** The API's name for people. */
  readonly name: string;

  /** Returns undefined if the API has the feature. Sends nothing. */
  explainUnsupported(feature: Feature): UnsupportedFeature | undefined;

  /** `isAgain` is true if a kept response is too old. */
  caller(isAgain?: boolean): Promise<Caller>;

  readonly organizations: {
    /** The number of organizations that one request of `list` returns; infinite if the list needs no request. */
    readonly perPage: number;
    /** Lists organizations with all properties that `get` returns. */
    list(): AsyncIterable<Organization>;
    /** Finds the organization with exactly this name, among the organizations that the API key can see. */
    find(name: string): Promise<Organization | undefined>;
    get(id: string): Promise<Organization>;
    /**
     * Creates the organization once: if the response is lost, looks for the organization before another attempt. Rejects with
     * `InvalidRequestError` on property `name` if the name is in use.
     */
    create(name: string, settings: OrganizationSettings): Promise<Organization>;
    update(id: string, settings: OrganizationSettings): Promise<Organization>;
    /** Rejects with `ConflictError` if a precondition is not met. */
    delete(id: string): Promise<void>;
    /** Returns the blockers of a deletion. */
    blockers(id: string): Promise<readonly Blocker[]>;
    /**
     * Makes another admin the owner immediately. The previous owner stays an admin. If the response is lost, reads the owner before
     * another attempt. Rejects with `InvalidRequestError` on property `newOwner` for anyone else, including the present owner. Rejects with
     * `ForbiddenError` if the caller is not the owner.
     */
    transferOwnership(id: string, email: string): Promise<Organization>;
  };

  readonly members: {
    list(organizationId: string): AsyncIterable<Member>;
    setRole(member: Member, role: Role): Promise<Member>;
    remove(organizationId: string, userId: string): Promise<void>;
  };

  readonly invitations: {
    /** True if the API can list invitations of one status. Otherwise, a list of one status reads all invitations. */
    readonly listsByStatus: boolean;
    /**
     * Lists the invitations of a status, or all. Accepted ones are never listed. An unknown status may mean pending, so such
     * invitations are listed with the pending ones.
     */
    list(organizationId: string, status?: InvitationStatus): AsyncIterable<Invitation>;
    /**
     * Sends one e-mail, never two: if the response is lost or invalid, looks for the invitation. `before` holds the ids of all
     * earlier invitations. Any other invitation to this address is the result.
     */
    create(organizationId: string, invitee: Invitee, before: ReadonlySet<string>): Promise<Invitation>;
    /** Rejects with `ConflictError` if the invitation was accepted. */
    revoke(organizationId: string, invitationId: string): Promise<void>;
  };

  readonly securitySettings: {
    get(organizationId: string): Promise<SecuritySettings>;
    update(organizationId: string, changes: Partial<SecuritySettings>): Promise<SecuritySettings>;
  };

  readonly billingSettings: {
    get(organizationId: string): Promise<BillingSettings>;
    /** Rejects with `InvalidRequestError` on property `paymentMethod` for `credit_card` without a card on file. */
    update(organizationId: string, changes: Partial<BillingSettings>): Promise<BillingSettings>;
  };

  limits(organizationId: string): Promise<Limits>;

  /** Returns the operations of a collection. All callers of this process share what they read. */
  open<Operations>(collection: Collection<Operations>): Operations;

  /** Returns the same backend with further request options. */
  with(options: RequestOptions): Backend;
}

/** The members and invitations of organizations, read once for all callers. The case of e-mail addresses does not matter. */
export interface Roster {
  /**
   * Finds a person's membership: the member, else the pending invitation, else the newest expired one. Undefined means that the
   * organization is readable and does not have the person.
   */
  find(organizationId: string, email: string): Promise<RosterEntry | undefined>;
  /** Finds the member with the user id, independent of the e-mail address. */
  findUser(organizationId: string, userId: string): Promise<Member | undefined>;
  /** Lists members, then invitations that are pending or of an unknown status. */
  list(organizationId: string): Promise<readonly RosterEntry[]>;
  /** Lists members only, because some API keys cannot see invitations. */
  members(organizationId: string): Promise<readonly Member[]>;
  /** Lists all expired invitations, including those of members and of people who were invited again. */
  expired(organizationId: string): Promise<readonly Invitation[]>;
  /** Lists the pending invitations of people who became members in another way. */
  memberInvitations(organizationId: string): Promise<readonly Invitation[]>;
  invite(organizationId: string, email: string, role: Role, groupId?: string): Promise<Invitation>;
  setRole(member: Member, role: Role): Promise<Member>;
  /** Removes the member and revokes their pending invitation. */
  remove(member: Member): Promise<void>;
  /** Revokes the invitation, and succeeds if it is missing. Rejects with `ConflictError` if it was accepted. */
  revoke(invitation: Invitation): Promise<void>;
  /**
   * Revokes the invitation and sends another one in one transaction. By default, it invites to the same group. Rejects with
   * `ConflictError` if either request does.
   */
  replace(invitation: Invitation, role: Role, groupId?: string | null): Promise<Invitation>;
  /** Discards the cached members and invitations of the organization, so that the next read verifies the last writes. */
  forget(organizationId: string): void;
  /**
   * Reads the members and invitations again, to verify a write that has ended. Writes that end while another read is under way
   * share the next one.
   */
  reread(organizationId: string): Promise<void>;
}

/** Peridio as resources use it: a backend with cached reads. */
export interface Peridio extends Required<Client<Peridio>>, Collections {
  explainUnsupported(feature: Feature): UnsupportedFeature | undefined;
  /** Returns true for the API key of this provider. */
  isApiKey(text: string): boolean;
  /** The address blocks of this provider's calls; undefined if the settings do not name them. */
  readonly runnerCidrs: readonly string[] | undefined;
  /**
   * Reads the caller once, and again after a failed transfer of ownership. If the caller cannot see the named organization,
   * reads the caller once more. Another process of this run may have created it.
   */
  caller(idOrName?: string): Promise<Caller>;
  readonly organizations: Backend["organizations"];
  readonly roster: Roster;
  readonly securitySettings: Backend["securitySettings"];
  readonly billingSettings: Backend["billingSettings"];
  /** Reads the limits once. */
  limits(organizationId: string): Promise<Limits>;
}
