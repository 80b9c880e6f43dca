import type { Client, ClientOptions, UnsupportedFeature } from "#framework";
import type {
  ApiToken,
  BillingSettings,
  Blocker,
  Caller,
  ClaimToken,
  ClaimTokenSettings,
  CohortTunnelPolicy,
  Feature,
  Group,
  GroupSettings,
  Invitation,
  InvitationStatus,
  Invitee,
  Limits,
  ListedCohort,
  ListedGroup,
  ListedProject,
  Member,
  Organization,
  OrganizationSettings,
  Project,
  ProjectSettings,
  RosterEntry,
  Role,
  SecuritySettings,
  TunnelPolicy,
  User,
  Webhook,
  WebhookSettings,
  WithSecret,
} from "./model";

/**
 * The port to Peridio: the operations that the provider needs of an API. Adapters translate them to HTTP.
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

  readonly groups: Groups;
  readonly projects: Projects;
  /** The cohorts of projects. Their parent is the project. */
  readonly cohorts: Cohorts;
  readonly apiTokens: ApiTokens;
  readonly webhooks: Webhooks;
  readonly claimTokens: ClaimTokens;
  readonly tunnelPolicies: TunnelPolicies;

  limits(organizationId: string): Promise<Limits>;

  /** Returns the same backend with further request options. */
  with(options: RequestOptions): Backend;
}

/** The groups of users of organizations. A write returns the group after the change. */
export interface Groups {
  list(organizationId: string): AsyncIterable<ListedGroup>;
  get(id: string): Promise<Group>;
  /** Reads the group again, to verify a write. No cache answers. */
  reread(id: string): Promise<Group>;
  /** Creates the group once: if the response is lost, looks for a group with this name before another attempt. */
  create(organizationId: string, name: string, settings: GroupSettings): Promise<Group>;
  update(group: Group, settings: GroupSettings): Promise<Group>;
  addMember(group: Group, user: User): Promise<Group>;
  /** Succeeds if the user is not in the group. */
  removeMember(group: Group, user: User): Promise<Group>;
  /** Succeeds if the group is missing. */
  delete(id: string): Promise<void>;
}

/** Objects with access by user and group: projects or cohorts. A write returns the object after the change. */
export interface Projects {
  /** Lists the objects of a parent: of an organization, or of a project. */
  list(parentId: string): AsyncIterable<ListedProject>;
  get(id: string): Promise<Project>;
  /** Reads the object again, to verify a write. No cache answers. */
  reread(id: string): Promise<Project>;
  /** Creates the object once: if the response is lost, looks for an object with this name before another attempt. */
  create(parentId: string, name: string, settings: ProjectSettings): Promise<Project>;
  update(project: Project, settings: ProjectSettings): Promise<Project>;
  /** Grants access to a user. */
  addUser(project: Project, user: User): Promise<Project>;
  /** Revokes a user's access. Succeeds if there is none. */
  removeUser(project: Project, user: User): Promise<Project>;
  /** Grants access to a group. */
  addGroup(project: Project, groupId: string): Promise<Project>;
  /** Revokes a group's access. Succeeds if there is none. */
  removeGroup(project: Project, groupId: string): Promise<Project>;
  /** Lists the contents that a deletion would delete too, each as words such as `2 runtimes`. */
  listContents(id: string): Promise<readonly string[]>;
  /** Succeeds if the object is missing. */
  delete(id: string): Promise<void>;
}

/** Shows a warning to the user. */
type Warn = (text: string) => void;

/** The API tokens of organizations. */
export interface ApiTokens {
  list(organizationId: string): AsyncIterable<ApiToken>;
  /** Creates the token once: if the response is lost, fails with an error that names each new token, and revokes none. */
  create(organizationId: string, name: string, warn: Warn): Promise<WithSecret<ApiToken>>;
  /** Succeeds if the token is missing. */
  revoke(id: string): Promise<void>;
}

/** Objects of organizations with a secret that only the response to the creation contains. */
export interface SecretObjects<One, Settings> {
  list(organizationId: string): AsyncIterable<One>;
  get(id: string): Promise<One>;
  /** Creates the object once: if the response is lost, fails with an error that names each new object, and deletes none. */
  create(organizationId: string, settings: Settings, warn: Warn): Promise<WithSecret<One>>;
  update(id: string, settings: Settings): Promise<One>;
  /** Succeeds if the object is missing. */
  delete(id: string): Promise<void>;
}

export type Webhooks = SecretObjects<Webhook, WebhookSettings>;

/** Cohorts of projects. */
export interface Cohorts extends Projects {
  /** Lists the cohorts of all projects of an organization that the API key can see. */
  listAll(organizationId: string): AsyncIterable<ListedCohort>;
}

export interface ClaimTokens extends SecretObjects<ClaimToken, ClaimTokenSettings> {
  /** Lists the tokens for the cohorts of a project. */
  listOfProject(projectId: string): AsyncIterable<ClaimToken>;
}

/** The rules for tunnels to devices. This API cannot change them. */
export interface TunnelPolicies {
  get(organizationId: string): Promise<TunnelPolicy>;
  getOfCohort(cohortId: string): Promise<CohortTunnelPolicy>;
}

/** Options of the requests of a backend. */
export interface RequestOptions extends Pick<ClientOptions, "signal" | "report"> {
  readonly transaction?: Transaction;
}

/** Several writes that make one change. After the first write, the others precede all other requests, and an abort grants them a grace period. */
export interface Transaction {
  hasTakenEffect: boolean;
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
export interface Peridio extends Required<Client<Peridio>> {
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
  readonly groups: Groups;
  readonly projects: Projects;
  readonly cohorts: Cohorts;
  readonly apiTokens: ApiTokens;
  readonly webhooks: Webhooks;
  readonly claimTokens: ClaimTokens;
  readonly tunnelPolicies: TunnelPolicies;
  /** Reads the limits once. */
  limits(organizationId: string): Promise<Limits>;
}
