import type { Cohort } from "../objects/property";
import type { ExpiringKind } from "../objects/rows";
import type { Host } from "../objects/webhook";
import type { Hidden } from "../hidden";
import type { KnownRules } from "./tunnels";

/** The groups, projects, cohorts, tokens, webhooks and tunnel policies of an organization that stacks declare, before or after a change. */
export interface DeclaredObjects {
  readonly groups: readonly DeclaredGroup[];
  /** The UUIDs of the groups that have access to a project or cohort, and that no stack declares. */
  readonly undeclaredGroups: readonly string[];
  readonly invitedMembers: readonly InvitedMember[];
  /** The number of invitations to groups whose people the preview hides. */
  readonly hiddenInvitations: number;
  /** Projects and cohorts. */
  readonly projects: readonly DeclaredProject[];
  /**
   * The paths of cohorts, such as `firmware/canary`, by UUID or, before a cohort exists, by URN. Without the cohorts that no stack
   * declares, and those in a project that no stack declares.
   */
  readonly cohortPaths: ReadonlyMap<string, string | Hidden>;
  /** All objects with an expiry: API tokens and claim tokens. */
  readonly tokens: readonly DeclaredToken[];
  readonly webhooks: readonly DeclaredWebhook[];
  readonly tunnelPolicies: readonly DeclaredTunnelPolicy[];
}

/** An object that a stack declares. */
export interface DeclaredObject {
  /** Stays the same in a change: the id or, before the object exists, the URN. */
  readonly key: string;
  /** The object in words, such as `project firmware` or `cohort firmware/canary`. */
  readonly words: string;
}

/** A group, and its members as far as stacks declare them. */
export interface DeclaredGroup extends DeclaredObject {
  /** Unknown if stacks disagree. */
  readonly name: string | Hidden;
  /** The e-mail addresses; undefined if no preview shows the members. */
  readonly members: readonly string[] | undefined;
  /** True if a stack declares the members, and the change does not end the declaration. */
  readonly isManaged: boolean;
  readonly hiddenMembers: number;
}

/** A person who joins a group by accepting the invitation to the organization. */
export interface InvitedMember {
  readonly email: string;
  /** The group, or its UUID if no stack declares the group. Undefined if the preview hides the group. */
  readonly group: DeclaredGroup | string | undefined;
}

/** A project or a cohort, and its grants as far as stacks declare them. */
export interface DeclaredProject extends DeclaredObject {
  /** The UUID of a cohort's project, if no stack declares the project. The words then contain it. */
  readonly undeclaredProject: string | undefined;
  /** The name in Peridio, as far as the preview shows it. */
  readonly name: string;
  readonly everyoneEnabled: boolean | Hidden;
  /** The e-mail addresses with a direct grant, as far as previews show them. */
  readonly users: readonly string[];
  /** True if a stack declares the grants, and the change does not end the declaration. */
  readonly isManaged: boolean;
  /** True if the preview hides direct grants. */
  readonly hidesUsers: boolean;
  /** True if the preview hides groups with access, other than those that the same change creates. */
  readonly hidesGroups: boolean;
}

/** The declaration of an object in one program, without its values, so that a review and the policy pack can compare them. */
export interface DeclaredContents {
  readonly urn: string;
  /** The SHA-256 digests of the declared values, by property. A hidden value has the reason instead. */
  readonly properties: Readonly<Record<string, string>>;
}

/** An object with values that are secret or work without further permission, such as a token or the URL of a webhook. */
export interface WrittenObject extends DeclaredObject {
  readonly declaration: DeclaredContents;
  /** True if the change writes the object. */
  readonly isWritten: boolean;
}

/** An API token or a claim token. */
export interface DeclaredToken extends WrittenObject {
  readonly kind: ExpiringKind;
  /** The expiry: ISO 8601, UTC; null if the token does not expire; `dayAfterCreation` for a new claim token by default. */
  readonly expiresAt: string | Hidden | null;
  /** The limit of uses of a claim token; null for none. */
  readonly maxUses: number | Hidden | null;
  /**
   * The cohort of the devices that a claim token admits; null for the default one of the organization, or for none. Undefined if rules
   * may not judge it.
   */
  readonly cohort: Cohort | Hidden | null | undefined;
}

/** A webhook, of which only the host of the URL is shown. */
export interface DeclaredWebhook extends WrittenObject {
  /** Undefined if programs can disagree about the host of the URL. */
  readonly host: Host | Hidden | undefined;
}

/** The objects of an organization in which stacks declare none. */
export const noObjects: DeclaredObjects = {
  groups: [],
  undeclaredGroups: [],
  invitedMembers: [],
  hiddenInvitations: 0,
  projects: [],
  cohortPaths: new Map(),
  tokens: [],
  webhooks: [],
  tunnelPolicies: [],
};

/** The tunnel policy of an organization or of a cohort. */
export interface DeclaredTunnelPolicy extends DeclaredObject {
  /** True for the policy of the organization, and false for the policy of a cohort. */
  readonly isOfOrganization: boolean;
  readonly rules: KnownRules;
}
